package recordings

import (
	"bytes"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode"
)

// events of 200 exchanges, each in its own order, shuffled into one another.
func interleaved(seed uint64) []decode.Event {
	rnd := rand.New(rand.NewPCG(seed, seed))
	queues := make([][]decode.Event, 200)
	for i := range queues {
		x := decode.ExchangeID(i + 1)
		q := get(0, decode.ConnID(i+1), x, "/containers/"+strconv.Itoa(i)+"/json", `{"x":`+strconv.Itoa(i)+"}\n")
		if i%3 == 0 { // some stream
			o := at(0, decode.ConnID(i+1), x)
			q = append(q[:2:2], response(o, 200, "OK", decode.FramingChunked, -1, decode.ContentJSONStream),
				data(o, decode.Response, `{"n":1}`+"\n"), data(o, decode.Response, `{"n":2}`+"\n"), dirEnd(o, decode.Response), end(o))
		}
		queues[i] = q
	}
	var events []decode.Event
	for now := ms; len(queues) > 0; now += time.Duration(rnd.IntN(300)) * time.Microsecond {
		i := rnd.IntN(len(queues))
		e := queues[i][0]
		e.From().Time = now
		if d, ok := e.(*decode.Data); ok {
			d.First = now
		}
		events = append(events, e)
		if queues[i] = queues[i][1:]; len(queues[i]) == 0 {
			queues[i] = queues[len(queues)-1]
			queues = queues[:len(queues)-1]
		}
	}
	return events
}

// What was seen first is read first, over all exchanges: replay takes cause
// and effect from it.
func TestOrder(t *testing.T) {
	for seed := range uint64(5) {
		events := interleaved(seed)
		got, bad := read(t, write(t, Options{}, events...))
		if bad != nil {
			t.Fatal(bad)
		}
		same(t, got, events)
	}
}

func TestTimeNeverDecreases(t *testing.T) {
	events := append(get(50*ms, 1, 1, "/a", "{}"), get(10*ms, 2, 2, "/b", "{}")...)
	events = append(events, &decode.Mark{Origin: at(20*ms, 0, 0)})
	got, _ := read(t, write(t, Options{}, events...))
	last := time.Duration(0)
	for _, e := range got {
		if now := e.From().Time; now < last {
			t.Fatalf("%T at %v after %v", e, now, last)
		} else {
			last = now
		}
	}
	if last != 52*ms {
		t.Fatalf("last is %v", last)
	}
}

// A small finished exchange is two lines, each complete in one write as soon
// as its direction is.
func TestWrites(t *testing.T) {
	var out writes
	w, err := newStreamWriter(&out, Options{Header: testHeader})
	if err != nil {
		t.Fatal(err)
	}
	want := []int{1, 2, 2, 2, 2, 3} // header; after each event
	for i, e := range get(ms, 1, 1, "/info", "{}") {
		if err := w.Event(e); err != nil {
			t.Fatal(err)
		}
		if out.n != want[i] {
			t.Fatalf("%d writes after %T, want %d", out.n, e, want[i])
		}
	}
	for line := range bytes.Lines(out.b) {
		if line[len(line)-1] != '\n' {
			t.Fatalf("no whole line: %q", line)
		}
	}
}

type writes struct {
	b []byte
	n int
}

func (w *writes) Write(b []byte) (int, error) {
	w.n++
	w.b = append(w.b, b...)
	return len(b), nil
}

// What is held is written by Tick after 100 ms, and by whatever comes next.
func TestHold(t *testing.T) {
	o := at(ms, 1, 1)
	begin := []decode.Event{request(o, "GET", "/info"), dirEnd(o, decode.Request), response(o, 200, "OK", decode.FramingChunked, -1, decode.ContentJSON), data(o, decode.Response, "[1,")}
	tests := []struct {
		name string
		then func(w *Writer) error
		held bool
	}{
		{"too early", func(w *Writer) error { w.Tick(50 * ms); return nil }, true},
		{"late enough", func(w *Writer) error { w.Tick(101 * ms); return nil }, false},
		{"another exchange", func(w *Writer) error { return w.Event(request(at(2*ms, 2, 2), "GET", "/b")) }, false},
		{"a mark", func(w *Writer) error { return w.Event(&decode.Mark{Origin: at(2*ms, 0, 0)}) }, false},
		{"more of the body", func(w *Writer) error { return w.Event(data(at(2*ms, 1, 1), decode.Response, "2]")) }, true},
		{"much more of the body", func(w *Writer) error {
			return w.Event(data(at(2*ms, 1, 1), decode.Response, strings.Repeat("2", 65536)))
		}, false},
		{"more of the body, late", func(w *Writer) error { return w.Event(data(at(200*ms, 1, 1), decode.Response, "2]")) }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out writes
			w, err := newStreamWriter(&out, Options{Header: testHeader})
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range begin {
				if err := w.Event(e); err != nil {
					t.Fatal(err)
				}
			}
			if bytes.Contains(out.b, []byte(`"res"`)) {
				t.Fatal("the head was not held")
			}
			if err := tt.then(w); err != nil {
				t.Fatal(err)
			}
			if held := !bytes.Contains(out.b, []byte(`"res"`)); held != tt.held {
				t.Fatalf("held: %v, want %v", held, tt.held)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			got, bad := read(t, out.b)
			if bad != nil || !strings.HasPrefix(bodyOf(got, 1, decode.Response), "[1,") {
				t.Fatalf("%v, body %.20q", bad, bodyOf(got, 1, decode.Response))
			}
		})
	}
}
