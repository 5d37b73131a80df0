package bind

import (
	"testing"
)

// A value that is cut anywhere is found as if it were whole.
func FuzzStreamIsAsWhole(f *testing.F) {
	f.Add("hello web-1, xweb-1 web-1", uint8(3), true)
	f.Add(`{"Name":"/db"}web-web-1`, uint8(1), false)
	f.Add("web-1", uint8(2), true)
	f.Fuzz(func(t *testing.T, text string, step uint8, json bool) {
		var s Set
		learn(&s, "web-1", "a-much-longer-name", true)
		learn(&s, "web-1-web-2", "x", true)
		learn(&s, "db", "cache", true)
		r := s.Answers()
		want := string(r.All(nil, []byte(text), json))
		st := NewStream(r, json)
		var got []byte
		n := int(step)%7 + 1
		for rest := []byte(text); len(rest) > 0; {
			k := min(n, len(rest))
			got = st.Next(got, rest[:k])
			rest = rest[k:]
			if len(st.held) > len(`/volumes/web-1-web-2/`) { // the longest that is replaced
				t.Fatalf("%d bytes are held back", len(st.held))
			}
		}
		got = st.Flush(got)
		if string(got) != want {
			t.Errorf("in pieces of %d: %q\nwhole: %q", n, got, want)
		}
	})
}

func TestStreamChangesItsNames(t *testing.T) {
	var s Set
	learn(&s, "web-1", "run-7", true)
	st := NewStream(s.Answers(), false)
	out := st.Next(nil, []byte("a web-1 b we"))
	st.Use(nil)
	out = st.Next(out, []byte("b-1 c"))
	if got := string(st.Flush(out)); got != "a run-7 b web-1 c" {
		t.Errorf("got %q", got)
	}
}

func BenchmarkStream(b *testing.B) {
	var s Set
	for _, n := range []string{"web-1", "web-2", "db-main", "cache-0a1b"} {
		learn(&s, n, "live-"+n, true)
	}
	text := make([]byte, 32<<10)
	for i := range text {
		text[i] = "lorem ipsum dolor sit amet web, "[i%32]
	}
	st := NewStream(s.Answers(), false)
	b.SetBytes(int64(len(text)))
	var out []byte
	for b.Loop() {
		out = st.Next(out[:0], text)
	}
}
