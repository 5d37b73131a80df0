package recordings

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
	v1 "github.com/dockwire/dockwire/recordings/v1"
)

// The helpers here make events the way the decoder does.

const ms = time.Millisecond

var testHeader = Header{
	Tool: "dockwire test", Start: time.Date(2026, 11, 23, 14, 2, 11, 123456000, time.UTC),
	Upstream: "unix:///var/run/docker.sock", Redact: "default-1",
	Daemon: Daemon{Version: "28.3.3", API: "1.51", OS: "linux", Arch: "amd64"},
}

func at(t time.Duration, c decode.ConnID, x decode.ExchangeID) decode.Origin {
	return decode.Origin{Time: t, Conn: c, Exchange: x}
}

func request(o decode.Origin, method, target string, fields ...decode.Field) *decode.RequestHead {
	e := &decode.RequestHead{
		Origin: o, Method: method, Target: target, Proto: "HTTP/1.1", Fields: fields,
		Call: engine.Lookup(method, target), Length: -1, Content: decode.ContentNone,
	}
	e.Raw = v1.AppendRequest(nil, e)
	return e
}

func upload(o decode.Origin, content decode.Content, length int64, target string) *decode.RequestHead {
	e := request(o, "POST", target, decode.Field{Name: "Host", Value: "docker"})
	e.Content, e.Length, e.Framing = content, length, decode.FramingLength
	if length < 0 {
		e.Framing = decode.FramingChunked
	}
	return e
}

func response(o decode.Origin, status int, reason string, framing decode.Framing, length int64, c decode.Content, fields ...decode.Field) *decode.ResponseHead {
	e := &decode.ResponseHead{
		Origin: o, Status: status, Reason: reason, Proto: "HTTP/1.1", Fields: fields,
		Framing: framing, Length: length, Content: c, Why: "Content-Type",
	}
	e.Raw = v1.AppendResponse(nil, e)
	return e
}

func data(o decode.Origin, d decode.Direction, b string) *decode.Data {
	return &decode.Data{Origin: o, First: o.Time, Dir: d, Fd: decode.NoFd, Bytes: []byte(b)}
}

func frame(o decode.Origin, fd int, b string) *decode.Data {
	e := data(o, decode.Response, b)
	e.Fd = fd
	return e
}

func dirEnd(o decode.Origin, d decode.Direction) *decode.DirectionEnd {
	return &decode.DirectionEnd{Origin: o, Dir: d}
}

func end(o decode.Origin) *decode.ExchangeEnd {
	return &decode.ExchangeEnd{Origin: o, By: decode.Server, How: decode.EndEOF}
}

// get is a small finished exchange.
func get(t time.Duration, c decode.ConnID, x decode.ExchangeID, target, body string) []decode.Event {
	o, later := at(t, c, x), at(t+2*ms, c, x)
	return []decode.Event{
		request(o, "GET", target, decode.Field{Name: "Host", Value: "api.moby.localhost"}, decode.Field{Name: "User-Agent", Value: "Docker-Client/28.3.3 (linux)"}),
		dirEnd(o, decode.Request),
		response(later, 200, "OK", decode.FramingLength, int64(len(body)), decode.ContentJSON,
			decode.Field{Name: "Api-Version", Value: "1.51"}, decode.Field{Name: "Content-Type", Value: "application/json"}),
		data(later, decode.Response, body),
		dirEnd(later, decode.Response),
		end(later),
	}
}

// write records events and returns the file's text.
func write(t testing.TB, o Options, events ...decode.Event) []byte {
	t.Helper()
	if o.Header.Tool == "" {
		o.Header = testHeader
	}
	var out bytes.Buffer
	w, err := newStreamWriter(&out, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		c := decode.Clone(e)
		if err := w.Event(c); err != nil {
			t.Fatal(err)
		}
		spoil(c)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// spoil overwrites the memory of an event, as producers do.
func spoil(e decode.Event) {
	wipe := func(b []byte) {
		for i := range b {
			b[i] = '?'
		}
	}
	switch e := e.(type) {
	case *decode.Data:
		wipe(e.Bytes)
		clear(e.Redacted)
	case *decode.RequestHead:
		wipe(e.Raw)
		clear(e.Fields)
		clear(e.Redacted)
	case *decode.ResponseHead:
		wipe(e.Raw)
		clear(e.Fields)
		clear(e.Redacted)
	case *decode.Anomaly:
		wipe(e.Bytes)
	case *decode.DirectionEnd:
		clear(e.Trailer)
	}
}

// read returns copies of all events of a file and the errors of its lines.
func read(t testing.TB, file []byte) (events []decode.Event, bad []error) {
	t.Helper()
	r, err := NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	return readAll(t, r)
}

func readAll(t testing.TB, r *Reader) (events []decode.Event, bad []error) {
	t.Helper()
	for {
		e, err := r.Next()
		var le *LineError
		switch {
		case err == nil:
			events = append(events, decode.Clone(e))
		case err == io.EOF:
			return events, bad
		case errors.As(err, &le):
			bad = append(bad, err)
		default:
			t.Fatal(err)
		}
	}
}

// same compares events; times are those of a file.
func same(t testing.TB, got, want []decode.Event) {
	t.Helper()
	if d := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmp.Comparer(func(a, b time.Duration) bool {
		return a.Truncate(time.Microsecond) == b.Truncate(time.Microsecond)
	}), cmp.Comparer(func(a, b *engine.Operation) bool { return a == b })); d != "" {
		t.Fatalf("events differ (-want +got):\n%s", d)
	}
}

func sum(b string) string {
	h := sha256.Sum256([]byte(b))
	return hex.EncodeToString(h[:])
}

// newStreamWriter writes a recording to any writer, one Write a line.
func newStreamWriter(out io.Writer, o Options) (*Writer, error) {
	w := newWriter(streamSink{out}, "a stream", o)
	w.headerLine()
	w.put()
	return w, w.err
}

// streamSink writes to anything.
type streamSink struct{ w io.Writer }

func (s streamSink) Write(line []byte) error {
	_, err := s.w.Write(line)
	return err
}

func (s streamSink) Flush() error             { return nil }
func (s streamSink) Tick(time.Duration) error { return nil }
func (s streamSink) Close(bool) error         { return nil }
func (s streamSink) Size() int64              { return 0 }
func (s streamSink) FileState(string) error   { return nil }
func (s streamSink) Restart([]byte) error     { return nil }
