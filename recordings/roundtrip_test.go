package recordings

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/digest"
)

func TestRoundTrip(t *testing.T) {
	tests := map[string][]decode.Event{
		"small exchange": get(ms, 1, 1, "/v1.51/containers/json?all=1", `[{"Id":"4f2c"}]`+"\n"),
		"connection": {
			&decode.ConnOpened{Origin: at(0, 1, 0), Listener: "unix:///tmp/dw.sock", Upstream: "unix:///var/run/docker.sock", Dial: 120 * time.Microsecond,
				Peer: decode.Peer{PID: 4242, UID: 0, HasUID: true, Command: []string{"docker", "run", "x\xff"}, Address: "10.0.0.1:5", Name: "cn"}},
			&decode.ConnClosed{Origin: at(ms, 1, 0), By: decode.Client, How: decode.EndReset, Err: "connection reset"},
		},
		"hijack": {
			request(at(1, 2, 4), "POST", "/v1.51/containers/4f2c/attach?stream=1", decode.Field{Name: "Connection", Value: "Upgrade"}),
			response(at(2*ms, 2, 4), 101, "UPGRADED", decode.FramingHijack, -1, decode.ContentStdcopy),
			data(at(3*ms, 2, 4), decode.Request, "echo hi; ls /nope\n"),
			frame(at(4*ms, 2, 4), 1, "hi\n"),
			frame(at(5*ms, 2, 4), 2, "ls: /nope: No such file or directory\n"),
			frame(at(6*ms, 2, 4), 1, "\xe2\x82"),
			frame(at(7*ms, 2, 4), 1, "\xac\n"),
			dirEnd(at(8*ms, 2, 4), decode.Request),
			dirEnd(at(9*ms, 2, 4), decode.Response),
			end(at(9*ms, 2, 4)),
		},
		"ends that are not orderly": {
			request(at(1*ms, 1, 1), "GET", "/events"),
			dirEnd(at(1*ms, 1, 1), decode.Request),
			response(at(2*ms, 1, 1), 200, "OK", decode.FramingChunked, -1, decode.ContentJSONStream),
			&decode.ExchangeEnd{Origin: at(4*ms, 1, 1), By: decode.Client, How: decode.EndCancel, OpenResponse: true},
			request(at(5*ms, 1, 2), "GET", "/info"),
			&decode.ExchangeEnd{Origin: at(6*ms, 1, 2), By: decode.Proxy, How: decode.EndError, Err: "dial: no such file", OpenRequest: true, OpenResponse: true},
		},
		"an orderly end that comes later": append(get(ms, 1, 1, "/info", "{}")[:5],
			end(at(9*ms, 1, 1))),
		"an end that is the client's": append(get(ms, 1, 1, "/info", "{}")[:5],
			&decode.ExchangeEnd{Origin: at(3*ms, 1, 1), By: decode.Client, How: decode.EndEOF}),
		"interim, trailer, odd status": {
			upload(at(1*ms, 1, 1), decode.ContentJSON, 2, "/v1.51/containers/create"),
			&decode.InterimHead{Origin: at(2*ms, 1, 1), Status: 100, Reason: "Continue", Proto: "HTTP/1.1", Fields: []decode.Field{{Name: "X", Value: "y"}}},
			data(at(3*ms, 1, 1), decode.Request, "{}"),
			dirEnd(at(3*ms, 1, 1), decode.Request),
			response(at(4*ms, 1, 1), 99, "", decode.FramingChunked, -1, decode.ContentUnknown),
			&decode.DirectionEnd{Origin: at(5*ms, 1, 1), Dir: decode.Response, Trailer: []decode.Field{{Name: "Sum", Value: "1"}}},
			end(at(5*ms, 1, 1)),
		},
		"gap, anomaly, mark": {
			request(at(1*ms, 1, 1), "GET", "/info"),
			&decode.Gap{Origin: at(2*ms, 1, 1), Dir: decode.Response, Bytes: 1 << 40, Why: "queue full"},
			&decode.Gap{Origin: at(2*ms, 9, 0), Dir: decode.Request, Bytes: 1, Why: "x"},
			&decode.Anomaly{Origin: at(3*ms, 1, 1), Dir: decode.Response, Reason: "no status line", Bytes: []byte("\x00\xff<>&")},
			&decode.Anomaly{Origin: at(4*ms, 7, 0), Dir: decode.Request, Reason: "no request line"},
			&decode.Mark{Origin: at(5*ms, 0, 0), Text: "a\u2028b"},
		},
		"data of an exchange without a head": {
			data(at(1*ms, 3, 5), decode.Response, "rest of something\n"),
			data(at(2*ms, 3, 5), decode.Response, "\xff"),
			end(at(3*ms, 3, 5)),
		},
		"both ways at once": {
			upload(at(1*ms, 1, 1), decode.ContentJSON, -1, "/build"),
			data(at(2*ms, 1, 1), decode.Request, "first"),
			response(at(3*ms, 1, 1), 200, "OK", decode.FramingChunked, -1, decode.ContentJSONStream),
			data(at(4*ms, 1, 1), decode.Response, `{"stream":"Step 1"}`+"\r\n"),
			data(at(5*ms, 1, 1), decode.Request, "second"),
			data(at(6*ms, 1, 1), decode.Response, "[1]\n"),
			dirEnd(at(7*ms, 1, 1), decode.Response),
			dirEnd(at(8*ms, 1, 1), decode.Request),
			end(at(8*ms, 1, 1)),
		},
		"more": {
			request(at(1*ms, 1, 1), "GET", "/events"),
			response(at(2*ms, 1, 1), 200, "OK", decode.FramingChunked, -1, decode.ContentJSONStream),
			&decode.Data{Origin: at(3*ms, 1, 1), First: 2 * ms, Dir: decode.Response, Fd: decode.NoFd, More: true, Text: true, Bytes: []byte("{")},
			&decode.Data{Origin: at(4*ms, 1, 1), First: 4 * ms, Dir: decode.Response, Fd: decode.NoFd, Bytes: []byte("}\n")},
			&decode.ExchangeEnd{Origin: at(5*ms, 1, 1), By: decode.Recorder, How: decode.EndCancel, OpenRequest: true, OpenResponse: true},
		},
		"what a recording omitted": {
			upload(at(1*ms, 1, 1), decode.ContentTar, -1, "/v1.51/build"),
			&decode.Omitted{Origin: at(2*ms, 1, 1), Dir: decode.Request, Bytes: 10, Total: 20, Digest: digest.SHA256.Of([]byte("x")), Why: "tar upload",
				Tar: []decode.TarEntry{{Name: "a\xffb", Type: '0', Mode: 0o644, Size: 3}, {Name: "l", Type: 0xfe, Link: "a"}, {Name: "old"}}, TarCut: 7, TarErr: "gzip"},
			dirEnd(at(2*ms, 1, 1), decode.Request),
			&decode.ExchangeEnd{Origin: at(3*ms, 1, 1), By: decode.Server, How: decode.EndReset, OpenResponse: true},
		},
	}
	for name, events := range tests {
		t.Run(name, func(t *testing.T) {
			file := write(t, Options{}, events...)
			got, bad := read(t, file)
			if bad != nil {
				t.Fatalf("%v\n%s", bad, file)
			}
			same(t, got, events)
		})
	}
}

