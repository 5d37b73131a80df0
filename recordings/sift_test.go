package recordings

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/dockwire/dockwire/decode"
)

// evens wants the calls of even numbers.
type evens struct{ target bool }

func (evens) Event(e decode.Event) bool { return e.From().Exchange%2 == 0 }
func (s evens) Target() bool            { return s.target }

// siftedAndWhole are the events that a reader gives which sifts, and one which does not,
// with the errors at their places, and the connections of the calls that were left out.
func siftedAndWhole(t *testing.T, b []byte, sieve Sieve) (sifted, whole []any, left []decode.ConnID) {
	read := func(sieve Sieve) (all []any) {
		r, err := NewReader(bytes.NewReader(b))
		if err != nil {
			return nil
		}
		defer r.Close()
		if sieve != nil {
			r.Sift(func() Sieve { return sieve }, func(c decode.ConnID) { left = append(left, c) })
		}
		for range 8 * (bytes.Count(b, []byte("\n")) + 1 + len(b)) {
			e, err := r.Next()
			switch {
			case err == nil:
				all = append(all, decode.Clone(e))
				continue
			case err != io.EOF:
				all = append(all, err.Error())
				if _, ok := err.(*LineError); ok {
					continue
				}
			}
			return append(all, r.Stopped(), r.Torn())
		}
		t.Fatal("still reading")
		return nil
	}
	return read(sieve), read(nil), left
}

// checkSifted says how many calls were left out: whole ones of odd numbers, and nothing
// else.
func checkSifted(t *testing.T, b []byte) (calls int) {
	t.Helper()
	sifted, whole, left := siftedAndWhole(t, b, evens{})
	open := map[decode.ExchangeID]bool{}
	for _, w := range whole {
		if len(sifted) > 0 && reflect.DeepEqual(sifted[0], w) {
			sifted = sifted[1:]
			continue
		}
		e, ok := w.(decode.Event)
		if !ok || e.From().Exchange%2 == 0 {
			t.Fatalf("%v was left out", w)
		}
		x := e.From().Exchange
		switch e := e.(type) {
		case *decode.RequestHead:
			if open[x] {
				t.Fatalf("two requests of call %d were left out", x)
			}
			if e.Conn != 0 {
				if len(left) == 0 || left[0] != e.Conn {
					t.Fatalf("call %d was left out of connection %d, not of %v", x, e.Conn, left)
				}
				left = left[1:]
			}
			open[x] = true
			calls++
		case *decode.ExchangeEnd:
			delete(open, x)
		default:
			if !open[x] {
				t.Fatalf("%v was left out of a call that began", e)
			}
		}
	}
	if len(sifted) > 0 || len(open) > 0 || len(left) > 0 {
		t.Fatalf("%d events are there that were not, and the ends of %d calls", len(sifted), len(open))
	}
	return calls
}

func TestSift(t *testing.T) {
	paths, err := filepath.Glob("testdata/*/*.jsonl")
	if err != nil || len(paths) < 100 {
		t.Fatalf("%d recordings, %v", len(paths), err)
	}
	calls := 0
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		calls += checkSifted(t, b)
	}
	if calls < 100 {
		t.Errorf("only %d calls were left out", calls)
	}
}

func FuzzSift(f *testing.F) {
	addRecordings(f)
	f.Add([]byte(headerLine + `{"e":"req","x":1,"t":1,"c":1,"x":2,"m":"GET","u":"/_ping","p":"1.1","h":[],"fin":true}` + "\n" +
		`{"e":"res","x":1,"t":1,"s":200,"p":"1.1","h":[],"fin":true}` + "\n"))
	f.Add([]byte(headerLine + `{"e":"req","x":1,"t":1,"c":1,"m":"GET","u":"/_ping","p":"1.1","h":[]}` + "\n" +
		`{"e":"req","x":1,"t":1,"c":1,"m":"GET","u":"/_ping","p":"1.1","h":[],"fin":true}` + "\n" +
		`{"e":"res","x":1,"t":1,"s":200,"p":"1.1","h":[],"fin":true}` + "\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if !bytes.HasPrefix(b, zstdMagic) && len(b) < 1<<16 {
			checkSifted(t, b)
		}
	})
}
