package jsonl

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/decode/filter"
	"github.com/dockwire/dockwire/decode/golden"
)

var start = time.Date(2026, 11, 23, 14, 2, 11, 123456e3, time.UTC)

const id = "3f2a91c0b7d43f2a91c0b7d43f2a91c0b7d43f2a91c0b7d43f2a91c0b7d40000"

func script() *exchangetest.Script {
	s := exchangetest.New()
	c := s.Connect(4711, "docker", "run", "-i", "busybox")
	create := c.Call("POST", "/v1.47/containers/create?name=a&name=b&x=%3C%26", "{\n  \"Image\": \"busybox\", \"N\": 12345678901234567890, \"a\": 1, \"a\": 2\n}", "X-A: 1", "x-a: 2", "X-Bad: \xff")
	create.Head().Redacted = []decode.Redaction{{At: "h/X-A", As: "header.1", Rule: "x"}}
	create.Reply(201, `{"Id":"`+id+`","W":"<&>\u001b \u202e"}`, "Content-Type: application/json")
	exec := c.Call("POST", "/v1.47/exec/"+id+"/start", `{"Tty":false}`).Answer(101, decode.ContentStdcopy)
	exec.Data(decode.Request, "ls\n").Frame(decode.Response, 1, "a\x1bb\n").Frame(decode.Response, 2, "\xe2\x82")
	exec.End(decode.Server, decode.EndEOF)
	pull := c.Call("POST", "/v1.47/images/create?fromImage=nope", "").Answer(200, decode.ContentJSONStream)
	pull.Data(decode.Response, `{"status":"Pulling","id":"x"}`+"\r\n").Data(decode.Response, `{"error":"manifest unknown"}`+"\r\n")
	pull.Event(&decode.Gap{Bytes: 7}).Event(&decode.Anomaly{}).End(decode.Server, decode.EndEOF)
	load := c.Request("POST", "/images/load")
	load.Event(&decode.Omitted{Dir: decode.Request, Bytes: 99, Total: 99, Digest: "xxh3:abc", Why: "tar upload"})
	load.Event(&decode.ExchangeEnd{By: decode.Server, How: decode.EndReset, Err: "connection reset"})
	c.Call("GET", "/what?%zz&ok=1", "").Answer(200, decode.ContentUnknown).Data(decode.Response, "\x00\x01").End(decode.Client, decode.EndCancel)
	s.ConnectPeer(decode.Peer{Address: "10.0.0.7:1", Name: "ada"}).Call("GET", "/v1.47/events", "")
	return s
}

func played(s *exchangetest.Script, o Options) []byte {
	var out bytes.Buffer
	p := NewPrinter(&out, o)
	s.Play(p.Event)
	p.Close()
	return out.Bytes()
}

func TestGolden(t *testing.T) {
	failed, err := filter.Parse("is:error")
	if err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]Options{
		"default": {Start: start},
		"full":    {Start: start, Headers: true, Bodies: true},
		"filter":  {Filter: failed, Bodies: true},
		"cut":     {Bodies: true, Keep: 5},
		"build":   {Start: start},
	} {
		t.Run(name, func(t *testing.T) {
			story := script()
			if name == "build" {
				story = exchangetest.Build()
			}
			golden.Check(t, "testdata/"+name+".jsonl", played(story, o))
		})
	}
}

// Every field that the package's description promises is there, and no other.
func TestTheShapeIsTheOneDescribed(t *testing.T) {
	want := "id conn start offset_ms took_ms ttfb_ms client method target path query version operation params " +
		"status request response stream build trace end summary error outcome reason exit health command verdict redacted gaps anomalies"
	found := map[string]bool{}
	o := Options{Start: start, Headers: true, Bodies: true}
	ill := exchangetest.New()
	ill.Connect(1, "docker", "inspect", "web").Call("GET", "/containers/web/json", "").
		Reply(200, `{"Id":"web","State":{"Status":"exited","ExitCode":1,"Health":{"Status":"unhealthy"}}}`)
	all := slices.Concat(played(script(), o), played(exchangetest.Build(), o), played(ill, o))
	dec := json.NewDecoder(bytes.NewReader(all))
	for dec.More() {
		var o map[string]any
		if err := dec.Decode(&o); err != nil {
			t.Fatal(err)
		}
		for name := range o {
			found[name] = true
			if !strings.Contains(" "+want+" ", " "+name+" ") {
				t.Errorf("%s is not described", name)
			}
		}
		for _, name := range []string{"id", "conn", "offset_ms", "took_ms", "client", "method", "target", "path", "query", "status", "request", "response", "end", "summary"} {
			if _, ok := o[name]; !ok {
				t.Errorf("exchange %v has no %s", o["id"], name)
			}
		}
	}
	for _, name := range strings.Fields(want) {
		if !found[name] {
			t.Errorf("no exchange has %s", name)
		}
	}
}