func TestHeads(t *testing.T) {
	odd := request(at(ms, 1, 1), "GET", "/info", decode.Field{Name: "HOST", Value: ""}, decode.Field{Name: "Host", Value: "\xe9\xff"})
	odd.Raw = []byte("GET /info HTTP/1.1\nHOST:\r\nHost:  \xe9\xff\r\n\r\n")
	proto := request(at(ms, 1, 1), "M-SEARCH", "*\xff")
	proto.Proto, proto.Raw = "ICY/1", []byte("M-SEARCH *\xff ICY/1\r\n\r\n")
	ten := request(at(ms, 1, 1), "GET", "/_ping")
	ten.Proto, ten.Raw = "HTTP/1.0", []byte("GET /_ping HTTP/1.0\r\n\r\n")
	noRaw := request(at(ms, 1, 1), "GET", "/info")
	noRaw.Raw = nil
	redacted := request(at(ms, 1, 1), "POST", "/images/create?fromImage={{redacted.q.1}}", decode.Field{Name: "X-Registry-Auth", Value: "{{redacted.registry_auth.1}}"})
	redacted.Raw = nil
	redacted.Redacted = []decode.Redaction{
		{At: "h/X-Registry-Auth", As: "registry_auth.1", Rule: "docker-registry-auth", Shape: `{"username":true}`},
		{At: "q/fromImage", As: "q.1", Shape: "not JSON"},
	}
	for _, e := range []*decode.RequestHead{odd, proto, ten, noRaw, redacted} {
		got, bad := read(t, write(t, Options{}, e))
		if bad != nil {
			t.Fatal(bad)
		}
		same(t, got, []decode.Event{e})
	}
}

// A head that says it was redacted must not bring the secret back in its raw
// form, whatever a producer forgot to clear.
func TestRawOfRedactedHead(t *testing.T) {
	e := request(at(ms, 1, 1), "GET", "/info", decode.Field{Name: "Authorization", Value: "{{redacted.a.1}}"})
	e.Raw = []byte("GET /info HTTP/1.1\r\nAuthorization: hunter2\r\n\r\n")
	e.Redacted = []decode.Redaction{{At: "h/Authorization", As: "a.1", Rule: "r"}}
	file := write(t, Options{}, e)
	if bytes.Contains(file, []byte(`"raw"`)) {
		t.Fatalf("raw is in %s", file)
	}
}

