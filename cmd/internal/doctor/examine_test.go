package doctor

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dockwire/dockwire/intercept/certs"
	"github.com/dockwire/dockwire/intercept/dockercontext"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patient is a machine with nothing on it but what a test puts there.
type patient struct {
	Input
	dir string
	env map[string]string
}

func newPatient(t *testing.T) *patient {
	t.Helper()
	dir, err := os.MkdirTemp("", "dwd") // t.TempDir may be too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	p := &patient{dir: dir, env: map[string]string{}}
	p.Docker = dockercontext.Input{Env: func(name string) string { return p.env[name] }, HomeDir: dir, OS: "linux", HasSocket: func(string) bool { return false }}
	p.Person = self()
	p.LookPath = func(string) (string, error) { return "", errors.New("not found") }
	p.Exists = func(string) bool { return false }
	return p
}

func (p *patient) socket() string { return filepath.Join(p.dir, "d.sock") }

func (p *patient) examine(t *testing.T) Report {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	r := Examine(ctx, p.Input)
	t.Logf("\n%s", story(r))
	return r
}

func story(r Report) string {
	var b strings.Builder
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "%s %s: %s\n", f.State, f.Topic, f.Detail)
		for _, a := range f.Advice {
			fmt.Fprintf(&b, "    → %s\n", a)
		}
	}
	return b.String()
}

// expect wants a line of the story; parts are what it must hold.
func expect(t *testing.T, r Report, state State, topic string, parts ...string) {
	t.Helper()
	for _, f := range r.Findings {
		all := f.Detail + "\n" + strings.Join(f.Advice, "\n")
		if f.State == state && f.Topic == topic && holds(all, parts) {
			return
		}
	}
	t.Errorf("no %q %q with %q", state, topic, parts)
}

func holds(s string, parts []string) bool {
	for _, p := range parts {
		if !strings.Contains(s, p) {
			return false
		}
	}
	return true
}

// daemon answers as dockerd does.
func daemon(version string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/_ping", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Api-Version", "1.47")
		w.Header().Set("Ostype", "linux")
		w.Header().Set("Builder-Version", "2")
		io.WriteString(w, "OK")
	})
	mux.HandleFunc("/version", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, version) })
	return mux
}

const dockerVersion = `{"Platform":{"Name":"Docker Engine - Community"},"Version":"27.5.1","ApiVersion":"1.47","MinAPIVersion":"1.24","Os":"linux","Arch":"amd64","KernelVersion":"6.1",
	"Components":[{"Name":"Engine","Version":"27.5.1"}]}`

func serve(t *testing.T, l net.Listener, h http.Handler) {
	t.Helper()
	s := &http.Server{Handler: h}
	done := make(chan struct{})
	go func() { defer close(done); s.Serve(l) }()
	t.Cleanup(func() { s.Close(); <-done })
}

