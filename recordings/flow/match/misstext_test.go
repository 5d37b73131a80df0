package match

import (
	"archive/tar"
	"bytes"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/decode/golden"
	"github.com/dockwire/dockwire/recordings/flow/load"
	"github.com/dockwire/dockwire/recordings/internal/tape"
)

// Every kind of miss, as a person reads it.
func TestMissTexts(t *testing.T) {
	create := `{"Image":"postgres","Env":["POSTGRES_PASSWORD={{redacted.env.1}}"],"HostConfig":{"Binds":["/srv/a:/data"]}}`
	for _, tt := range []struct {
		name   string
		before func(m *Matcher) // what was asked before
		live   *Live
	}{
		{"changed-body", func(m *Matcher) { ask(m, "a", "POST", "/v1.51/containers/create", `{"Image":"busybox"}`) },
			live("a", "POST", "/v1.51/containers/create?name=db", strings.Replace(create, "/data", "/other", 1))},
		{"several-differences", nil,
			live("a", "POST", "/v1.51/containers/create?name=db&platform=linux%2Farm64", `{"Image":"mysql","Env":[],"Tty":true}`)},
		{"call-too-many", func(m *Matcher) { ask(m, "a", "POST", "/v1.51/containers/x/start", "") },
			live("a", "POST", "/v1.51/containers/x/start", "")},
		{"unknown-operation", nil, live("a", "GET", "/v1.51/volumes", "")},
		{"no-operation", nil, live("a", "GET", "/nonsense", "")},
		{"another-image", nil, live("a", "GET", "/v1.51/images/alpine/json", "")},
		{"not-kept", nil, live("a", "GET", "/v1.51/containers/x/export", "")},
		{"filters", nil, live("a", "GET", `/v1.51/containers/json?filters={"label":["stage=live"]}`, "")},
		{"bytes", nil, live("a", "POST", "/v1.51/commit", "not JSON")},
		{"by-name", func(m *Matcher) { ask(m, "a", "POST", "/v1.51/containers/create?name=db", create) },
			live("a", "POST", "/v1.41/containers/create?name=db", `{"Image":"busybox","Tty":true}`)},
		{"upload", nil, live("a", "PUT", "/v1.51/containers/x/archive?path=%2Fetc", tarOf("motd", "bye", "new", "1"))},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := matcher(t, missScript(create))
			if tt.before != nil {
				tt.before(m)
			}
			_, miss := m.Take(tt.live)
			if miss == nil {
				t.Fatal("there was an answer")
			}
			golden.Check(t, "testdata/miss/"+tt.name+".txt", miss.Text(nil)+"\n")
		})
	}
}

func missScript(create string) *exchangetest.Script {
	s := exchangetest.New()
	c := s.Connect(7)
	tape.JSON(c.Call("POST", "/v1.51/containers/create", `{"Image":"busybox"}`), 201, `{"Id":"x"}`)
	tape.JSON(c.Call("POST", "/v1.51/containers/create?name=db", create), 201, `{"Id":"y"}`)
	tape.Empty(c.Call("POST", "/v1.51/containers/x/start", ""), 204)
	tape.JSON(c.Call("GET", "/v1.51/images/busybox/json", ""), 200, `{}`)
	c.Call("GET", "/v1.51/containers/x/export", "").Answer(200, decode.ContentTar).
		Event(&decode.Omitted{Dir: decode.Response, Bytes: 10 << 20, Total: 18 << 20, Digest: "sha256:5891", Why: "max-body"}).
		End(decode.Server, decode.EndEOF)
	tape.JSON(c.Call("GET", `/v1.51/containers/json?filters={"label":["stage=test"]}`, ""), 200, `[]`)
	tape.JSON(c.Call("POST", "/v1.51/commit", `{"Image":"x"}`), 201, `{"Id":"z"}`)
	up := c.Request("PUT", "/v1.51/containers/x/archive?path=%2Fetc", "Transfer-Encoding: chunked")
	up.Head().Framing, up.Head().Content = decode.FramingChunked, decode.ContentTar
	up.Data(decode.Request, tarOf("motd", "hello", "gone", "")).EndOf(decode.Request)
	tape.Empty(up, 200)
	return s
}

// tarOf makes a tar of names and contents.
func tarOf(files ...string) string {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		_ = w.WriteHeader(&tar.Header{Name: files[i], Size: int64(len(files[i+1])), Mode: 0o644}) // a buffer takes everything
		_, _ = w.Write([]byte(files[i+1]))
	}
	_ = w.Close()
	return b.String()
}

