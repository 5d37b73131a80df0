package replay

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/decode/redact"
	"github.com/dockwire/dockwire/recordings"
	"github.com/dockwire/dockwire/recordings/flow/load"
	"github.com/dockwire/dockwire/recordings/internal/tape"
)

// fakeTB is a test that may fail.
type fakeTB struct {
	mu       sync.Mutex
	errors   []string
	cleanups []func()
}

func (f *fakeTB) Helper()             {}
func (f *fakeTB) Cleanup(c func())    { f.cleanups = append(f.cleanups, c) }
func (f *fakeTB) Logf(string, ...any) {}
func (f *fakeTB) Errorf(format string, args ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.errors = append(f.errors, fmt.Sprintf(format, args...))
}

func (f *fakeTB) Fatalf(format string, args ...any) {
	f.Errorf(format, args...)
	panic(f)
}

func (f *fakeTB) Failed() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.errors) > 0
}

// end runs the cleanups and returns what failed.
func (f *fakeTB) end() string {
	for i := len(f.cleanups) - 1; i >= 0; i-- {
		f.cleanups[i]()
	}
	return strings.Join(f.errors, "\n")
}

func get(t *testing.T, d *Daemon, path string) int {
	t.Helper()
	tr := &http.Transport{DialContext: d.DialContext}
	defer tr.CloseIdleConnections()
	r, err := (&http.Client{Transport: tr}).Get("http://docker" + path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		t.Fatal(err)
	}
	return r.StatusCode
}

func TestNewFailsTheTestThatStrays(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(7)
	tape.JSON(c.Call("GET", "/images/a/json", ""), 200, "{}")
	tape.JSON(c.Call("GET", "/images/b/json", ""), 200, "{}")
	path := tape.Write(t, s)
	for _, tt := range []struct {
		name    string
		paths   []string
		options []Option
		want    string // in what failed; "" for a test that passes
	}{
		{"as recorded", []string{"/images/a/json", "/images/b/json"}, []Option{AllUsed()}, ""},
		{"a miss", []string{"/images/c/json"}, nil, "GET /images/c/json"},
		{"not all used", []string{"/images/a/json"}, nil, ""},
		{"not all used, but wanted", []string{"/images/a/json"}, []Option{AllUsed()}, "1 recorded exchange was not used"},
		{"ignored", []string{"/images/a/json?x=1"}, []Option{Ignore("query.x")}, ""},
	} {
		f := &fakeTB{}
		d := New(f, path, tt.options...)
		for _, p := range tt.paths {
			get(t, d, p)
		}
		switch got := f.end(); {
		case tt.want == "" && got != "":
			t.Errorf("%s: failed with %s", tt.name, got)
		case !strings.Contains(got, tt.want) || tt.want != "" && got == "":
			t.Errorf("%s: failed with %q, want %q", tt.name, got, tt.want)
		}
		if _, err := os.Stat(strings.TrimPrefix(d.Host(), "unix://")); err == nil {
			t.Errorf("%s: the socket is still there", tt.name)
		}
	}
}

// A child process finds the daemon by its environment, and With gives it what no other
// option does.
func TestEnvAndWith(t *testing.T) {
	s := exchangetest.New()
	tape.JSON(s.Connect(7).Call("GET", "/images/a/json", ""), 200, "{}")
	fault, err := ParseFault("op:ImageInspect status=429")
	if err != nil {
		t.Fatal(err)
	}
	d := New(t, tape.Write(t, s), With(func(c *Config) { c.Faults = append(c.Faults, fault) }))
	given := []string{"PATH=/bin", "DOCKER_HOST=unix:///elsewhere", "DOCKER_TLS_VERIFY=1", "LANG=C"}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(d.Env(given), actVariable+"=asks")
	if out, err := cmd.CombinedOutput(); string(out) != "429" || err != nil {
		t.Errorf("the child says %q, %v", out, err)
	}
	if env := d.Env(given); !slices.Equal(env, []string{"PATH=/bin", "LANG=C", "DOCKER_HOST=" + d.Host()}) || given[1] != "DOCKER_HOST=unix:///elsewhere" {
		t.Errorf("%q of %q", env, given)
	}
	if get(t, d, "/images/a/json") != http.StatusTooManyRequests || len(d.Report().Faults) != 2 {
		t.Errorf("faults: %q", d.Report().Faults)
	}
}

