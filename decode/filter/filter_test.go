package filter_test

import (
	"strings"
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/decode/filter"
)

const fullID = "3f2a91c0b7d43f2a91c0b7d43f2a91c0b7d43f2a91c0b7d43f2a91c0b7d40000"

// create is a ContainerCreate that succeeds, done.
func create() *exchange.Exchange {
	s := exchangetest.New()
	c := s.Connect(4711, "docker", "run", "nginx")
	s.Wait(time.Second)
	x := c.Request("POST", "/v1.47/containers/create?name=web", "User-Agent: Docker-Client/28.3.3 (linux)")
	x.Head().Redacted = []decode.Redaction{{At: "h/X"}}
	// The match below spans these two pieces.
	x.Data(decode.Request, `{"Image":"ngi`).Data(decode.Request, `nx:1.27","Cmd":["Sleep"]}`)
	x.EndOf(decode.Request)
	s.Wait(2 * time.Second)
	x.Reply(201, `{"Id":"`+fullID+`"}`, "Api-Version: 1.47", "Content-Type: application/json")
	return last(s)
}

// last is the script's latest exchange as it is at the end.
func last(s *exchangetest.Script) (out *exchange.Exchange) {
	f := exchange.NewFolder(0, func(x *exchange.Exchange, e decode.Event) {
		if x != nil {
			out = x.Clone()
		}
	})
	s.Play(f.Event)
	return out
}

func TestMatch(t *testing.T) {
	x := create()
	for want, filters := range map[bool][]string{
		true: {
			"", "method:POST", "method:post", "method=POST", "method:P*", "op:Container*", "op:containercreate",
			"op~create", "op!~(?-i)create", "op!=ContainerList", "tag:Container", "path:/containers/create",
			"path~/create$", "path~^/containers/(create|json)$", "query.name:web", "query~name=", "version:1.47",
			"version>=1.9", "version<1.100", "host:docker", "status:201", "status=201", "status>=200 status<300",
			"status:2xx", "status!=4xx", "status!=404", "took>2s", "took<1m", "ttfb>=2s", "size>10", "up>10", "down<1k",
			`body~"Nginx"`, `body:nginx`, `req.body~nginx:1\.\d+`, "res.body:" + fullID, `body!~mysql`, "res.body!~nginx",
			"header.user-agent~docker", "header~api-version", "req.header.User-Agent~28", "res.header.Api-Version:1.47",
			"res.header.X-None=''", `res.header.X-None!=a`, "cmd~'docker run'", "pid:4711", "pid>1", "user:ada",
			"uid:1000", "conn:1", "id:1", "container:web", "container:" + fullID, "container:" + fullID[:12],
			"container:3f2a*", "image:nginx*", "image=nginx:1.27", "end:eof", "by:server", "is:redacted",
			"not is:open", "not is:error", "not is:hijack", "not error:*", "addr:''", "Create", "containers/cr", "CONTAINERCREATE",
			"method:GET or status:201", "not (method:GET or status:500)", "op:Image* or is:redacted and up>1",
		},
		false: {
			"method:GET", "method=post", "op:ContainerList", "op=ContainerList", "op~(?-i)create", "op~^create",
			"tag:Image", "path:/containers", "query.all:1", "version:1.4", "version<1.9", "status:404", "status:4xx",
			"status!=2xx", "status>201", "took<1s", "ttfb>1m", "size>1MiB", "body:mysql", "req.body:" + fullID,
			"header.x-none:*", "res.header.User-Agent~Docker", "cmd:docker", "pid:1", "pid!=4711", "user:root", "conn!=1", "id>1",
			"container:db", "image:redis", "end:reset", "by!=server", "is:open", "is:error", "is:stream", "is:gap",
			"is:anomaly", "is:omitted", "is:unknown", "error:*", "addr:*", "version=''", "nothing-like-it",
			"method:POST status:404", "not method:POST",
		},
	} {
		for _, s := range filters {
			f, err := filter.Parse(s)
			if err != nil {
				t.Errorf("%s: %v", s, err)
				continue
			}
			if got := f.Match(x); got != want {
				t.Errorf("%s: %v", s, got)
			}
			if f.Decide(x) == filter.Undecided {
				t.Errorf("%s: undecided of a finished exchange", s)
			}
		}
	}
}

