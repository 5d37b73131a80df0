package recordings

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode"
)

func TestOpenErrors(t *testing.T) {
	tests := []struct{ file, want string }{
		{"", "the file is empty"},
		{"buy milk\n", "not a dockwire recording"},
		{"\x00\x01\x02", "not a dockwire recording"},
		{`{"format":"har"}` + "\n", "not a dockwire recording"},
		{`{"format":"dockwire","v":2,"need":[]}` + "\n", "format version 2, and this program reads versions up to 1"},
		{`{"format":"dockwire","v":"1"}` + "\n", "not a version"},
		{`{"format":"dockwire","v":0}` + "\n", "not a version"},
		{`{"format":"dockwire"}` + "\n", "no format version"},
		{`{"format":"dockwire","v":1` + "\n", "not valid JSON"},
		{`{"format":"dockwire","v":1,"start":"2026`, "not valid JSON"},
		{`{"format":"dockwire","v":1}`, "ends within its first line"},
		{`{"format":"dockwire","v":1,"start":"yesterday"}` + "\n", "not an RFC 3339 time"},
		{string(zstdMagic), "cut off within its first line"},
		{string(zstdMagic) + "junk that is no frame", ""},
	}
	for _, tt := range tests {
		r, err := NewReader(strings.NewReader(tt.file))
		if err == nil {
			r.Close()
			t.Errorf("%q: no error", tt.file)
		} else if !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: %v, want %q", tt.file, err, tt.want)
		}
	}
	path := filepath.Join(t.TempDir(), "x.jsonl")
	if err := os.WriteFile(path, []byte("buy milk"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path); err == nil || !strings.HasPrefix(err.Error(), path+": ") {
		t.Errorf("the error does not name the file: %v", err)
	}
}

func TestHeader(t *testing.T) {
	want := testHeader
	want.Need = []string{"h2"}
	want.Comment = "hello"
	r, err := NewReader(bytes.NewReader(write(t, Options{MaxBody: KeepAll, Header: want})))
	if err != nil {
		t.Fatal(err)
	}
	want.Version = 1
	want.Limits = Limits{Inline: 65536, Keep: -1}
	got := r.Header()
	if !got.Start.Equal(want.Start) || got.Comment != want.Comment || got.Daemon != want.Daemon || got.Limits != want.Limits ||
		len(got.Need) != 1 || got.Tool != want.Tool || got.Upstream != want.Upstream || got.Redact != want.Redact || got.Version != 1 {
		t.Fatalf("got %+v, want %+v", got, want)
	}
}

const headerLine = `{"format":"dockwire","v":1,"need":[],"start":"2026-11-23T14:02:11Z"}` + "\n"

// A line that cannot be read costs that line.
func TestBadLines(t *testing.T) {
	bad := []string{
		`{"e":"mark","x":0,"t":1,"text":"a"`, `garbage`, ``, `[]`, `{"e":"mark","x":0,"text":"no time"}`, `{"x":0,"t":1}`,
		`{"e":"mark","x":0,"t":-1,"text":"a"}`, `{"e":"mark","x":-1,"t":1}`, `{"e":"mark","x":0,"t":1e3}`, `{"e":"mark","x":0,"t":1,"text":5}`,
		`{"e":"out","x":1,"t":1,"n":3,"b64":"!"}`, `{"e":"out","x":1,"t":1,"fd":9,"n":1,"text":"a"}`, `{"e":"out","x":1,"t":1,"text":[]}`,
		`{"e":"out","x":1,"t":1,"t0":2,"n":1,"text":"a"}`, "{\"e\":\"mark\",\"x\":0,\"t\":1,\"text\":\"\xff\"}",
		`{"e":"req","x":1,"t":1,"m":"GET","u":"/","p":"1.1","h":[["a"],5]}`, `{"e":"res","x":1,"t":1,"s":99999}`, `{"e":"eof","x":1,"t":1,"dir":"up"}`,
		`{"e":"mark","x":0,"t":99999999999999999,"text":"a"}`, `{"e":"req","x":1,"t":1,"body":[]}`, `{"e":"req","x":1,"t":1,"red":[5]}`,
		strings.Repeat("x", maxRead+5),
	}
	for _, line := range bad {
		file := headerLine + `{"e":"mark","x":0,"t":1,"text":"before"}` + "\n" + line + "\n" + `{"e":"mark","x":0,"t":2,"text":"after"}` + "\n"
		got, errs := read(t, []byte(file))
		line = line[:min(80, len(line))]
		if len(got) != 2 || got[1].(*decode.Mark).Text != "after" {
			t.Errorf("%s: got %d events", line, len(got))
		}
		var le *LineError
		if len(errs) != 1 || !errors.As(errs[0], &le) || le.Line != 3 {
			t.Errorf("%s: errors %v", line, errs)
		}
	}
}

