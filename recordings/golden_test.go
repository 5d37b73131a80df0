package recordings

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/digest"
	"github.com/dockwire/dockwire/decode/golden"
)

// The recordings of testdata/v1 must read for ever: they are added to, never
// changed. Beside each is what has to be read from it.
func TestGoldenRead(t *testing.T) {
	files, err := filepath.Glob("testdata/v1/*.jsonl")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d golden files, %v", len(files), err)
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			events, bad := readAll(t, open(t, path))
			var got strings.Builder
			for _, e := range events {
				got.WriteString(dump(e) + "\n")
			}
			for _, err := range bad {
				fmt.Fprintf(&got, "error: %v\n", err)
			}
			golden.Check(t, strings.TrimSuffix(path, ".jsonl")+".events", got.String())
		})
	}
}

// What the writer makes of events is part of the format too.
func TestGoldenWrite(t *testing.T) {
	o := at(ms, 1, 1)
	redacted := request(o, "POST", "/v1.51/images/create?fromImage=registry.example%2Fapp&tag=1", decode.Field{Name: "X-Registry-Auth", Value: "{{redacted.registry_auth.1}}"})
	redacted.Raw = nil
	redacted.Redacted = []decode.Redaction{{At: "h/X-Registry-Auth", As: "registry_auth.1", Rule: "docker-registry-auth", Shape: `{"serveraddress":"registry.example","password":true}`}}
	env := data(at(3*ms, 1, 2), decode.Request, `{"Image":"postgres","Env":["POSTGRES_PASSWORD={{redacted.env.2}}"]}`+"\n")
	env.Redacted = []decode.Redaction{{At: "body/Env/0", As: "env.2", Rule: "env-name"}}
	odd := request(o, "GET", "/info", decode.Field{Name: "HOST", Value: ""}, decode.Field{Name: "X-Name", Value: "\xe9"})
	odd.Raw = []byte("GET /info HTTP/1.1\nHOST:\r\nX-Name:  \xe9\r\n\r\n")

	tests := map[string]struct {
		opt    Options
		events []decode.Event
	}{
		"small": {events: get(ms, 1, 1, "/v1.51/containers/json?all=1", `[{"Id":"4f2c","Names":["/web"],"Image":"nginx","State":"running"}]`+"\n")},
		"connection": {events: []decode.Event{
			&decode.ConnOpened{Origin: at(0, 1, 0), Listener: "unix:///tmp/dw.sock", Upstream: "unix:///var/run/docker.sock", Dial: 120e3,
				Peer: decode.Peer{PID: 4242, UID: 1000, HasUID: true, User: "ada", Command: []string{"/home/ada/bin/docker", "run", "-it", "alpine"}}},
			&decode.ConnClosed{Origin: at(ms, 1, 0), By: decode.Client, How: decode.EndEOF},
		}},
		"pull": {events: []decode.Event{
			request(at(9*ms, 1, 2), "POST", "/v1.51/images/create?fromImage=alpine&tag=3.20", decode.Field{Name: "Content-Length", Value: "0"}),
			dirEnd(at(9*ms, 1, 2), decode.Request),
			response(at(801*ms, 1, 2), 200, "OK", decode.FramingChunked, -1, decode.ContentJSONStream, decode.Field{Name: "Transfer-Encoding", Value: "chunked"}),
			data(at(802*ms, 1, 2), decode.Response, `{"status":"Pulling from library/alpine","id":"3.20"}`+"\r\n"),
			data(at(1102*ms, 1, 2), decode.Response, `{"status":"Downloading","progressDetail":{"current":36864,"total":3623807},"id":"0a9a"}`+"\r\n"),
			dirEnd(at(1498*ms, 1, 2), decode.Response), end(at(1498*ms, 1, 2)),
		}},
		"attach": {events: []decode.Event{
			request(at(1*ms, 2, 4), "POST", "/v1.51/containers/4f2c/attach?stdin=1&stdout=1&stream=1", decode.Field{Name: "Upgrade", Value: "tcp"}),
			response(at(2*ms, 2, 4), 101, "UPGRADED", decode.FramingHijack, -1, decode.ContentStdcopy),
			request(at(3*ms, 1, 5), "POST", "/v1.51/containers/4f2c/start"), dirEnd(at(3*ms, 1, 5), decode.Request),
			data(at(4*ms, 2, 4), decode.Request, "echo hi; ls /nope\n"),
			response(at(5*ms, 1, 5), 204, "No Content", decode.FramingNone, -1, decode.ContentNone), dirEnd(at(5*ms, 1, 5), decode.Response), end(at(5*ms, 1, 5)),
			frame(at(6*ms, 2, 4), 1, "hi\n"), frame(at(7*ms, 2, 4), 2, "ls: /nope: No such file or directory\n"),
			frame(at(8*ms, 2, 4), 1, "\xe2\x82"), frame(at(9*ms, 2, 4), 1, "\xac\n"),
			dirEnd(at(10*ms, 2, 4), decode.Request), dirEnd(at(11*ms, 2, 4), decode.Response), end(at(11*ms, 2, 4)),
		}},
		"omitted": {opt: Options{MaxBody: 10, Digest: digest.SHA256}, events: []decode.Event{
			upload(at(1*ms, 1, 1), decode.ContentTar, -1, "/v1.51/build"), data(at(2*ms, 1, 1), decode.Request, "not a tar"), dirEnd(at(3*ms, 1, 1), decode.Request),
			response(at(4*ms, 1, 1), 200, "OK", decode.FramingChunked, -1, decode.ContentUnknown),
			data(at(5*ms, 1, 1), decode.Response, "0123456789abcdef"), data(at(6*ms, 1, 1), decode.Response, "more"),
			dirEnd(at(7*ms, 1, 1), decode.Response), end(at(7*ms, 1, 1)),
		}},
		"omitted-xxh3": {opt: Options{MaxBody: 10}, events: []decode.Event{
			upload(at(1*ms, 1, 1), decode.ContentTar, -1, "/v1.51/build"), data(at(2*ms, 1, 1), decode.Request, "not a tar"), dirEnd(at(3*ms, 1, 1), decode.Request),
			response(at(4*ms, 1, 1), 200, "OK", decode.FramingChunked, -1, decode.ContentUnknown),
			data(at(5*ms, 1, 1), decode.Response, "0123456789abcdef"), data(at(6*ms, 1, 1), decode.Response, "more"),
			dirEnd(at(7*ms, 1, 1), decode.Response), end(at(7*ms, 1, 1)),
		}},
		"redacted": {events: []decode.Event{redacted, dirEnd(o, decode.Request),
			upload(at(3*ms, 1, 2), decode.ContentJSON, 88, "/v1.51/containers/create?name=db"), env, dirEnd(at(4*ms, 1, 2), decode.Request)}},
		"ends": {events: []decode.Event{
			request(at(1*ms, 1, 1), "GET", "/v1.51/events"), dirEnd(at(1*ms, 1, 1), decode.Request),
			response(at(2*ms, 1, 1), 200, "OK", decode.FramingChunked, -1, decode.ContentJSONStream),
			&decode.ExchangeEnd{Origin: at(3*ms, 1, 1), By: decode.Client, How: decode.EndCancel, OpenResponse: true},
			request(at(4*ms, 2, 2), "GET", "/v1.51/info"), dirEnd(at(4*ms, 2, 2), decode.Request),
			&decode.ExchangeEnd{Origin: at(5*ms, 2, 2), By: decode.Server, How: decode.EndReset, Err: "connection reset by peer", OpenResponse: true},
		}},
		"heads": {events: []decode.Event{odd,
			&decode.InterimHead{Origin: at(2*ms, 1, 1), Status: 100, Reason: "Continue", Proto: "HTTP/1.1"},
			response(at(3*ms, 1, 1), 400, "Bad Request: malformed Host header", decode.FramingClose, -1, decode.ContentText),
			&decode.DirectionEnd{Origin: at(4*ms, 1, 1), Dir: decode.Response, Trailer: []decode.Field{{Name: "Digest", Value: "sha-256=x"}}},
		}},
		"grpc": {events: []decode.Event{
			request(at(1*ms, 1, 1), "POST", "/session", decode.Field{Name: "Upgrade", Value: "h2c"}), dirEnd(at(1*ms, 1, 1), decode.Request),
			response(at(2*ms, 1, 1), 101, "Switching Protocols", decode.FramingHijack, -1, decode.ContentHTTP2),
			&decode.RequestHead{Origin: at(3*ms, 1, 2), Parent: 1, Stream: 1, ByDaemon: true, Method: "POST", Target: "/grpc.health.v1.Health/Check", Proto: "HTTP/2.0",
				Fields:  []decode.Field{{Name: ":method", Value: "POST"}, {Name: ":path", Value: "/grpc.health.v1.Health/Check"}},
				Framing: decode.FramingHTTP2, Length: -1, Content: decode.ContentGRPC},
			&decode.Message{Origin: at(4*ms, 1, 2), First: 3 * ms, Type: "grpc.health.v1.HealthCheckRequest", JSON: []byte(`{"service":"a"}`), Bytes: []byte("\n\x01a"), Size: 30, Compression: "gzip"},
			&decode.ResponseHead{Origin: at(5*ms, 1, 2), Status: 200, Proto: "HTTP/2.0", Fields: []decode.Field{{Name: ":status", Value: "200"}},
				Framing: decode.FramingHTTP2, Length: -1, Content: decode.ContentGRPC, Why: "Content-Type"},
			&decode.Message{Origin: at(6*ms, 1, 2), First: 6 * ms, Dir: decode.Response, JSON: []byte(`{"1":5}`), Bytes: []byte("\x08\x85\x00"), Size: 3},
			&decode.Message{Origin: at(6*ms, 1, 2), First: 6 * ms, Dir: decode.Response, Size: 5 << 20, Cut: "longer than 4 MiB"},
			&decode.Message{Origin: at(6*ms, 1, 2), First: 6 * ms, Dir: decode.Response, Type: "fsutil.types.Packet", JSON: []byte(`{"type":"PACKET_DATA","ID":1}`), Bytes: []byte("\x08\x02\x18\x01"), Size: 4, Digest: digest.SHA256.Of([]byte("x"))},
			&decode.DirectionEnd{Origin: at(7*ms, 1, 2), Dir: decode.Response, Trailer: []decode.Field{{Name: "grpc-status", Value: "0"}}},
			&decode.ExchangeEnd{Origin: at(8*ms, 1, 2), By: decode.Client, How: decode.EndEOF, OpenRequest: true},
			&decode.ControlFrames{Origin: at(9*ms, 1, 1), Dir: decode.Response, Bytes: 412, Settings: 2, Ping: 17, WindowUpdate: 3, Late: 5},
		}},
		"remarks": {events: []decode.Event{
			&decode.Gap{Origin: at(1*ms, 1, 0), Dir: decode.Response, Bytes: 1048576, Why: "queue full"},
			&decode.Anomaly{Origin: at(2*ms, 1, 0), Dir: decode.Request, Reason: "no HTTP request line", Bytes: []byte("\x16\x03\x01")},
			&decode.Mark{Origin: at(3*ms, 0, 0), Text: "the wall clock jumped"},
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			golden.Check(t, "testdata/v1/"+name+".jsonl", write(t, tt.opt, tt.events...))
		})
	}
}

