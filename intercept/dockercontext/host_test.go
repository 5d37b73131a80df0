package dockercontext

import (
	"strings"
	"testing"
)

// The rows are those of docker/cli opts/hosts_test.go, and what differs on
// Windows.
func TestParseHost(t *testing.T) {
	for _, tt := range []struct {
		os, value string
		tls       bool
		want      string // "": an error
	}{
		{"linux", "", false, "unix:///var/run/docker.sock"},
		{"linux", "  ", false, "unix:///var/run/docker.sock"},
		{"linux", "", true, "tcp://localhost:2376"},
		{"windows", "", false, "npipe:////./pipe/docker_engine"},
		{"windows", "", true, "tcp://127.0.0.1:2376"},
		{"windows", "tcp://", false, "tcp://127.0.0.1:2375"},
		{"linux", "fd://", false, "fd://"},
		{"linux", "fd://something", false, "fd://something"},
		{"linux", "ssh://me@box/run/docker.sock", false, "ssh://me@box/run/docker.sock"},
		{"linux", "tcp://host:", false, "tcp://host:2375"},
		{"linux", "tcp://host", true, "tcp://host:2375"}, // 2376 is only for no host at all
		{"linux", "tcp://", false, "tcp://localhost:2375"},
		{"linux", "tcp://:2376", false, "tcp://localhost:2376"},
		{"linux", "tcp://192.168:8080", false, "tcp://192.168:8080"},
		{"linux", "tcp://0.0.0.0:1234567890", false, "tcp://0.0.0.0:1234567890"},
		{"linux", " tcp://:7777/path ", false, "tcp://localhost:7777/path"},
		{"linux", "[::1]:", false, "tcp://[::1]:2375"},
		{"linux", "[::1]:5555/path", false, "tcp://[::1]:5555/path"},
		{"linux", "localhost:5555/path", false, "tcp://localhost:5555/path"},
		{"linux", "box", false, "tcp://box:2375"},
		{"linux", "unix://", false, "unix:///var/run/docker.sock"},
		{"linux", "unix://path/to/socket", false, "unix://path/to/socket"},
		{"linux", "npipe://", false, "npipe:////./pipe/docker_engine"},
		{"linux", "npipe:////./pipe/foo", false, "npipe:////./pipe/foo"},
		{"linux", "something with spaces", false, ""},
		{"linux", "://", false, ""},
		{"linux", "unknown://", false, ""},
		{"linux", "udp://127.0.0.1:2375", false, ""},
		{"linux", "tcp://:port", false, ""},
		{"linux", "tcp://invalid:port", false, ""},
		{"linux", "tcp:a.b.c.d", false, ""},
		{"linux", "tcp://unix:///run/docker.sock", false, ""},
		{"linux", "unix://tcp://127.0.0.1", false, ""},
	} {
		got, err := parseHost(tt.os, tt.tls, tt.value)
		if (err != nil) != (tt.want == "") || got != tt.want {
			t.Errorf("%s, TLS %v: %q gave %q, %v; want %q", tt.os, tt.tls, tt.value, got, err, tt.want)
		}
	}
}

func FuzzParseHost(f *testing.F) {
	for _, s := range []string{"", "tcp://[::1]:2375/x", "unix://", "host:1", "ssh://a@b", "[::1]:", "tcp://h:+1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, value string) {
		host, err := parseHost("linux", false, value)
		if err != nil {
			return
		}
		if !strings.Contains(host, "://") {
			t.Errorf("%q gave %q, which has no scheme", value, host)
		}
		usesTLS(host)
	})
}
