package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
)

// way is something between the client and the daemon.
type way struct{ name, socket string }

// contenders starts all ways; the first is what the others are compared with.
func (o *options) contenders(dir, daemon string, running *processes) (ways []way, err error) {
	add := func(name, program string, args func(socket string) []string) {
		if err != nil {
			return
		}
		w := way{name, filepath.Join(dir, fmt.Sprintf("way%d", len(ways)))}
		if err = running.start(w.socket, program, args(w.socket)...); err == nil {
			ways = append(ways, w)
		}
	}
	add("bare", os.Args[0], func(s string) []string { return []string{"role", "bare", s, daemon} })
	tap := func(more ...string) func(string) []string {
		return func(s string) []string {
			return append([]string{"tap", "-H", "unix://" + daemon, "--listen", "unix://" + s, "--format", "none"}, more...)
		}
	}
	add("tap and record", o.dockwire, tap("-o", filepath.Join(dir, "tap.jsonl")))
	add("record to .zst", o.dockwire, tap("-o", filepath.Join(dir, "tap.jsonl.zst")))
	add("tap, no recording", o.dockwire, tap())
	collector := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})) // lives as long as this process
	add("record and --otlp", o.dockwire, tap("-o", filepath.Join(dir, "otlp.jsonl"), "--otlp", collector.URL))
	if socat, missing := exec.LookPath("socat"); missing == nil {
		add("socat", socat, func(s string) []string { return []string{"UNIX-LISTEN:" + s + ",fork", "UNIX-CONNECT:" + daemon} })
	}
	if haproxy, missing := exec.LookPath("haproxy"); missing == nil {
		add("haproxy (http)", haproxy, func(s string) []string { return []string{"-q", "-db", "-f", haproxyConfig(dir, s, daemon)} })
	}
	return ways, err
}

func haproxyConfig(dir, listen, daemon string) string {
	path := filepath.Join(dir, "haproxy.cfg")
	text := fmt.Sprintf(`defaults
  mode http
  timeout client 1h
  timeout server 1h
  timeout connect 5s
frontend in
  bind unix@%s
  default_backend out
backend out
  server daemon unix@%s
`, listen, daemon)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return err.Error() // haproxy says that there is no such file
	}
	return path
}
