package decode

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// FuzzSession feeds whole observations. No panic; events in an order that
// consumers can rely on; memory within bounds; and the same events however
// the bytes were cut, as long as everything could be followed.
func FuzzSession(f *testing.F) {
	files, err := filepath.Glob("testdata/*/*.wire")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		for _, b := range packScript(readScript(f, file)) {
			if len(b) < 8<<10 {
				f.Add(b)
			}
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s := unpackScript(b)
		events := collectBounded(t, s, 0)
		if err := wellFormed(events); err != nil {
			t.Fatal(err)
		}
		if !followed(events) {
			if err := wellFormed(collectBounded(t, s, 1)); err != nil {
				t.Fatal(err)
			}
			return
		}
		want := renderAll(normalise(events))
		for _, cut := range []int{1, 3} {
			got := collectBounded(t, s, cut)
			if err := wellFormed(got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, renderAll(normalise(got))); diff != "" {
				t.Fatalf("reads of %d bytes change the events (-whole +cut):\n%s", cut, diff)
			}
		}
	})
}

// followed reports whether all bytes could be decoded. Where not, it matters
// where reads begin.
func followed(events []Event) bool {
	for _, e := range events {
		if _, ok := e.(*Anomaly); ok {
			return false
		}
	}
	return true
}

// A packed script is one connection: an operation byte, for bytes a length of
// two, and the bytes.
const (
	packRequest = iota
	packResponse
	packRequestEOF
	packResponseEOF
	packRequestGap
	packResponseGap
	packOps
)

func unpackScript(b []byte) script {
	s := script{{conn: 1, do: "open"}}
	for at := time.Microsecond; len(b) > 0; at += time.Microsecond {
		op := b[0] % packOps
		b = b[1:]
		st := step{conn: 1, at: at, dir: Direction(op % 2)}
		switch op {
		case packRequest, packResponse:
			n := 0
			if len(b) >= 2 {
				n = min(int(b[0])<<8|int(b[1]), len(b)-2)
				b = b[2:]
			}
			st.do, st.bytes = "feed", b[:n]
			b = b[n:]
		case packRequestEOF, packResponseEOF:
			st.do = "eof"
		default:
			st.do, st.n, st.why = "gap", 1, "fuzz"
			if len(b) > 0 {
				st.n, b = int64(b[0]), b[1:]
			}
		}
		s = append(s, st)
	}
	return append(s, step{conn: 1, at: time.Second, do: "close", by: Client, how: EndEOF})
}

// packScript packs each connection of the script.
func packScript(s script) map[ConnID][]byte {
	out := map[ConnID][]byte{}
	for _, st := range s {
		b := out[st.conn]
		switch st.do {
		case "feed":
			b = append(b, packRequest+byte(st.dir), byte(len(st.bytes)>>8), byte(len(st.bytes)))
			b = append(b, st.bytes...)
		case "eof":
			b = append(b, packRequestEOF+byte(st.dir))
		case "gap":
			b = append(b, packRequestGap+byte(st.dir), byte(st.n))
		}
		out[st.conn] = b
	}
	return out
}

func collectBounded(t *testing.T, s script, cut int) (out []Event) {
	sess := NewSession(func(e Event) { out = append(out, Clone(e)) })
	conns := map[ConnID]*Conn{}
	for _, st := range s {
		st.play(sess, conns, cut)
		checkMemory(t, conns[st.conn])
	}
	return out
}

// checkMemory looks at all that a connection may keep.
func checkMemory(t testing.TB, c *Conn) {
	t.Helper()
	const slack = 2 * (64 << 10) // append rounds up; a read goes on top
	l, ok := c.top.(*opening).chosen.(*http1)
	if !ok {
		return
	}
	for _, h := range []*half{&l.request.half, &l.response} {
		limit := 2*maxHead + slack
		if h.state == stateHeld || h.state == stateBacklog || h.state == stateStream {
			limit = 2*maxBacklog + slack
		}
		if cap(h.buf) > limit {
			t.Fatal("head buffer", cap(h.buf))
		}
		if cap(h.body.peek) > 2*maxPeek {
			t.Fatal("peek buffer", cap(h.body.peek))
		}
		if s := h.body.split; s != nil && s.held() > maxPiece {
			t.Fatal("piece", s.held())
		}
	}
	if len(l.open) > maxOpen+1 {
		t.Fatal("open exchanges", len(l.open))
	}
}