// What a filter says along the way: y yes, n no, . undecided.
func TestDecideAsTheExchangeGoes(t *testing.T) {
	s := exchangetest.New()
	x := s.Connect(1, "docker", "logs").Call("GET", "/v1.47/containers/web/logs", "") // 2 events
	x.Answer(200, decode.ContentStdcopy)
	s.Wait(2 * time.Second)
	x.Frame(decode.Response, 1, "hello")
	x.Event(&decode.Gap{Bytes: 5})
	x.End(decode.Server, decode.EndReset)
	for filters, want := range map[string]string{
		"method:GET":                 "yyyyyy",
		"method:POST":                "nnnnnn",
		"method:POST and status:500": "nnnnnn",
		"method:GET and status:200":  "..yyyy",
		"method:GET or status:500":   "yyyyyy",
		"status:500":                 "..nnnn",
		"status!=500":                "..yyyy",
		"not status:500":             "..yyyy",
		"took>1s":                    "...yyy",
		"took<1s":                    "...nnn",
		"took=1s":                    ".....n",
		"down>3":                     "...yyy",
		"down<3":                     "...nnn",
		"body:hello":                 "...yyy",
		"body!~hello":                "...nnn",
		"body:never":                 ".....n",
		"body!~never":                ".....y",
		"is:gap":                     "....yy",
		"is:error":                   ".....y",
		"is:open":                    "yyyyyn",
		"is:stream":                  "..yyyy",
		"end:reset":                  ".....y",
		"header.X-None:*":            "..nnnn",
		"logs":                       "yyyyyy",
		"wgetwget":                   ".....n",
	} {
		f, err := filter.Parse(filters)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		fold := exchange.NewFolder(0, func(x *exchange.Exchange, e decode.Event) {
			if x != nil {
				got += map[filter.Verdict]string{filter.Yes: "y", filter.No: "n", filter.Undecided: "."}[f.Decide(x)]
			}
		})
		s.Play(fold.Event)
		if got != want {
			t.Errorf("%s: %s, want %s", filters, got, want)
		}
	}
}

func TestNoFilterMatches(t *testing.T) {
	if !(*filter.Filter)(nil).Match(create()) {
		t.Error("no filter is an empty filter")
	}
}

func TestFieldsAreDocumentedAndTheirExamplesParse(t *testing.T) {
	for _, d := range filter.Fields() {
		if d.Doc == "" || d.Kind == "" || d.Ops == "" {
			t.Errorf("%s: not documented: %+v", d.Name, d)
		}
		if !strings.HasPrefix(d.Example, d.Name) {
			t.Errorf("%s: example of another field: %s", d.Name, d.Example)
		}
		if _, err := filter.Parse(d.Example); err != nil {
			t.Errorf("%s: %v", d.Example, err)
		}
		for _, v := range filter.Values(d.Name) {
			op, _, _ := strings.Cut(d.Ops, " ")
			if _, err := filter.Parse(d.Name + op + v.Value); err != nil {
				t.Errorf("offered value: %v", err)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"method:POST", "op:Container* and status>=400", "not (a or b) c", `body~"a\"b" 'c'`, "path~^/(a|b)$", "took>1s",
		"header.X~a", "status:4xx", "((", "a)", `"`, "!", "is:error||&&", "version<1.44", "\x00\xff", "size>1.5MiB",
	} {
		f.Add(s, len(s)/2)
	}
	x := create()
	open := x.Clone()
	open.State = exchange.Streaming
	f.Fuzz(func(t *testing.T, s string, cursor int) {
		for _, c := range filter.Complete(s, cursor, nil) {
			if c.From < 0 || c.From > c.To || c.To > len(s) {
				t.Fatalf("completion out of range: %+v", c)
			}
		}
		got, err := filter.Parse(s)
		if err != nil {
			e := err.(*filter.SyntaxError)
			if n := len([]rune(s)); e.Column < 1 || e.Column > n+1 || e.Msg == "" {
				t.Fatalf("%q: column %d of %d: %v", s, e.Column, n, e)
			}
			e.Point(s)
			return
		}
		if got.Decide(x) == filter.Undecided {
			t.Fatalf("%q: undecided of a finished exchange", s)
		}
		got.Decide(open)
	})
}

func BenchmarkMatch(b *testing.B) {
	x := create().Compact()
	for _, s := range []string{
		"method:POST", "op:Container*", "status>=400", "path~^/containers/[a-z]+$", "took>1s and not method:GET", "path~create", "nginx", "header.User-Agent~docker", "cmd~compose",
	} {
		b.Run(s, func(b *testing.B) {
			f, err := filter.Parse(s)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				f.Match(x)
			}
		})
	}
}

func BenchmarkBodySearch(b *testing.B) {
	x := create()
	x.Response.Body = []byte(strings.Repeat("the quick brown fox jumps over the lazy dog\n", 64<<10/44))
	f, err := filter.Parse("body~needle")
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(x.Response.Body)))
	for b.Loop() {
		f.Match(x)
	}
}
