package copyas

import (
	"encoding/json"
	"go/format"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/ui/model"
)

func detail(t *testing.T, method, target, body string, fields ...string) (*model.Detail, []decode.Event) {
	t.Helper()
	s := exchangetest.New()
	s.Connect(1, "docker").Call(method, target, body, fields...).Reply(200, `{}`)
	var events []decode.Event
	for _, e := range s.Events() {
		if e.From().Exchange != 0 {
			events = append(events, e)
		}
	}
	r := model.NewDetailReader(nil)
	for _, e := range events {
		r.Event(e)
	}
	d := r.Detail()
	if d.Exchange == nil {
		t.Fatal("no exchange")
	}
	return d, events
}

func TestCurl(t *testing.T) {
	d, _ := detail(t, "POST", "/v1.47/containers/create?name=it's", `{"Image":"x"}`, "Content-Type: application/json", "Content-Length: 13")
	want := `curl --unix-socket /run/d.sock -X POST \
  -H 'Content-Type: application/json' \
  --data-binary '{"Image":"x"}' \
  'http://docker/v1.47/containers/create?name=it'\''s'`
	if got := asCurl(d, "unix:///run/d.sock"); got != want {
		t.Errorf("%s", got)
	}
	if got := asCurl(d, "tcp://10.0.0.1:2375"); !strings.Contains(got, "http://10.0.0.1:2375/v1.47") {
		t.Errorf("%s", got)
	}
}

// A call that became a stream is copied with its body, and without what streamed.
func TestCopiesOfStreams(t *testing.T) {
	d, _ := detail(t, "POST", "/v1.47/exec/e1/start", `{"Detach":false}`, "Content-Type: application/json")
	d.Hijack, d.Request.Body, d.Request.Size = true, append(d.Request.Body, "typed\n"...), 22
	for _, f := range Forms(d, "") {
		if f.Name != "docker" && f.Name != "JSON" && (!strings.Contains(f.Text, "Detach") || strings.Contains(f.Text, "typed")) {
			t.Errorf("%s", f.Text)
		}
	}
}

// Where the daemon is no socket of this machine, a copy says what it takes.
func TestOtherDaemons(t *testing.T) {
	d, _ := detail(t, "GET", `/v1.47/images/json?filters={"a":["b"]}`, "")
	for upstream, want := range map[string][]string{
		"":                        {"--unix-socket /var/run/docker.sock --globoff"},
		"tls://db.example:2376":   {"curl --cacert ca.pem --cert cert.pem --key key.pem", "'https://db.example:2376/v1.47/", "DOCKER_CERT_PATH"},
		"ssh://me@db.example":     {"--unix-socket /tmp/docker.sock", "-H ssh://me@db.example"},
		"npipe:////./pipe/docker": {"--unix-socket /tmp/docker.sock", "-H npipe:////./pipe/docker"},
	} {
		got := asCurl(d, upstream)
		for _, w := range want {
			if !strings.Contains(got, w) {
				t.Errorf("%s: %q is not in\n%s", upstream, w, got)
			}
		}
	}
	at, _ := detail(t, "POST", "/v1.47/containers/x/exec", "@file", "Content-Type: text/plain", "Content-Length: 5")
	if got := asCurl(at, ""); !strings.Contains(got, "--data-raw @file") {
		t.Errorf("%s", got)
	}
	if got := asGo(d, "tls://db.example:2376"); !strings.Contains(got, "TLSClientConfig") || !strings.Contains(got, `"https://db.example:2376/v1.47/`) {
		t.Errorf("%s", got)
	}
}

func TestDocker(t *testing.T) {
	for _, c := range []struct{ method, target, want string }{
		{"GET", "/v1.47/containers/json?all=1", "docker ps --all"},
		{"DELETE", "/v1.47/containers/web?force=1", "docker rm --force web"},
		{"POST", "/v1.47/images/create?fromImage=docker.io%2Flibrary%2Fa&tag=3", "docker pull docker.io/library/a:3"},
		{"POST", "/v1.47/containers/web/rename?name=a%20b", "docker rename web 'a b'"},
		{"POST", "/v1.47/containers/create", ""}, // without a body that was kept
		{"GET", "/nowhere", ""},
	} {
		d, _ := detail(t, c.method, c.target, "")
		if got := asDocker(d); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.method, c.target, got, c.want)
		}
	}
	for id := range dockerCommands {
		if engine.Find(id) == nil {
			t.Errorf("%s is no operation", id)
		}
	}
}

func TestGoIsGo(t *testing.T) {
	d, _ := detail(t, "POST", "/v1.47/containers/create", "{\"Cmd\":[\"echo `x`\"]}", "X-Registry-Auth: \"a\"")
	cut, _ := detail(t, "POST", "/v1.47/images/load", "tar", "Content-Length: 3")
	cut.Request.Body = nil // to be put in
	for _, upstream := range []string{"unix:///run/d.sock", "tls://db.example:2376"} {
		for _, d := range []*model.Detail{d, cut} {
			program := asGo(d, upstream)
			if formatted, err := format.Source([]byte(program)); err != nil || strings.TrimSpace(string(formatted)) != strings.TrimSpace(program) {
				t.Errorf("%v\n%s", err, program)
			}
		}
	}
}

func TestJSON(t *testing.T) {
	d, _ := detail(t, "GET", "/info", "")
	d.Conn.Peer = decode.Peer{PID: 7, Command: []string{"docker", "info"}}
	s := asJSON(d)
	if !json.Valid([]byte(s)) || !strings.Contains(s, "SystemInfo") || !strings.Contains(s, `"pid": 7`) || strings.Contains(s, "verdict") {
		t.Errorf("%s", s)
	}
}