func TestSettingsBesideTheRecording(t *testing.T) {
	s := exchangetest.New()
	tape.Empty(s.Connect(7).Call("POST", "/containers/x/stop?t=1", ""), 204)
	path := tape.Write(t, s)
	if err := os.WriteFile(path+SettingsSuffix, []byte("ignore:\n  - query.t\nreuse: last\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d := New(t, path)
	for range 2 {
		c, err := d.DialContext(context.Background(), "", "")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(c, request("POST", "/containers/x/stop?t=30", "Connection: close"))
		if b, err := io.ReadAll(c); err != nil || !strings.HasPrefix(string(b), "HTTP/1.1 204") {
			t.Errorf("%q %v", b, err)
		}
		c.Close()
	}
	if err := os.WriteFile(path+SettingsSuffix, []byte("ignroe: []\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, Config{}); err == nil || !strings.Contains(err.Error(), "ignroe") {
		t.Errorf("a misspelt setting: %v", err)
	}
}

// The recording has placeholders; the client has the secrets.
func TestSecretsMatchTheirPlaceholders(t *testing.T) {
	s := exchangetest.New()
	body := `{"Image":"a","Env":["DB_PASSWORD=hunter2hunter2","MODE=test"]}`
	tape.JSON(s.Connect(7).Call("POST", "/containers/create", body), 201, `{"Id":"x"}`)
	clean := exchangetest.New()
	r := redact.New(redact.Options{}, func(decode.Event) {})
	redacted, _ := r.Body(s.Events()[1].(*decode.RequestHead).Call.Op, decode.Request, []byte(body))
	if strings.Contains(string(redacted), "hunter2") {
		t.Fatal("nothing was redacted")
	}
	tape.JSON(clean.Connect(7).Call("POST", "/containers/create", string(redacted)), 201, `{"Id":"x"}`)
	for _, tt := range []struct {
		body   string
		redact string
		want   string
	}{
		{strings.Replace(body, "hunter2hunter2", "another", 1), "default-1", "HTTP/1.1 201"},
		{strings.Replace(body, "test", "live", 1), "default-1", "HTTP/1.1 501"},
		{strings.Replace(body, "hunter2hunter2", "", 1), "off", "HTTP/1.1 501"},
	} {
		path := tape.Write(t, clean, func(o *recordings.Options) { o.Header.Redact = tt.redact })
		p, err := Open(path, Config{})
		if err != nil {
			t.Fatal(err)
		}
		here, there := net.Pipe()
		p.ServeConn(there)
		fmt.Fprintf(here, "POST /containers/create HTTP/1.1\r\nHost: d\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s", len(tt.body), tt.body)
		b, _ := io.ReadAll(here) // what there is tells
		if !strings.HasPrefix(string(b), tt.want) {
			t.Errorf("%s: %s", tt.body, b)
		}
		if strings.Contains(string(b), "hunter2") {
			t.Errorf("the explanation tells the secret: %s", b)
		}
		here.Close()
		p.Close()
	}
}

// What was not recorded goes to a daemon when that is wanted, streams too.
func TestForward(t *testing.T) {
	s := exchangetest.New()
	tape.JSON(s.Connect(7).Call("GET", "/images/a/json", ""), 200, "{}")
	var asked []string
	p := player(t, s, Config{Forward: func() (net.Conn, error) {
		here, there := newDuplex("daemon")
		go func() {
			defer there.Close()
			buf := make([]byte, 4096)
			n, _ := there.Read(buf) // it comes in one piece
			asked = append(asked, string(buf[:n]))
			if !strings.Contains(asked[len(asked)-1], "attach") {
				fmt.Fprint(there, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nreal")
				return
			}
			fmt.Fprint(there, switched)
			in, _ := io.ReadAll(there.PipeReader) // up to the client's half-close
			fmt.Fprintf(there, "%s back", in)
		}()
		return here, nil
	}})
	here, there := newDuplex("a")
	p.ServeConn(there)
	go fmt.Fprint(here, request("GET", "/images/a/json")+request("GET", "/images/b/json"))
	b, err := io.ReadAll(here.PipeReader)
	if want := "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nreal"; string(b) != want || err != nil {
		t.Errorf("got %q, %v", b, err)
	}
	here.Close()

	here, there = newDuplex("a")
	p.ServeConn(there)
	fmt.Fprint(here, request("POST", "/containers/x/attach", "Connection: Upgrade", "Upgrade: tcp"))
	go func() {
		fmt.Fprint(here, "hi")
		here.CloseWrite()
	}()
	if b, err := io.ReadAll(here.PipeReader); string(b) != switched+"hi back" || err != nil {
		t.Errorf("got %q, %v", b, err)
	}
	here.Close()
	p.Close()
	if len(asked) != 2 || !strings.HasPrefix(asked[0], "GET /images/b/json HTTP/1.1\r\nHost: docker\r\n") {
		t.Errorf("the daemon was asked %q", asked)
	}
}

// A body of any size is passed on, also where the daemon does not want it whole.
func TestForwardLong(t *testing.T) {
	body := bytes.Repeat([]byte("0123456789abcdef"), (load.MaxBody+3<<20)/16)
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	for _, whole := range []bool{true, false} {
		var got []byte
		p := player(t, exchangetest.New(), Config{Forward: func() (net.Conn, error) {
			here, there := newDuplex("daemon")
			go func() {
				defer there.Close()
				r, err := http.ReadRequest(bufio.NewReader(there))
				if err != nil {
					t.Error(err)
					return
				}
				if whole {
					got, _ = io.ReadAll(r.Body) // its length tells
				} else {
					there.PipeReader.Close()
				}
				fmt.Fprint(there, "HTTP/1.1 418 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
			}()
			return here, nil
		}})
		here, there := newDuplex("a")
		p.ServeConn(there)
		go fmt.Fprintf(here, "POST /images/load HTTP/1.1\r\nHost: d\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		r, err := http.ReadResponse(bufio.NewReader(here.PipeReader), nil)
		if err != nil || r.StatusCode != http.StatusTeapot {
			t.Fatalf("%v, %v", r, err)
		}
		here.Close()
		p.Close()
		if whole && !bytes.Equal(got, body) {
			t.Errorf("%d bytes came, want %d", len(got), len(body))
		}
		if left, err := filepath.Glob(dir + "/dockwire-*"); err != nil || len(left) > 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
	}
}