// dump shows all of an event in a line.
func dump(e decode.Event) string {
	o := e.From()
	s := fmt.Sprintf("%v c%d x%d %s", o.Time, o.Conn, o.Exchange, strings.TrimPrefix(fmt.Sprintf("%T", e), "*decode."))
	switch e := e.(type) {
	case *decode.ConnOpened:
		s += fmt.Sprintf(" %+v %s %s %v", e.Peer, e.Listener, e.Upstream, e.Dial)
	case *decode.ConnClosed:
		s += fmt.Sprintf(" by %s %s %q", e.By, e.How, e.Err)
	case *decode.RequestHead:
		s += fmt.Sprintf(" %q %q %q %s fields %q raw %q framing %d length %d content %d red %q", e.Method, e.Target, e.Proto, e.Call.Name(e.Method), e.Fields, e.Raw, e.Framing, e.Length, e.Content, e.Redacted)
		if e.Parent != 0 || e.Stream != 0 || e.ByDaemon {
			s += fmt.Sprintf(" in %d stream %d by daemon %v", e.Parent, e.Stream, e.ByDaemon)
		}
	case *decode.InterimHead:
		s += fmt.Sprintf(" %d %q %q fields %q", e.Status, e.Reason, e.Proto, e.Fields)
	case *decode.ResponseHead:
		s += fmt.Sprintf(" %d %q %q fields %q raw %q framing %d length %d content %d why %q red %q", e.Status, e.Reason, e.Proto, e.Fields, e.Raw, e.Framing, e.Length, e.Content, e.Why, e.Redacted)
	case *decode.Data:
		s += fmt.Sprintf(" %v first %v fd %d more %v %q red %q", e.Dir, e.First, e.Fd, e.More, e.Bytes, e.Redacted)
	case *decode.Omitted:
		s += fmt.Sprintf(" %v %d of %d %s %s tar %+v cut %d err %q why %q", e.Dir, e.Bytes, e.Total, e.Digest.Kind(), e.Digest.Hex(), e.Tar, e.TarCut, e.TarErr, e.Why)
	case *decode.DirectionEnd:
		s += fmt.Sprintf(" %v trailer %q", e.Dir, e.Trailer)
	case *decode.ExchangeEnd:
		s += fmt.Sprintf(" by %s %s %q open %v %v", e.By, e.How, e.Err, e.OpenRequest, e.OpenResponse)
	case *decode.Gap:
		s += fmt.Sprintf(" %v %d %q", e.Dir, e.Bytes, e.Why)
	case *decode.Anomaly:
		s += fmt.Sprintf(" %v %q %q", e.Dir, e.Reason, e.Bytes)
	case *decode.Message:
		s += fmt.Sprintf(" %v first %v %q %q bytes %q size %d comp %q cut %q red %q", e.Dir, e.First, e.Type, e.JSON, e.Bytes, e.Size, e.Compression, e.Cut, e.Redacted)
		if e.Digest != "" {
			s += fmt.Sprintf(" %s %s", e.Digest.Kind(), e.Digest.Hex())
		}
	case *decode.ControlFrames:
		s += fmt.Sprintf(" %v %d %v late %d", e.Dir, e.Bytes, e.Counts(), e.Late)
	case *decode.Mark:
		s += fmt.Sprintf(" %q", e.Text)
	}
	return s
}
