package compare

// maxTable bounds the work of aligning two sequences: cells of the table.
const maxTable = 16 << 20

// Pair is the places of aligned things in two sequences; -1 means no place.
type Pair struct{ A, B int }

// Align finds the longest common subsequence of two sequences of keys and
// returns both in one order: a thing that only one side has stands alone.
// Beyond maxTable it takes for each the next equal one, which may be less than
// the longest.
func Align(a, b []string) []Pair {
	var out []Pair
	begin := 0
	for begin < len(a) && begin < len(b) && a[begin] == b[begin] {
		out = append(out, Pair{begin, begin})
		begin++
	}
	endA, endB := len(a), len(b)
	for endA > begin && endB > begin && a[endA-1] == b[endB-1] {
		endA--
		endB--
	}
	midA, midB := a[begin:endA], b[begin:endB]
	var mid []Pair
	if len(midA)*len(midB) <= maxTable {
		mid = longest(midA, midB)
	} else {
		mid = greedy(midA, midB)
	}
	for _, p := range weave(mid, len(midA), len(midB)) {
		if p.A >= 0 {
			p.A += begin
		}
		if p.B >= 0 {
			p.B += begin
		}
		out = append(out, p)
	}
	for ; endA < len(a); endA, endB = endA+1, endB+1 {
		out = append(out, Pair{endA, endB})
	}
	return out
}

// longest is the table method.
func longest(a, b []string) []Pair {
	width := len(b) + 1
	table := make([]int32, (len(a)+1)*width)
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				table[i*width+j] = table[(i+1)*width+j+1] + 1
			} else {
				table[i*width+j] = max(table[(i+1)*width+j], table[i*width+j+1])
			}
		}
	}
	var out []Pair
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			out = append(out, Pair{i, j})
			i, j = i+1, j+1
		case table[(i+1)*width+j] >= table[i*width+j+1]:
			i++
		default:
			j++
		}
	}
	return out
}

// greedy takes for each of a the next equal one of b.
func greedy(a, b []string) []Pair {
	at := map[string][]int{}
	for j, k := range b {
		at[k] = append(at[k], j)
	}
	var out []Pair
	next := 0
	for i, k := range a {
		list := at[k]
		for len(list) > 0 && list[0] < next {
			list = list[1:]
		}
		if len(list) > 0 && list[0]-next <= len(b)/8+16 {
			out = append(out, Pair{i, list[0]})
			next, list = list[0]+1, list[1:]
		}
		at[k] = list
	}
	return out
}

// weave puts what stands alone between the pairs.
func weave(pairs []Pair, lenA, lenB int) []Pair {
	var out []Pair
	i, j := 0, 0
	for _, p := range append(pairs, Pair{lenA, lenB}) {
		for ; i < p.A; i++ {
			out = append(out, Pair{i, -1})
		}
		for ; j < p.B; j++ {
			out = append(out, Pair{-1, j})
		}
		if p.A < lenA {
			out = append(out, p)
		}
		i, j = p.A+1, p.B+1
	}
	return out
}

// Reordered pairs what stands alone on both sides under the same key: it came in
// another order.
func Reordered(pairs []Pair, a, b []string) (out []Pair, isMoved map[int]bool) {
	alone := map[string][]int{} // places in b
	for _, p := range pairs {
		if p.A < 0 {
			alone[b[p.B]] = append(alone[b[p.B]], p.B)
		}
	}
	isMoved = map[int]bool{} // by place in a
	took := map[int]bool{}
	for i := range pairs {
		p := &pairs[i]
		if p.B >= 0 {
			continue
		}
		if list := alone[a[p.A]]; len(list) > 0 {
			p.B, alone[a[p.A]] = list[0], list[1:]
			isMoved[p.A], took[p.B] = true, true
		}
	}
	for _, p := range pairs {
		if p.A >= 0 || !took[p.B] {
			out = append(out, p)
		}
	}
	return out, isMoved
}
