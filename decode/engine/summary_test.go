package engine

import (
	"encoding/base64"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func (e example) facts() Facts {
	method, target, _ := strings.Cut(e.request, " ")
	c := Lookup(method, target)
	return Facts{
		Method: method, Call: &c, Status: e.status, Finished: true,
		RequestBody: []byte(e.req), RequestSize: int64(len(e.req)), ResponseBody: []byte(e.res), ResponseSize: int64(len(e.res)),
		Heads: fields{
			"Api-Version":                  "1.41",
			"Builder-Version":              "2",
			"X-Docker-Container-Path-Stat": base64.StdEncoding.EncodeToString([]byte(`{"name":"etc","size":4096,"mode":2147484141,"mtime":"x","linkTarget":""}`)),
		},
	}
}

// fields are those of both heads.
type fields map[string]string

func (f fields) Asked(name string) string    { return f[name] }
func (f fields) Answered(name string) string { return f[name] }
func (f fields) Request() string             { return "" }

func TestSummary(t *testing.T) {
	for _, op := range Operations() {
		if len(examples[op.ID]) == 0 {
			t.Errorf("%s has no example", op.ID)
		}
		for _, e := range examples[op.ID] {
			f := e.facts()
			if f.Call.Op != op {
				t.Errorf("%s: the example %q is no call of it", op.ID, e.request)
			}
			if got := Summary(f); got != e.want {
				t.Errorf("%s %s\n got %q\nwant %q", op.ID, e.request, got, e.want)
			}
		}
	}
}

func TestSummaryOfWhatIsUnknown(t *testing.T) {
	c := Lookup("GET", "/nothing")
	if got := Summary(Facts{Method: "GET", Call: &c, Status: 404, ResponseBody: []byte(`{"message":"page not found"}`)}); got != "→ page not found" {
		t.Errorf("%q", got)
	}
	if got := Summary(Facts{}); got != "" {
		t.Errorf("%q", got)
	}
}

// While a stream goes on, the summary tells how far it has come.
func TestSummaryWhileItRuns(t *testing.T) {
	pull := example{"POST /images/create?fromImage=a&tag=1", 200, ``, `{"status":"Pulling fs layer","id":"x"}{"status":"Pulling fs layer","id":"y"}{"status":"Pull complete","id":"x"}`, ""}
	build := example{"POST /build?t=app", 200, ``, `{"stream":"Step 2/5 : RUN x"}`, ""}
	for want, e := range map[string]example{"a:1 · 1/2 layers": pull, "app · step 2/5": build} {
		f := e.facts()
		f.Finished = false
		if got := Summary(f); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// Whatever a body is cut at, and whatever is in it, a summary is one safe line.
func TestSummaryOfCutAndHostileBodies(t *testing.T) {
	hostile := strings.NewReplacer("web", `\u001b]0;x\u0007w\u202eeb`, "id", "\x1b[2Jid", "a", "\xff\u0085a")
	for _, list := range examples {
		for _, e := range list {
			for i := range len(e.res) {
				cut := e
				cut.res, cut.req = e.res[:i], e.req[:min(i, len(e.req))]
				checkLine(t, Summary(cut.facts()))
			}
			e.req, e.res = hostile.Replace(e.req), hostile.Replace(e.res)
			checkLine(t, Summary(e.facts()))
			checkLine(t, Failure(e.facts()))
		}
	}
}

func checkLine(t *testing.T, s string) {
	t.Helper()
	if !utf8.ValidString(s) || utf8.RuneCountInString(s) > maxSummary+1 || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		t.Errorf("not fit to be shown: %q", s)
	}
}

func TestFailure(t *testing.T) {
	for want, e := range map[string]example{
		"manifest unknown": {"POST /images/create?fromImage=a", 200, ``, `{"errorDetail":{"message":"manifest unknown"}}`, ""},
		"no such thing":    {"GET /info", 500, ``, `{"cause":"x","message":"no such thing","response":500}`, ""},
		"plain text":       {"GET /v1.20/info", 500, ``, "plain text\nmore", ""},
		"":                 {"GET /info", 200, ``, `{"message":"not an error"}`, ""},
	} {
		if got := Failure(e.facts()); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func FuzzSummary(f *testing.F) {
	for _, list := range examples {
		for _, e := range list {
			f.Add(e.request, e.status, []byte(e.req), []byte(e.res))
		}
	}
	f.Fuzz(func(t *testing.T, request string, status int, req, res []byte) {
		checkLine(t, Summary(example{request, status, string(req), string(res), ""}.facts()))
	})
}

func BenchmarkSummary(b *testing.B) {
	for _, id := range []string{"ContainerCreate", "ContainerStart", "ContainerList", "SystemInfo", "ImageCreate"} {
		f := examples[id][0].facts()
		b.Run(id, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Summary(f)
			}
		})
	}
}

// Which files the daemon reads is in the headers of its call.
func TestFilesThatTheDaemonReads(t *testing.T) {
	call := Lookup("POST", "/moby.filesync.v1.FileSync/DiffCopy")
	for _, c := range []struct{ dir, patterns, want string }{
		{"dockerfile", "Dockerfile", "daemon reads Dockerfile"},
		{"context", ".dockerignore", "daemon reads .dockerignore"},
		{"context", "", "daemon reads the build context"},
		{"context:shared", "", "daemon reads the folder shared"},
	} {
		heads := fields{"dir-name": c.dir, "followpaths": c.patterns}
		if got := Summary(Facts{Call: &call, Heads: heads}); got != c.want {
			t.Errorf("%q %q: %q, want %q", c.dir, c.patterns, got, c.want)
		}
	}
}

// A gRPC call says how long it may take.
func TestDeadline(t *testing.T) {
	call := Lookup("POST", "/grpc.health.v1.Health/Check")
	for timeout, want := range map[string]string{
		"": "", "9999864u": " deadline=10s", "1S": " deadline=1s", "250m": " deadline=250ms", "2M": " deadline=2m0s",
		"5": "", "5x": "", "-5S": "", "123456789S": "",
	} {
		got := Summary(Facts{Call: &call, Heads: fields{"grpc-timeout": timeout}})
		if want := "client checks that BuildKit is still there" + want; got != want {
			t.Errorf("%q: %q, want %q", timeout, got, want)
		}
	}
}
