package diff

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
		if got := drawn(align(a, b), a, b); got != tt.want {
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
		for _, pairs := range [][]pair{align(a, b), weave(greedy(a, b), len(a), len(b))} {
			var as, bs []int
			for _, p := range pairs {
				if p.a >= 0 {
					as = append(as, p.a)
				}
				if p.b >= 0 {
					bs = append(bs, p.b)
				}
				if p.a >= 0 && p.b >= 0 && a[p.a] != b[p.b] {
					t.Fatalf("%q is aligned with %q", a[p.a], b[p.b])
				}
			}
			if len(as) != len(a) || len(bs) != len(b) || !slices.IsSorted(as) || !slices.IsSorted(bs) {
				t.Fatalf("%q, %q: %v", a, b, pairs)
			}
		}
	})
}

func drawn(pairs []pair, a, b []string) string {
	var out []string
	for _, p := range pairs {
		x, y := "-", "-"
		if p.a >= 0 {
			x = a[p.a]
		}
		if p.b >= 0 {
			y = b[p.b]
		}
		out = append(out, x+y)
	}
	return strings.Join(out, " ")
}

func TestRewrite(t *testing.T) {
	for in, want := range map[string]string{
		"at 2026-11-23T14:02:11.5Z":     "at <time>",
		"2026-11-23 14:02:11 +0000 UTC": "<time>",
		"sha256:" + id1:                 "sha256:<id>",
		id1[:12] + " up":                "<id> up",
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