type side struct {
	Size int
	Body json.RawMessage
	Text *string
	B64  *string
	Cut  bool
}

// FuzzBodiesSurvive: whatever bytes there are, each line is JSON of printable
// characters, and gives the body back.
func FuzzBodiesSurvive(f *testing.F) {
	f.Add([]byte(`{"a": [1, "\u001b<&>"]}`), "v")
	f.Add([]byte("plain\ttext\x7f\u202e\u2028\U000e0001"), "\x1b[2J")
	f.Add([]byte("\x00\xff"), "\xff")
	f.Add([]byte("{\"a\": \"\u0085\u202e\x7f\"}"), "\u009b")
	f.Add([]byte(" \n"), "")
	f.Fuzz(func(t *testing.T, body []byte, value string) {
		s := exchangetest.New()
		x := s.Connect(1, value).Request("POST", "/"+value, "X: "+value, value+": x")
		x.Data(decode.Request, string(body)).Answer(200, decode.ContentJSON).Data(decode.Response, string(body))
		x.Event(&decode.ExchangeEnd{By: decode.Server, How: decode.EndError, Err: value})
		s.Connect(2).Request("POST", "/").Answer(200, decode.ContentStdcopy).Frame(decode.Response, 1, string(body)).End(decode.Server, decode.EndEOF)
		lines := strings.SplitAfter(string(played(s, Options{Start: start, Headers: true, Bodies: true})), "\n")
		if len(lines) != 3 {
			t.Fatalf("%d lines", len(lines)-1)
		}
		for _, l := range lines[:2] {
			if !json.Valid([]byte(l)) || !utf8.ValidString(l) {
				t.Fatalf("no JSON: %q", l)
			}
			for _, r := range strings.TrimSuffix(l, "\n") {
				if !unicode.IsPrint(r) {
					t.Fatalf("%U gets out: %q", r, l)
				}
			}
		}
		var o struct{ Request, Response side }
		if err := json.Unmarshal([]byte(lines[0]), &o); err != nil {
			t.Fatal(err)
		}
		same(t, o.Request, body)
		same(t, o.Response, body)
	})
}

func same(t *testing.T, s side, body []byte) {
	t.Helper()
	if s.Size != len(body) || s.Cut {
		t.Fatalf("size %d of %d, cut %v", s.Size, len(body), s.Cut)
	}
	switch {
	case s.Text != nil:
		if *s.Text != string(body) {
			t.Fatalf("%q, want %q", *s.Text, body)
		}
	case s.B64 != nil:
		if got, err := base64.StdEncoding.DecodeString(*s.B64); err != nil || !bytes.Equal(got, body) {
			t.Fatalf("%q, want %q", got, body)
		}
	case s.Body != nil:
		var got, want any
		if json.Unmarshal(s.Body, &got) != nil || json.Unmarshal(body, &want) != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%s, want %s", s.Body, body)
		}
	case len(body) > 0:
		t.Fatal("the body is gone")
	}
}

func TestStreamsAreBounded(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(1)
	x := c.Call("GET", "/containers/a/logs", "").Answer(200, decode.ContentStdcopy)
	chunk := strings.Repeat("x", 64<<10)
	for range 40 {
		x.Frame(decode.Response, 1, chunk)
	}
	p := NewPrinter(io.Discard, Options{Bodies: true})
	s.Play(p.Event)
	if p.kept > maxStream || p.kept < maxStream/2 {
		t.Errorf("%d bytes kept", p.kept)
	}
	x.End(decode.Server, decode.EndEOF)
	got := string(played(s, Options{Bodies: true}))
	if !strings.Contains(got, `"left_out":{"frames":25,"bytes":1638400}`) {
		t.Errorf("%s", got[len(got)-300:])
	}
	p = NewPrinter(io.Discard, Options{Bodies: true})
	s.Play(p.Event)
	if p.kept != 0 || len(p.streams) != 0 {
		t.Errorf("%d bytes of %d streams are kept for ever", p.kept, len(p.streams))
	}
}

func BenchmarkSmallExchange(b *testing.B) {
	s := exchangetest.New()
	c := s.Connect(1, "docker", "ps")
	n := len(s.Events())
	c.Call("GET", "/v1.47/containers/json?all=1", "").Reply(200, `[{"Id":"4f2c","Names":["/web"]}]`, "Content-Type: application/json")
	events := s.Events()
	for name, o := range map[string]Options{"plain": {Start: start}, "full": {Start: start, Headers: true, Bodies: true}} {
		b.Run(name, func(b *testing.B) {
			p := NewPrinter(io.Discard, o)
			for _, e := range events[:n] {
				p.Event(e)
			}
			b.ReportAllocs()
			for b.Loop() {
				for _, e := range events[n:] {
					p.Event(e)
				}
			}
		})
	}
}
