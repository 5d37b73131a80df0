package bind

import (
	"slices"
	"strings"
)

// Volatile finds the parts in which two values differ at a place of which there
// is evidence that it is another each time: "test-5f0a91c2-web" and
// "test-99ab01d3-web". Values without common parts are bound as a whole, and those
// with parts that cannot be replaced wherever they stand.
func Volatile(place, recorded, live string) []Pair {
	pairs, ok := differing(recorded, live, func(string) bool { return true })
	whole := At(place, recorded, live, false)
	vague := func(p Pair) bool { return p.Recorded != recorded && !distinct(p.Recorded) && !longNumber(p.Recorded) }
	if recorded != "" && live != "" && (!ok || slices.ContainsFunc(pairs, vague) && len(recorded) <= maxWhole) {
		pairs = append(pairs, whole)
	}
	for i := range pairs {
		pairs[i].Volatile = true
		if pairs[i].Recorded == recorded {
			pairs[i].Key = whole.Key
		}
	}
	return pairs
}

// maxWhole is how long a value may be that is bound beside its parts.
const maxWhole = 256

// VolatileNumber is Volatile for numbers in JSON.
func VolatileNumber(place, recorded, live string) []Pair {
	p := At(place, recorded, live, false)
	p.Number, p.Volatile = true, true
	return []Pair{p}
}

// Guessed is Volatile for callers that only compare, where nothing is known of a
// place: the parts that differ must look generated.
func Guessed(recorded, live string) (pairs []Pair, ok bool) {
	return differing(recorded, live, generated)
}

func differing(recorded, live string, may func(string) bool) (pairs []Pair, ok bool) {
	for recorded != live {
		r, rRest, rSep := token(recorded)
		l, lRest, lSep := token(live)
		if r != l {
			if r == "" || l == "" || !may(r) || !may(l) {
				return nil, false
			}
			pairs = append(pairs, Pair{Recorded: r, Live: l})
		}
		if rSep != lSep {
			return nil, false
		}
		recorded, live = rRest, lRest
	}
	return join(pairs), len(pairs) > 0
}

// token cuts the first run of letters and digits, or the first UUID, off s, and
// what follows it up to the next.
func token(s string) (tok, rest, sep string) {
	n := uuid(s)
	for n < len(s) && alnum(s[n]) {
		n++
	}
	m := n
	for m < len(s) && !alnum(s[m]) {
		m++
	}
	return s[:n], s[m:], s[n:m]
}

// join drops pairs that say the same.
func join(pairs []Pair) []Pair {
	out := pairs[:0]
	for i, p := range pairs {
		again := false
		for _, q := range pairs[:i] {
			again = again || q == p
		}
		if !again {
			out = append(out, p)
		}
	}
	return out
}

// uuidLength is that of 8-4-4-4-12 hexadecimal digits (RFC 9562 section 4).
const uuidLength = 36

// uuid is the length of the UUID that s begins with, 0 if it begins with none.
func uuid(s string) int {
	if len(s) < uuidLength || len(s) > uuidLength && alnum(s[uuidLength]) {
		return 0
	}
	for i := range uuidLength {
		switch i {
		case 8, 13, 18, 23:
			if s[i] != '-' {
				return 0
			}
		default:
			if !hex(s[i : i+1]) {
				return 0
			}
		}
	}
	return uuidLength
}

// generated reports whether a run of letters and digits looks like no person
// wrote it: a UUID, eight hexadecimal digits, six with two changes between
// letters and digits, or a number of six digits, alone or after letters.
func generated(s string) bool {
	if uuid(s) > 0 {
		return true
	}
	changes, number := 0, 0
	for i := range len(s) {
		d := s[i] >= '0' && s[i] <= '9'
		if d {
			number++
		} else {
			number = 0
		}
		if i > 0 && d != (s[i-1] >= '0' && s[i-1] <= '9') {
			changes++
		}
	}
	return len(s) >= 8 && hex(s) || len(s) >= 6 && changes >= 2 || number >= 6 && changes <= 1
}

func hex(s string) bool { return strings.Trim(s, "0123456789abcdefABCDEF") == "" }

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

func alnum(c byte) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