func TestUploads(t *testing.T) {
	script := func(keep bool) *exchangetest.Script {
		s := exchangetest.New()
		up := s.Connect(7).Request("PUT", "/containers/x/archive?path=%2F")
		up.Head().Framing, up.Head().Content = decode.FramingChunked, decode.ContentTar
		if !keep {
			up.Head().Length = -1
		}
		up.Data(decode.Request, tarOf("a", "12345", "b", "x")).EndOf(decode.Request)
		tape.Empty(up, 200)
		return s
	}
	const target = "/containers/x/archive?path=%2F"
	for _, tt := range []struct {
		name  string
		files []string
		want  int
	}{
		{"the same", []string{"a", "12345", "b", "x"}, 1},
		{"another order", []string{"b", "x", "a", "12345"}, 1},
		{"another size", []string{"a", "1234", "b", "x"}, 0},
		{"a file less", []string{"a", "12345"}, 0},
		{"the same sizes", []string{"a", "54321", "b", "x"}, 0},
	} {
		m := matcher(t, script(false))
		if got := ask(m, "a", "PUT", target, tarOf(tt.files...)); got != tt.want {
			t.Errorf("%s: #%d, want #%d", tt.name, got, tt.want)
		}
		if len(m.Notes()) > 0 {
			t.Errorf("%s: notes %q", tt.name, m.Notes())
		}
	}
}

// A file or folder that is copied into a container has a name of the client's machine.
// What else is in it counts.
func TestCopiesOfFoldersWithRandomNames(t *testing.T) {
	const target = "/containers/x/archive?path=%2Fdata"
	for _, tt := range []struct {
		name  string
		files []string
		want  int
	}{
		{"another folder", []string{"tmp.aBcD/a", "12345", "tmp.aBcD/b", "x"}, 1},
		{"another file in it", []string{"tmp.aBcD/a", "12345", "tmp.aBcD/c", "x"}, 0},
		{"another content", []string{"tmp.aBcD/a", "54321", "tmp.aBcD/b", "x"}, 0},
		{"two folders", []string{"tmp.aBcD/a", "12345", "tmp.zzzz/b", "x"}, 0},
	} {
		s := exchangetest.New()
		c := s.Connect(7)
		tape.Empty(c.Call("PUT", target, tarOf("tmp.Zk3q/a", "12345", "tmp.Zk3q/b", "x"), "Content-Type: application/x-tar"), 200)
		tape.JSON(c.Call("POST", "/containers/x/exec", `{"Cmd":["cat","/data/tmp.Zk3q/a"]}`), 201, "{}")
		m := matcher(t, s)
		if got := ask(m, "a", "PUT", target, tarOf(tt.files...)); got != tt.want {
			t.Errorf("%s: #%d, want #%d", tt.name, got, tt.want)
		}
		if tt.want == 1 && ask(m, "a", "POST", "/containers/x/exec", `{"Cmd":["cat","/data/tmp.aBcD/a"]}`) != 2 {
			t.Errorf("%s: its name does not follow in a command", tt.name)
		}
	}
}

// Files that a rule calls volatile are not compared: a blob is named by what is in it.
func TestVolatileFiles(t *testing.T) {
	s := exchangetest.New()
	tape.Empty(s.Connect(7).Call("POST", "/images/load", tarOf("blobs/aaaa", "one", "index.json", "1"), "Content-Type: application/x-tar"), 200)
	for _, tt := range []struct {
		files []string
		want  int
	}{{[]string{"blobs/bbbb", "another", "index.json", "1"}, 1}, {[]string{"blobs/bbbb", "another", "index.json", "2"}, 0}} {
		m := matcher(t, s, func(o *Options) {
			var err error
			if o.Volatile, err = ParseVolatile([]string{"ImageLoad:files.blobs/*"}); err != nil {
				t.Fatal(err)
			}
		})
		if got := ask(m, "a", "POST", "/images/load", tarOf(tt.files...)); got != tt.want {
			t.Errorf("%q: #%d, want #%d", tt.files, got, tt.want)
		}
	}
}

// Recordings made before listings had digests are told by sizes, and that is said.
func TestUploadsWithoutDigests(t *testing.T) {
	ix := NewIndex(Options{Rules: BuiltinRules()})
	const target = "/containers/x/archive?path=%2F"
	x := &load.Exchange{ID: 1, Pos: 1, Asking: &load.Asking{Method: "PUT", Target: target, Call: engine.Lookup("PUT", target)}, Facts: &load.Facts{Status: 200}}
	x.Request = load.Body{Size: 3072, Digest: "sha256:00", Listed: true, Tar: &load.Tar{Entries: []decode.TarEntry{{Name: "a", Type: '0', Mode: 0o644, Size: 5}}}}
	ix.Add(x, nil)
	m := New(ix)
	if got := ask(m, "a", "PUT", target, tarOf("a", "54321")); got != 1 {
		t.Errorf("the same size: #%d, want #1", got)
	}
	if n := m.Notes(); len(n) != 1 || !strings.Contains(n[0], "size only") {
		t.Errorf("notes %q", n)
	}
}
