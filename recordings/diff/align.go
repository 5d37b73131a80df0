package diff

// maxTable bounds the work of aligning two sequences: cells of the table.
const maxTable = 16 << 20

// pair are the places of aligned things in two sequences; -1 is none.
type pair struct{ a, b int }

// align finds the longest common subsequence of two sequences of keys and
// returns both in one order: a thing that only one side has stands alone.
// Beyond maxTable it takes for each the next equal one, which may be less than
// the longest.
func align(a, b []string) []pair {
	var out []pair
	begin := 0
	for begin < len(a) && begin < len(b) && a[begin] == b[begin] {
		out = append(out, pair{begin, begin})
		begin++
	}
	endA, endB := len(a), len(b)
	for endA > begin && endB > begin && a[endA-1] == b[endB-1] {
		endA--
		endB--
	}
	midA, midB := a[begin:endA], b[begin:endB]
	var mid []pair
	if len(midA)*len(midB) <= maxTable {
		mid = longest(midA, midB)
	} else {
		mid = greedy(midA, midB)
	}
	for _, p := range weave(mid, len(midA), len(midB)) {
		if p.a >= 0 {
			p.a += begin
		}
		if p.b >= 0 {
			p.b += begin
		}
		out = append(out, p)
	}
	for ; endA < len(a); endA, endB = endA+1, endB+1 {
		out = append(out, pair{endA, endB})
	}
	return out
}

// longest is the table method.
func longest(a, b []string) []pair {
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
	var out []pair
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			out = append(out, pair{i, j})
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
func greedy(a, b []string) []pair {
	at := map[string][]int{}
	for j, k := range b {
		at[k] = append(at[k], j)
	}
	var out []pair
	next := 0
	for i, k := range a {
		list := at[k]
		for len(list) > 0 && list[0] < next {
			list = list[1:]
		}
		if len(list) > 0 && list[0]-next <= len(b)/8+16 {
			out = append(out, pair{i, list[0]})
			next, list = list[0]+1, list[1:]
		}
		at[k] = list
	}
	return out
}

// weave puts what stands alone between the pairs.
func weave(pairs []pair, lenA, lenB int) []pair {
	var out []pair
	i, j := 0, 0
	for _, p := range append(pairs, pair{lenA, lenB}) {
		for ; i < p.a; i++ {
			out = append(out, pair{i, -1})
		}
		for ; j < p.b; j++ {
			out = append(out, pair{-1, j})
		}
		if p.a < lenA {
			out = append(out, p)
		}
		i, j = p.a+1, p.b+1
	}
	return out
}

// moved pairs what stands alone on both sides under the same key: it came in
// another order.
func moved(pairs []pair, a, b []string) (out []pair, isMoved map[int]bool) {
	alone := map[string][]int{} // places in b
	for _, p := range pairs {
		if p.a < 0 {
			alone[b[p.b]] = append(alone[b[p.b]], p.b)
		}
	}
	isMoved = map[int]bool{} // by place in a
	took := map[int]bool{}
	for i := range pairs {
		p := &pairs[i]
		if p.b >= 0 {
			continue
		}
		if list := alone[a[p.a]]; len(list) > 0 {
			p.b, alone[a[p.a]] = list[0], list[1:]
			isMoved[p.a], took[p.b] = true, true
		}
	}
	for _, p := range pairs {
		if p.a >= 0 || !took[p.b] {
			out = append(out, p)
		}
	}
	return out, isMoved
}
