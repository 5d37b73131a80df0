package doctor

import (
	"context"
	"crypto/tls"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/intercept/certs"
)

// withContainers is a daemon that lists these containers.
func withContainers(list string) http.HandlerFunc {
	answer := daemon(dockerVersion)
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/containers/json" {
			_, _ = io.WriteString(w, list)
			return
		}
		answer.ServeHTTP(w, r)
	}
}

const twoContainers = `[
	{"Id":"1","Names":["/ui"],"State":"running","Mounts":[{"Source":"/var/run/docker.sock","Destination":"/var/run/docker.sock"}]},
	{"Id":"2","Names":["/backup"],"State":"exited","Mounts":[{"Source":"/","Destination":"/host"}]},
	{"Id":"3","Names":["/web"],"State":"running","Mounts":[{"Source":"/var/lib/x","Destination":"/data"}]}]`

// drawn is the picture as text, and says whether every form of it can be read.
func (p *patient) drawn(t *testing.T) string {
	t.Helper()
	picture, _ := Draw(context.Background(), p.Input)
	var text, svg, mermaid strings.Builder
	for format, to := range map[string]io.Writer{"text": &text, "svg": &svg, "mermaid": &mermaid} {
		if err := picture.Write(to, format, 80); err != nil {
			t.Fatal(err)
		}
	}
	for d := xml.NewDecoder(strings.NewReader(svg.String())); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("%v\n%s", err, &svg)
		}
	}
	if !strings.HasPrefix(mermaid.String(), "flowchart LR\n") || strings.Contains(mermaid.String(), "\x1b") {
		t.Errorf("%s", &mermaid)
	}
	if err := picture.Write(io.Discard, "png", 80); err == nil {
		t.Error("png is no form of a picture")
	}
	return strings.Join(strings.Fields(text.String()), " ")
}

func wants(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("no %q in\n%s", part, text)
		}
	}
}

func TestPictureOfAUnixSocket(t *testing.T) {
	p := newPatient(t)
	p.Docker.Flags.Host = []string{"unix://" + p.socket()}
	serve(t, listen(t, "unix", p.socket()), withContainers(twoContainers))
	l := listen(t, "tcp", "127.0.0.1:0")
	serve(t, l, daemon(dockerVersion))
	other := listen(t, "tcp", "127.0.0.1:0")
	serve(t, other, http.NotFoundHandler())
	p.Ports = func(string) []Port {
		return []Port{{l.Addr().String(), false}, {other.Addr().String(), false}}
	}
	text := p.drawn(t)
	wants(t, text, p.socket(), "Unix socket, mode", "container ui: has /var/run/docker.sock mounted", "container backup: has / mounted at /host (exited)",
		"! every user and service of this machine, by "+l.Addr().String()+": a port without TLS", "root on this machine", "Some of the ways above are open")
	for _, not := range []string{"container web", other.Addr().String()} {
		if strings.Contains(text, not) {
			t.Errorf("%q is in\n%s", not, text)
		}
	}
}

// The users of the file's group are named, as each of them is root by it.
func TestPictureNamesTheGroup(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a file to any group")
	}
	p := newPatient(t)
	p.Docker.Flags.Host = []string{"unix://" + p.socket()}
	serve(t, listen(t, "unix", p.socket()), daemon(dockerVersion))
	const group = 64242 // nobody's
	if err := errors.Join(os.Chown(p.socket(), 0, group), os.Chmod(p.socket(), 0o660)); err != nil {
		t.Fatal(err)
	}
	p.Members = func(gid int) []string { return map[int][]string{group: {"ann", "ben"}}[gid] }
	wants(t, p.drawn(t), "mode 0660, owner root, group 64242", "users of group 64242 (ann, ben)", "root on this machine")
}

func TestPictureOfTLS(t *testing.T) {
	p := newPatient(t)
	if _, err := certs.Make(certs.Plan{Dir: p.dir, Hosts: []string{"localhost"}, Clients: []string{"alice"}}); err != nil {
		t.Fatal(err)
	}
	for _, any := range []bool{false, true} {
		server, err := certs.NewReloader(certs.ServerFiles(filepath.Join(p.dir, "server")), certs.Server, certs.Options{AnyClient: any})
		if err != nil {
			t.Fatal(err)
		}
		defer server.Close()
		l := listen(t, "tcp", "127.0.0.1:0")
		s := &http.Server{Handler: withContainers(twoContainers), TLSConfig: &tls.Config{GetConfigForClient: server.GetConfigForClient}}
		done := make(chan struct{})
		go func() { defer close(done); s.ServeTLS(l, "", "") }()
		defer func() { s.Close(); <-done }()
		p.env["DOCKER_HOST"], p.env["DOCKER_TLS_VERIFY"] = "tcp://"+l.Addr().String(), "1"
		p.env["DOCKER_CERT_PATH"] = filepath.Join(p.dir, "clients", "alice")
		text := p.drawn(t)
		wants(t, text, "TCP port with TLS", "container ui")
		if any {
			wants(t, text, "asks for no client certificate", "Some of the ways above are open")
		} else {
			wants(t, text, "whoever has a client certificate of the daemon's CA", `"alice"`)
		}
	}
}

func TestPictureWithoutADaemon(t *testing.T) {
	p := newPatient(t)
	p.Docker.Flags.Host = []string{"unix://" + p.socket()}
	wants(t, p.drawn(t), "no daemon that answers", "the file is not there")
}

func TestAddressesOfTheKernel(t *testing.T) {
	for in, want := range map[string]string{
		"0100007F:0947":                         "127.0.0.1:2375",
		"00000000:0948":                         "0.0.0.0:2376",
		"00000000000000000000000001000000:0050": "[::1]:80",
		"xyz:1":                                 "",
		"0100007F":                              "",
	} {
		if got := procAddress(in); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
	l := listen(t, "tcp", "127.0.0.1:0")
	if !slices.ContainsFunc(listeners("/proc/net"), func(found listener) bool { return found.address == l.Addr().String() }) {
		t.Errorf("%s is not among those that listen", l.Addr())
	}
}