// What another tool wrote, with other spacing, order and line ends, is read.
func TestOtherHands(t *testing.T) {
	header := `{ "need": [], "v": 1, "start": "2026-11-23T14:02:11Z", "format": "dockwire" }` + "\n"
	file := header + "{ \"t\": 1000, \"text\" : \"\\u0061\\/\" , \"new\":[{}], \"e\": \"mark\", \"x\": 0 }\r\n" +
		`{"e":"teleport","x":1,"t":2000,"to":"mars"}` + "\n" + `{"e":"mark","x":0,"t":3000,"text":"b"}` + "\n"
	r, err := NewReader(strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	got, bad := readAll(t, r)
	if bad != nil {
		t.Fatal(bad)
	}
	same(t, got, []decode.Event{&decode.Mark{Origin: at(ms, 0, 0), Text: "a/"}, &decode.Mark{Origin: at(3*ms, 0, 0), Text: "b"}})
}

// A value that was changed by hand counts, whatever length is said beside it.
func TestChangedValues(t *testing.T) {
	for line, want := range map[string]string{
		`{"e":"out","x":1,"t":1,"n":3,"text":"four"}`:                        "four",
		`{"e":"out","x":1,"t":1,"n":17,"json":{ "StatusCode":1 },"nl":"\n"}`: "{ \"StatusCode\":1 }\n",
		`{"e":"out","x":1,"t":1,"n":99,"b64":"` + "YWJj" + `"}`:              "abc",
	} {
		got, errs := read(t, []byte(headerLine+line+"\n"))
		if len(got) == 0 || len(errs) != 0 {
			t.Fatalf("%s: %v, %v", line, got, errs)
		}
		if d, ok := got[0].(*decode.Data); !ok || string(d.Bytes) != want {
			t.Errorf("%s: %v", line, got[0])
		}
	}
}

func TestTornLine(t *testing.T) {
	whole := write(t, Options{}, get(ms, 1, 1, "/info", "{}")...)
	lines := bytes.SplitAfter(whole, []byte("\n"))
	begin := len(lines[0]) + len(lines[1])
	for cut := begin; cut < begin+len(lines[2]); cut++ {
		got, bad := read(t, whole[:cut])
		if bad != nil {
			t.Fatalf("cut at %d: %v", cut, bad)
		}
		_, marked := got[len(got)-1].(*decode.Mark)
		if len(got) != 2 && !marked || marked != (cut > begin) {
			t.Fatalf("cut at %d: %d events, marked %v", cut, len(got), marked)
		}
	}
}

func TestLine(t *testing.T) {
	file := write(t, Options{}, interleaved(9)...)
	r, err := NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	for {
		_, err := r.Next()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		line, offset, number := r.Line()
		if !bytes.HasPrefix(file[offset:], append(line[:len(line):len(line)], '\n')) {
			t.Fatalf("line %d is not at %d", number, offset)
		}
		if n := bytes.Count(file[:offset], []byte("\n")) + 1; n != number {
			t.Fatalf("line %d is said to be line %d", n, number)
		}
	}
}

// addRecordings makes recordings the seeds of a fuzz target.
func addRecordings(f *testing.F) {
	f.Add(write(f, Options{}, interleaved(2)[:100]...))
	f.Add([]byte(headerLine + `{"e":"resume","x":0,"t":1,"open":[1]}` + "\n"))
	golden, _ := filepath.Glob("testdata/v1/*.jsonl")
	for _, path := range golden {
		b, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
}

// Whatever a file holds, reading it ends, without a panic.
func FuzzReader(f *testing.F) {
	addRecordings(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := NewReader(bytes.NewReader(b))
		if err != nil {
			return
		}
		defer r.Close()
		lines := bytes.Count(b, []byte("\n")) + 1
		limit := 8*lines + 8*len(b) // a compressed file has more
		for range limit {
			e, err := r.Next()
			var le *LineError
			if err != nil && !errors.As(err, &le) {
				return
			}
			if e != nil {
				e.From()
			}
		}
		if !bytes.HasPrefix(b, zstdMagic) {
			t.Fatalf("still reading after %d events", limit)
		}
	})
}

// What is read can be written and read again, and is the same: a tool that
// rewrites a recording changes nothing it does not mean to.
func FuzzRewrite(f *testing.F) {
	addRecordings(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		if bytes.HasPrefix(b, zstdMagic) || len(b) > 1<<16 {
			return
		}
		r, err := NewReader(bytes.NewReader(b))
		if err != nil {
			return
		}
		defer r.Close()
		events, _ := readAll(t, r)
		o := Options{MaxBody: KeepAll, TarUploads: true, Peers: true, Header: testHeader}
		once, bad := read(t, write(t, o, events...))
		if bad != nil {
			t.Fatal(bad)
		}
		twice, bad := read(t, write(t, o, once...))
		if bad != nil {
			t.Fatal(bad)
		}
		same(t, twice, once)
	})
}
