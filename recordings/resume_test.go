package recordings

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dockwire/dockwire/decode"
)

// Wherever a reader stopped, one that resumes there gives what was open from
// its beginning, and of the rest nothing twice.
func TestResume(t *testing.T) {
	for _, name := range []string{"plain.jsonl", "packed.jsonl.zst"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			w := create(t, path, Options{})
			record(t, w, interleaved(3)...)
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			all := eventsOf(t, path, 0, 0, nil)
			lines := 0
			for stop := 1; stop < len(all); stop += 1 + len(all)/50 {
				offset, seen, begun := readSome(t, path, stop)
				open, from := map[decode.ExchangeID]bool{}, offset
				for id, at := range begun {
					open[id], from = true, min(from, at)
				}
				var want []decode.Event
				for i, e := range all {
					if i >= seen || open[e.From().Exchange] {
						want = append(want, e)
					}
				}
				if got := eventsOf(t, path, from, offset, open); !reflect.DeepEqual(got, want) {
					t.Fatalf("stopped after %d events (-want +got):\n%s", seen, cmp.Diff(want, got))
				}
				lines++
			}
			if lines < 10 {
				t.Errorf("%d places were tried", lines)
			}
		})
	}
}

// readSome reads at least so many events, to the end of a line, and tells
// where that is and which exchanges are open.
func readSome(t *testing.T, path string, least int) (offset int64, seen int, begun map[decode.ExchangeID]int64) {
	t.Helper()
	r, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	begun = map[decode.ExchangeID]int64{}
	for ; seen < least || r.Pending(); seen++ {
		e, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		_, at, _ := r.Line()
		switch e := e.(type) {
		case *decode.RequestHead:
			begun[e.Exchange] = at
		case *decode.ExchangeEnd:
			delete(begun, e.Exchange)
		}
	}
	return r.Offset(), seen, begun
}

func eventsOf(t *testing.T, path string, from, offset int64, open map[decode.ExchangeID]bool) (all []decode.Event) {
	t.Helper()
	r, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := r.Resume(from, offset, open); err != nil {
		t.Fatal(err)
	}
	for {
		e, err := r.Next()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, decode.Clone(e))
	}
}

// What is before the place is told by how it begins, and not read: damaged
// lines do not show.
func TestResumeReadsNothingTwice(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.jsonl")
	text := write(t, Options{}, interleaved(3)...)
	offset := bytes.LastIndexByte(text[:len(text)/2], '\n') + 1
	head := bytes.IndexByte(text, '\n') + 1
	copy(text[head:offset-1], bytes.Repeat([]byte("x"), offset))
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := eventsOf(t, path, 0, int64(offset), map[decode.ExchangeID]bool{1: true}); len(got) == 0 {
		t.Error("nothing is left")
	}
}
