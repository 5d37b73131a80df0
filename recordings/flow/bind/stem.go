package bind

// Stems are names without what the recorded and the live one have in common
// at their ends: "run-1-net" and "other-net" give "run-1" and "other".
func Stems(names []Pair) []Pair {
	var out []Pair
	for _, p := range names {
		r, l := p.Recorded, p.Live
		n := commonSuffix(r, l)
		r, l = r[:len(r)-n], l[:len(l)-n]
		n = commonPrefix(r, l)
		r, l = r[n:], l[n:]
		if r != "" && l != "" && !p.Number {
			out = append(out, Pair{Recorded: r, Live: l})
		}
	}
	return out
}

// Likeness says how much two names have in common at their ends, in whole
// parts with a letter in them: "run-1-net" is like "other-net", but "job-1" is
// not like "test-1", which may be another by its number only.
func Likeness(recorded, live string) int {
	n := commonSuffix(recorded, live)
	common := lettered(live[len(live)-n:])
	if n = commonPrefix(recorded, live); lettered(live[:n]) > 0 {
		common += n
	}
	return common
}

// lettered is the length of s if there is a letter in it.
func lettered(s string) int {
	for i := range len(s) {
		if alnum(s[i]) && !digits(s[i:i+1]) {
			return len(s)
		}
	}
	return 0
}

// commonSuffix is the length of the longest common end that begins with
// neither a letter nor a digit.
func commonSuffix(a, b string) int {
	n := 0
	for i := 1; i < len(a) && i < len(b) && a[len(a)-i] == b[len(b)-i]; i++ {
		if !alnum(a[len(a)-i]) {
			n = i
		}
	}
	return n
}

// commonPrefix is the length of the longest common beginning that ends with
// neither a letter nor a digit.
func commonPrefix(a, b string) int {
	n := 0
	for i := 0; i < len(a) && i < len(b) && a[i] == b[i]; i++ {
		if !alnum(a[i]) {
			n = i + 1
		}
	}
	return n
}
