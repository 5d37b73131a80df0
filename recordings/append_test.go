package recordings

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode"
)

func TestAppend(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.jsonl")
	first := get(ms, 1, 1, "/info", "{}")
	open1 := []decode.Event{
		&decode.ConnOpened{Origin: at(5*ms, 2, 0), Peer: decode.Peer{PID: 1}},
		request(at(6*ms, 2, 2), "GET", "/events"), dirEnd(at(6*ms, 2, 2), decode.Request),
		response(at(7*ms, 2, 2), 200, "OK", decode.FramingChunked, -1, decode.ContentJSONStream),
	}
	w := create(t, path, Options{})
	record(t, w, append(first, open1...)...)
	// Killed: no stop line, and a torn one.
	if err := w.out.(*plainSink).f.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(`{"e":"out","x":2,"t":8000,"n":9,"te`); err != nil {
		t.Fatal(err)
	}
	f.Close()

	header := testHeader
	header.Start = header.Start.Add(15 * time.Second)
	w, err = Create(path, Options{Append: true, Header: header})
	if err != nil {
		t.Fatal(err)
	}
	record(t, w, get(2*ms, 1, 1, "/version", "{}")...)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}

	resumed := 15 * time.Second
	const why = "the recording was interrupted"
	want := append(append([]decode.Event{}, first...), open1...)
	want = append(want,
		&decode.Mark{Origin: at(resumed, 0, 0), Text: "the recording was taken up again at 2026-11-23T14:02:26.123456Z"},
		&decode.ExchangeEnd{Origin: at(resumed, 2, 2), By: decode.Recorder, How: decode.EndCancel, Err: why, OpenResponse: true},
		&decode.ConnClosed{Origin: at(resumed, 2, 0), By: decode.Recorder, How: decode.EndCancel, Err: why})
	want = append(want, get(resumed+2*ms, 3, 3, "/version", "{}")...)
	r := open(t, path)
	got, bad := readAll(t, r)
	if bad != nil {
		t.Fatal(bad)
	}
	same(t, got, want)
	if !r.Header().Start.Equal(testHeader.Start) {
		t.Fatalf("start is %v", r.Header().Start)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{`"e":"resume","x":0,"t":15000000,"start":"2026-11-23T14:02:26.123456Z","torn":35,"open":[2]}`, `"e":"stop","x":0,"t":15004000,"lines":10,"exchanges":3,"open":[]}`} {
		if !strings.Contains(string(b), s) {
			t.Errorf("no %s in\n%s", s, b)
		}
	}
	if n := bytes.Count(b, []byte("\n")); n != 10 {
		t.Errorf("%d lines", n)
	}
}

// A clock that was set back does not make time run back.
func TestAppendWithClockSetBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.jsonl")
	w := create(t, path, Options{})
	record(t, w, get(time.Minute, 1, 1, "/info", "{}")...)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	header := testHeader
	header.Start = header.Start.Add(-time.Hour)
	w, err := Create(path, Options{Append: true, Header: header})
	if err != nil {
		t.Fatal(err)
	}
	record(t, w, get(ms, 1, 1, "/info", "{}")...)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	got, _ := readAll(t, open(t, path))
	if last := got[len(got)-1].From().Time; last < time.Minute {
		t.Fatalf("the last event is at %v", last)
	}
}

func TestAppendRefuses(t *testing.T) {
	dir := t.TempDir()
	other := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(other, []byte("buy milk\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(other, Options{Append: true}); err == nil || !strings.Contains(err.Error(), "not a dockwire recording") {
		t.Fatalf("some other file: %v", err)
	}
	if b, _ := os.ReadFile(other); string(b) != "buy milk\n" {
		t.Fatalf("it has %q now", b)
	}
	z := filepath.Join(dir, "a.zst")
	if err := create(t, z, Options{}).Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(z, Options{Append: true}); err == nil || !strings.Contains(err.Error(), "another file") {
		t.Fatalf("compressed: %v", err)
	}
	if _, err := Create(z, Options{Append: true, Overwrite: true}); err == nil {
		t.Fatal("both ways at once")
	}
}