func listen(t *testing.T, network, address string) net.Listener {
	t.Helper()
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func TestSocketThatAnswers(t *testing.T) {
	p := newPatient(t)
	serve(t, listen(t, "unix", p.socket()), daemon(dockerVersion))
	if err := os.Chmod(p.socket(), 0o660); err != nil {
		t.Fatal(err)
	}
	p.env["DOCKER_HOST"] = "unix://" + p.socket()
	r := p.examine(t)
	if !r.OK() {
		t.Error("it should be well")
	}
	expect(t, r, OK, "daemon", p.socket(), "from DOCKER_HOST")
	expect(t, r, OK, "socket", "mode 0660")
	expect(t, r, OK, "access", "whoever may is root")
	expect(t, r, OK, "ping", "API version 1.47", "linux containers", "builder version 2")
	expect(t, r, OK, "version", "Docker Engine - Community 27.5.1 on linux/amd64", "clients from 1.24")
	expect(t, r, Note, "docker", "no docker command")
	expect(t, r, Note, "plugin", "dockwire plugin install")
}

func TestPodmanIsCalledByItsName(t *testing.T) {
	p := newPatient(t)
	serve(t, listen(t, "unix", p.socket()), daemon(`{"Version":"5.4.0","ApiVersion":"1.41","Os":"linux","Arch":"arm64","Components":[{"Name":"Podman Engine","Version":"5.4.0"},{"Name":"Conmon"}]}`))
	p.Docker.Flags.Host = []string{"unix://" + p.socket()}
	expect(t, p.examine(t), OK, "version", "Podman Engine 5.4.0 on linux/arm64")
}

func TestSocketsThatDoNotAnswer(t *testing.T) {
	stale := func(p *patient) error {
		l, err := net.ListenUnix("unix", &net.UnixAddr{Name: p.socket(), Net: "unix"})
		if err != nil {
			return err
		}
		l.SetUnlinkOnClose(false)
		return l.Close()
	}
	for _, c := range []struct {
		name   string
		put    func(p *patient) error
		exists string // a path that tells where we are
		topic  string
		parts  []string
	}{
		{"missing", func(*patient) error { return nil }, "/run/systemd/system", "socket", []string{"does not exist", "systemctl start docker"}},
		{"missing in a container", func(*patient) error { return nil }, "/.dockerenv", "socket", []string{"-v /var/run/docker.sock"}},
		{"folder", func(p *patient) error { return os.Mkdir(p.socket(), 0o700) }, "", "socket", []string{"is a folder", "rmdir"}},
		{"file", func(p *patient) error { return os.WriteFile(p.socket(), nil, 0o600) }, "", "socket", []string{"not a socket"}},
		{"stale", stale, "", "connect", []string{"refused", "the daemon that made it has ended"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPatient(t)
			if err := c.put(p); err != nil {
				t.Fatal(err)
			}
			p.Exists = func(path string) bool { return path == c.exists }
			p.Docker.Flags.Host = []string{"unix://" + p.socket()}
			r := p.examine(t)
			if r.OK() {
				t.Error("it should have failed")
			}
			expect(t, r, Failed, c.topic, c.parts...)
		})
	}
}

func TestStrangers(t *testing.T) {
	for _, c := range []struct {
		name  string
		h     http.HandlerFunc
		parts []string
	}{
		{"refuses", func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "not \x1b[31mallowed", http.StatusForbidden)
		}, []string{"403 Forbidden not [31mallowed", "refuses us"}},
		{"hangs up", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, []string{"closes the connection"}},
		{"wants TLS", func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "Client sent an HTTP request to an HTTPS server.", http.StatusBadRequest)
		}, []string{"this port speaks TLS", "DOCKER_TLS_VERIFY"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPatient(t)
			l := listen(t, "tcp", "127.0.0.1:0")
			serve(t, l, c.h)
			p.env["DOCKER_HOST"] = "tcp://" + l.Addr().String()
			r := p.examine(t)
			expect(t, r, Failed, "ping", c.parts...)
			expect(t, r, Warning, "access", "root")
		})
	}
}

func TestTCP(t *testing.T) {
	p := newPatient(t)
	l := listen(t, "tcp", "127.0.0.1:0")
	p.env["DOCKER_HOST"] = "tcp://" + l.Addr().String()
	l.Close()
	expect(t, p.examine(t), Failed, "connect", "refused", "2376")

	p.env["DOCKER_HOST"] = "tcp://nosuchname.invalid:2375"
	expect(t, p.examine(t), Failed, "connect", "is it written right?")
}

// A daemon that accepts and says nothing must not hold a report up.
func TestSilence(t *testing.T) {
	p := newPatient(t)
	listen(t, "unix", p.socket())
	p.Docker.Flags.Host = []string{"unix://" + p.socket()}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	expect(t, Examine(ctx, p.Input), Failed, "ping", "hangs or is starting")
}