func TestRedactedBody(t *testing.T) {
	body := data(at(ms, 1, 1), decode.Request, `{"Env":["A={{redacted.env.1}}"]}`)
	body.Redacted = []decode.Redaction{{At: "body/Env/0", As: "env.1", Rule: "env-name"}}
	head := upload(at(ms, 1, 1), decode.ContentJSON, 30, "/v1.51/containers/create?name={{redacted.q.1}}")
	head.Raw = nil
	head.Redacted = []decode.Redaction{{At: "q/name", As: "q.1", Rule: "x"}}
	line := frame(at(3*ms, 1, 1), 1, "token {{redacted.t.1}}\n")
	line.Redacted = []decode.Redaction{{At: "stream", As: "t.1", Rule: "y"}, {At: "stream", As: "t.1", Rule: "z"}}
	events := []decode.Event{
		head, body, dirEnd(at(ms, 1, 1), decode.Request),
		response(at(2*ms, 1, 1), 200, "OK", decode.FramingChunked, -1, decode.ContentStdcopy),
		line,
	}
	got, bad := read(t, write(t, Options{}, events...))
	if bad != nil {
		t.Fatal(bad)
	}
	same(t, got, events)
}

// Bytes of every kind come back as they were, from a body in its head's line
// and from lines of their own.
func TestBytes(t *testing.T) {
	bodies := []string{
		``, `{}`, "{}\n", "{}\r\n", "{}\r", " {}", "{} ", "{\n}", "{\"a\":1,\"a\":2}\n", `[18446744073709551616,1e999,-0]`,
		`"<>&\u003c\/"`, "\"\u2028\u2029\"", "\"a\x00b\"", "null", "\xef\xbb\xbf{}", `{"a":"\ud800"}`, "nul\x00", "\xe2\x82", "€", "\xff\xfe",
		strings.Repeat("[", 300) + strings.Repeat("]", 300), "{}{}", "plain \\ \" \t\b\f text\n", "\n", "\r\n", "{}\n\n", "\u007f\u0080\ufffd",
	}
	for _, body := range bodies {
		for _, content := range []decode.Content{decode.ContentJSON, decode.ContentText, decode.ContentUnknown, decode.ContentJSONStream} {
			o := at(ms, 1, 1)
			events := []decode.Event{
				upload(o, content, int64(len(body)), "/v1.51/containers/create"),
				data(o, decode.Request, body), dirEnd(o, decode.Request),
			}
			got, bad := read(t, write(t, Options{}, events...))
			if bad != nil {
				t.Fatalf("%q: %v", body, bad)
			}
			if body == "" && content != decode.ContentJSONStream {
				events = append(events[:1], events[2]) // nothing to merge
			}
			same(t, got, events)
		}
	}
}

// bodyOf joins the pieces of a direction.
func bodyOf(events []decode.Event, x decode.ExchangeID, d decode.Direction) string {
	var b strings.Builder
	for _, e := range events {
		if e, ok := e.(*decode.Data); ok && e.Dir == d && e.Exchange == x {
			b.Write(e.Bytes)
		}
	}
	return b.String()
}

func FuzzRoundTrip(f *testing.F) {
	f.Add([]byte(`{"a":1}`), uint64(1), uint8(2))
	f.Add([]byte("\xe2\x82\xac\n"), uint64(7), uint8(5))
	f.Fuzz(func(t *testing.T, body []byte, seed uint64, kind uint8) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		content := decode.Content(kind % 10)
		var events []decode.Event
		now := ms
		head := upload(at(now, 1, 1), content, -1, "/x?"+string(body[:min(len(body), 20)]))
		events = append(events, head)
		for b := body; len(b) > 0; {
			n := 1 + rnd.IntN(len(b))
			now += time.Duration(rnd.IntN(60)) * ms
			events = append(events, data(at(now, 1, 1), decode.Request, string(b[:n])))
			b = b[n:]
			if rnd.IntN(4) == 0 {
				events = append(events, &decode.Mark{Origin: at(now, 1, 0), Text: "between"})
			}
		}
		events = append(events, dirEnd(at(now, 1, 1), decode.Request))
		got, bad := read(t, write(t, Options{MaxBody: KeepAll, TarUploads: true}, events...))
		if bad != nil {
			t.Fatal(bad)
		}
		if b := bodyOf(got, 1, decode.Request); b != string(body) {
			t.Fatalf("body %q came back as %q", body, b)
		}
		same(t, got[:1], events[:1])
		if _, ok := got[len(got)-1].(*decode.DirectionEnd); !ok {
			t.Fatalf("last event is %T", got[len(got)-1])
		}
	})
}
