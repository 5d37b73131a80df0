package compare

import (
	"slices"
	"strings"
	"testing"
)

func TestAlign(t *testing.T) {
	for _, tt := range []struct{ a, b, want string }{
		{"", "", ""},
		{"a b c", "a b c", "aa bb cc"},
		{"a b c", "a c", "aa b- cc"},
		{"a c", "a b c", "aa -b cc"},
		{"a b", "b a", "a- bb -a"},
		{"x a y b z", "a b q", "x- aa y- bb z- -q"},
		{"a a a", "a", "aa a- a-"},
	} {
		a, b := strings.Fields(tt.a), strings.Fields(tt.b)
		if got := drawn(Align(a, b), a, b); got != tt.want {
			t.Errorf("%q, %q: %q, want %q", tt.a, tt.b, got, tt.want)
		}
	}
}

// Every thing of both sides comes once and in order, however it is aligned.
func FuzzAlign(f *testing.F) {
	f.Add("abcab", "bacb")
	f.Add("", "a")
	f.Fuzz(func(t *testing.T, s, u string) {
		a, b := strings.Split(s[:min(len(s), 200)], ""), strings.Split(u[:min(len(u), 200)], "")
		for _, pairs := range [][]Pair{Align(a, b), weave(greedy(a, b), len(a), len(b))} {
			var as, bs []int
			for _, p := range pairs {
				if p.A >= 0 {
					as = append(as, p.A)
				}
				if p.B >= 0 {
					bs = append(bs, p.B)
				}
				if p.A >= 0 && p.B >= 0 && a[p.A] != b[p.B] {
					t.Fatalf("%q is aligned with %q", a[p.A], b[p.B])
				}
			}
			if len(as) != len(a) || len(bs) != len(b) || !slices.IsSorted(as) || !slices.IsSorted(bs) {
				t.Fatalf("%q, %q: %v", a, b, pairs)
			}
		}
	})
}

func drawn(pairs []Pair, a, b []string) string {
	var out []string
	for _, p := range pairs {
		x, y := "-", "-"
		if p.A >= 0 {
			x = a[p.A]
		}
		if p.B >= 0 {
			y = b[p.B]
		}
		out = append(out, x+y)
	}
	return strings.Join(out, " ")
}

// someID is one as daemons give.
const someID = "3f2a91c0b7d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e"

func TestRewrite(t *testing.T) {
	for in, want := range map[string]string{
		"at 2026-11-23T14:02:11.5Z":     "at <time>",
		"2026-11-23 14:02:11 +0000 UTC": "<time>",
		"sha256:" + someID:              "sha256:<id>",
		someID[:12] + " up":             "<id> up",
		"Up 3 minutes":                  "Up <duration>",
		"About an hour ago":             "<duration>",
		"02:42:ac:11:00:02":             "<address>",
		"busybox:1.36":                  "busybox:1.36",
		"3 files":                       "3 files",
	} {
		if got := rewrite(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