func TestTLS(t *testing.T) {
	p := newPatient(t)
	if _, err := certs.Make(certs.Plan{Dir: p.dir, Hosts: []string{"localhost"}, Clients: []string{"alice"}}); err != nil {
		t.Fatal(err)
	}
	server, err := certs.NewReloader(certs.ServerFiles(filepath.Join(p.dir, "server")), certs.Server, certs.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	l := listen(t, "tcp", "127.0.0.1:0")
	s := &http.Server{Handler: daemon(dockerVersion), TLSConfig: &tls.Config{GetConfigForClient: server.GetConfigForClient}}
	done := make(chan struct{})
	go func() { defer close(done); s.ServeTLS(l, "", "") }()
	defer func() { s.Close(); <-done }()

	p.env["DOCKER_HOST"] = "tcp://" + l.Addr().String()
	p.env["DOCKER_TLS_VERIFY"] = "1"
	p.env["DOCKER_CERT_PATH"] = filepath.Join(p.dir, "clients", "alice")
	r := p.examine(t)
	if !r.OK() {
		t.Error("it should be well")
	}
	expect(t, r, OK, "client certificate", `"alice" was shown and accepted`)
	expect(t, r, OK, "version", "27.5.1")

	if err := os.Remove(filepath.Join(p.env["DOCKER_CERT_PATH"], "cert.pem")); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(p.env["DOCKER_CERT_PATH"], "key.pem")); err != nil {
		t.Fatal(err)
	}
	r = p.examine(t)
	expect(t, r, Failed, "client certificate", "wants a certificate")

	p.env["DOCKER_CERT_PATH"] = filepath.Join(p.dir, "nowhere")
	expect(t, p.examine(t), Failed, "daemon", "DOCKER_TLS_VERIFY", "nowhere")
}

func TestWhatElseThereIs(t *testing.T) {
	p := newPatient(t)
	colima := filepath.Join(p.dir, ".colima/default/docker.sock")
	if err := os.MkdirAll(filepath.Dir(colima), 0o700); err != nil {
		t.Fatal(err)
	}
	serve(t, listen(t, "unix", colima), daemon(dockerVersion))
	p.Docker.HasSocket = func(path string) bool { return path == colima }
	if _, err := dockercontext.Create(p.Docker.Dir(), dockercontext.Spec{Name: "remote", Host: "tcp://build1:2375"}); err != nil {
		t.Fatal(err)
	}
	p.env["DOCKER_HOST"] = "unix:///nonexistent/d.sock"
	r := p.examine(t)
	expect(t, r, Note, "instead", "answers (Colima)", "export DOCKER_HOST=unix://"+colima)
	expect(t, r, Note, "instead", `context "remote" points at tcp://build1:2375`, "dockwire doctor -c remote")

	p.env["DOCKER_HOST"] = ""
	r = p.examine(t)
	expect(t, r, OK, "daemon", colima, "docker itself would not look there")
	expect(t, r, Warning, "daemon", "DOCKER_HOST=unix://"+colima)

	p.env["DOCKER_CONTEXT"] = "removed"
	expect(t, p.examine(t), Failed, "daemon", `"removed" does not exist`, "unset DOCKER_CONTEXT", "docker context use remote")
}

func TestThePlaceThatWasLookedAt(t *testing.T) {
	p := newPatient(t)
	if _, err := os.Stat("/var/run/docker.sock"); err == nil {
		p.Docker.OS = "windows" // its default is not on this machine
		r := p.examine(t)
		expect(t, r, Note, "instead", "looked for, in this order", "docker_engine")
		return
	}
	expect(t, p.examine(t), Note, "instead", "looked for, in this order", "/var/run/docker.sock")
}

// No secret may get into a report: it ends up in public.
func TestNoSecrets(t *testing.T) {
	const secret = "hunter22"
	for _, host := range []string{
		"ssh://me:" + secret + "@build1",
		"tcp://me:" + secret + "@127.0.0.1:1",
		"tcp://:" + secret + "@127.0.0.1:1/x",
		"http://me:" + secret + "@build1:2375",
		"nonsense://me:" + secret + "@build1",
	} {
		p := newPatient(t)
		p.env["DOCKER_HOST"] = host
		r := p.examine(t)
		b, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(b), secret) {
			t.Errorf("%s: %s", host, b)
		}
	}
}
