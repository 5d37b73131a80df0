package recordings

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/zeebo/xxh3"

	"github.com/dockwire/dockwire/decode"
)

// readWhole gives the events of a reader, and of each and each error what the reader
// says of its place.
func readWhole(r *Reader) (events []decode.Event, places []string) {
	for {
		e, err := r.Next()
		line, offset, number := r.Line()
		places = append(places, fmt.Sprint(err, r.Stopped(), r.Pending(), offset, r.Offset(), number, xxh3.Hash(line)))
		switch {
		case err == io.EOF:
			return events, append(places, r.Torn())
		case err == nil:
			events = append(events, decode.Clone(e))
		}
	}
}

// Lines that are read ahead, in a goroutine, and those that come byte by byte say the
// same at the same places, whatever is wrong with them.
func TestReadAhead(t *testing.T) {
	paths, err := filepath.Glob("testdata/*/*.jsonl")
	if err != nil || len(paths) < 100 {
		t.Fatalf("%d recordings, %v", len(paths), err)
	}
	whole, err := os.ReadFile("testdata/v1/damaged.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	head, rest, _ := bytes.Cut(whole, []byte("\n"))
	long := filepath.Join(t.TempDir(), "long.jsonl")
	text := string(head) + "\n" + strings.Repeat(string(rest), batchLines/4) +
		strings.Repeat(`{"e":"mark","x":0,"t":99,"text":"`+strings.Repeat("a line with a lot in it ", 9000)+`"}`+"\n", 5) +
		`{"e":"mark","x":0,"t":99,"text":"` + strings.Repeat("x", maxRead) + `"}` + "\n" + string(rest)
	if err := os.WriteFile(long, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range append(paths, long) {
		beside, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var in io.Reader = bytes.NewReader(b)
		if len(b) < 64<<10 {
			in = iotest.OneByteReader(in)
		}
		alone, err := NewReader(in)
		if err != nil {
			t.Fatal(err)
		}
		gotEvents, got := readWhole(beside)
		wantEvents, want := readWhole(alone)
		if !reflect.DeepEqual(gotEvents, wantEvents) {
			same(t, gotEvents, wantEvents)
			t.Errorf("%s: events differ", path)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", path, d)
		}
		beside.Close()
		alone.Close()
	}
}

// What has come through a pipe is delivered before more comes, and a reader that is
// closed in the middle of a file leaves no goroutine that reads it.
func TestReadAheadWaitsForNobody(t *testing.T) {
	from, to := io.Pipe()
	defer to.Close()
	go io.WriteString(to, headerLine+`{"e":"mark","x":0,"t":1,"text":"a"}`+"\n")
	r, err := NewReader(from)
	if err != nil {
		t.Fatal(err)
	}
	if e, err := r.Next(); err != nil || e.(*decode.Mark).Text != "a" {
		t.Fatal(e, err)
	}
	r.Close()
	long := filepath.Join(t.TempDir(), "long.jsonl")
	if err := os.WriteFile(long, []byte(headerLine+strings.Repeat(`{"e":"mark","x":0,"t":1,"text":"a"}`+"\n", 1<<16)), 0o600); err != nil {
		t.Fatal(err)
	}
	if r, err = Open(long); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Next(); err != nil {
		t.Fatal(err)
	}
	r.Close()
	if len(r.ahead.filled) > 0 {
		t.Error("a goroutine goes on")
	}
	if _, err := r.Next(); err == nil {
		t.Error("a reader that is closed has events")
	}
}
