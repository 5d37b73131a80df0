package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
)

// way is something between the client and the daemon.
type way struct {
	name, addr string
	pid        int // 0: it forks a process for each connection
}

// transport is how all ways of a table are reached, and how they reach the daemon.
type transport struct {
	name  string
	dir   string // for sockets and files
	certs string // made by dockwire certs make; "": Unix sockets
}

// fresh is an address that nobody listens on yet.
func (t transport) fresh(name string) (string, error) {
	if t.certs == "" {
		return "unix://" + filepath.Join(t.dir, name), nil
	}
	at, err := freePort()
	return "tls://" + at + "?certs=" + url.QueryEscape(t.certs), err
}

// contenders starts the daemon and all ways to it; the first is what the others
// are compared with.
func (o *options) contenders(t transport, running *processes) (ways []way, err error) {
	daemon, err := t.fresh("daemon")
	if err != nil {
		return nil, err
	}
	if err := running.start(daemon, os.Args[0], "role", "daemon", daemon); err != nil {
		return nil, err
	}
	add := func(name, program string, args func(addr string) []string) {
		if err != nil {
			return
		}
		w := way{name: name}
		if w.addr, err = t.fresh(fmt.Sprintf("way%d", len(ways))); err != nil {
			return
		}
		if err = running.start(w.addr, program, args(w.addr)...); err == nil {
			if name != "socat" {
				w.pid = (*running)[len(*running)-1].Process.Pid
			}
			ways = append(ways, w)
		}
	}
	for _, role := range []string{"bare", "watched"} {
		add(role, os.Args[0], func(s string) []string { return []string{"role", role, s, daemon} })
	}
	tap := func(more ...string) func(string) []string {
		return func(s string) []string { return append(t.tap(daemon, s), more...) }
	}
	add("tap and record", o.dockwire, tap("-o", filepath.Join(t.dir, "tap.jsonl")))
	add("record to .zst", o.dockwire, tap("-o", filepath.Join(t.dir, "tap.jsonl.zst")))
	add("tap, no recording", o.dockwire, tap())
	collector := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})) // lives as long as this process
	add("record and --otlp", o.dockwire, tap("-o", filepath.Join(t.dir, "otlp.jsonl"), "--otlp", collector.URL))
	if socat, missing := exec.LookPath("socat"); missing == nil {
		add("socat", socat, func(s string) []string {
			return []string{t.socat("LISTEN", s) + ",fork", t.socat("CONNECT", daemon)}
		})
	}
	if haproxy, missing := exec.LookPath("haproxy"); missing == nil {
		add("haproxy (http)", haproxy, func(s string) []string { return []string{"-q", "-db", "-f", t.haproxy(s, daemon)} })
	}
	return ways, err
}

// tap is the command line of a tap from one address to another.
func (t transport) tap(daemon, listen string) []string {
	if t.certs == "" {
		return []string{"tap", "-H", daemon, "--listen", listen, "--format", "none"}
	}
	cert, key := clientFiles(t.certs)
	return []string{
		"tap", "-H", "tcp://" + host(daemon), "--listen", "tls://" + host(listen), "--format", "none",
		"--listen-cert-path", filepath.Join(t.certs, "server"),
		"--tlsverify", "--tlscacert", filepath.Join(t.certs, "ca", "ca.pem"), "--tlscert", cert, "--tlskey", key,
	}
}

func host(addr string) string { return parsed(addr).Host }

func parsed(addr string) *url.URL {
	u, err := url.Parse(addr)
	if err != nil {
		panic(err) // we made it
	}
	return u
}

// socat is an address in socat's words; action is LISTEN or CONNECT.
func (t transport) socat(action, addr string) string {
	u := parsed(addr)
	if t.certs == "" {
		return "UNIX-" + action + ":" + u.Path
	}
	cert, key := clientFiles(t.certs)
	name, where := "OPENSSL", u.Host+",nodelay,commonname=localhost"
	if action == "LISTEN" {
		cert, key = serverFiles(t.certs)
		name, where = "OPENSSL-LISTEN", u.Port()+",nodelay"
	}
	return fmt.Sprintf("%s:%s,cert=%s,key=%s,cafile=%s", name, where, cert, key, filepath.Join(t.certs, "ca", "ca.pem"))
}

// haproxy writes a configuration and gives its path.
func (t transport) haproxy(listen, daemon string) string {
	path := filepath.Join(t.dir, "haproxy.cfg")
	in, out := "unix@"+parsed(listen).Path, "unix@"+parsed(daemon).Path
	if t.certs != "" {
		ca := " ca-file " + filepath.Join(t.certs, "ca", "ca.pem")
		in = host(listen) + " ssl crt " + t.pair(serverFiles) + ca + " verify required"
		out = host(daemon) + " ssl crt " + t.pair(clientFiles) + ca + " verify required sni str(localhost) verifyhost localhost"
	}
	text := fmt.Sprintf(`defaults
  mode http
  timeout client 1h
  timeout server 1h
  timeout connect 5s
frontend in
  bind %s
  default_backend out
backend out
  server daemon %s
`, in, out)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return err.Error() // haproxy says that there is no such file
	}
	return path
}

// pair is a certificate and its key in one file, as haproxy reads them.
func (t transport) pair(files func(certs string) (cert, key string)) string {
	cert, key := files(t.certs)
	path := cert + ".pair"
	var both []byte
	for _, f := range []string{cert, key} {
		p, err := os.ReadFile(f)
		if err != nil {
			return err.Error()
		}
		both = append(both, p...)
	}
	if err := os.WriteFile(path, both, 0o600); err != nil {
		return err.Error()
	}
	return path
}
