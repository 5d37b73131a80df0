package intercept

import (
	"strings"
	"testing"
)

func TestParseEndpoint(t *testing.T) {
	long := "/" + strings.Repeat("x", maxUnixPath-1)
	for _, c := range []struct {
		in      string
		want    Endpoint
		written string // by String, if not as given
	}{
		{in: "unix:///var/run/docker.sock", want: Endpoint{Scheme: "unix", Address: "/var/run/docker.sock"}},
		{in: "/run/user/1000/docker.sock", want: Endpoint{Scheme: "unix", Address: "/run/user/1000/docker.sock"}, written: "unix:///run/user/1000/docker.sock"},
		{in: "unix://here.sock", want: Endpoint{Scheme: "unix", Address: "here.sock"}},
		{in: "unix://" + long, want: Endpoint{Scheme: "unix", Address: long}},
		{in: "tcp://127.0.0.1:2375", want: Endpoint{Scheme: "tcp", Address: "127.0.0.1:2375"}},
		{in: "tcp://[::1]:2375", want: Endpoint{Scheme: "tcp", Address: "[::1]:2375"}},
		{in: "tcp://build-1.example:4243/base/path", want: Endpoint{Scheme: "tcp", Address: "build-1.example:4243", Base: "/base/path"}},
		{in: "tcp://h:1/", want: Endpoint{Scheme: "tcp", Address: "h:1"}, written: "tcp://h:1"},
		{in: "tcp://h", want: Endpoint{Scheme: "tcp", Address: "h:2375"}, written: "tcp://h:2375"},
		{in: "tls://127.0.0.1:2376", want: Endpoint{Scheme: "tls", Address: "127.0.0.1:2376"}},
		{in: "tls://h/base", want: Endpoint{Scheme: "tls", Address: "h:2376", Base: "/base"}, written: "tls://h:2376/base"},
		{in: "ssh://me@h:2222/run/docker.sock", want: Endpoint{Scheme: "ssh", Address: "me@h:2222/run/docker.sock"}},
		{in: "npipe:////./pipe/docker_engine", want: Endpoint{Scheme: "npipe", Address: "//./pipe/docker_engine"}},
		{in: `npipe://\\.\pipe\docker_engine`, want: Endpoint{Scheme: "npipe", Address: "//./pipe/docker_engine"}, written: "npipe:////./pipe/docker_engine"},
		{in: "tcp://:0", want: Endpoint{Scheme: "tcp", Address: "localhost:0"}, written: "tcp://localhost:0"},
	} {
		got, err := ParseEndpoint(c.in)
		if err != nil || got != c.want {
			t.Errorf("%s: %+v, %v; want %+v", c.in, got, err, c.want)
		}
		if c.written == "" {
			c.written = c.in
		}
		if got.String() != c.written {
			t.Errorf("%s is written %s", c.in, got)
		}
	}
}

func TestParseEndpointRefuses(t *testing.T) {
	for in, why := range map[string]string{
		"":                                     "is empty",
		"localhost:2375":                       "did you mean unix://localhost:2375 or tcp://localhost:2375?",
		"unix://":                              "has no path",
		"unix:///a\x00b":                       "NUL",
		"/" + strings.Repeat("x", maxUnixPath): "at most",
		"tcp://h:99999":                        "port",
		"tcp://h:x":                            "port",
		"tcp://me@h:1":                         "nothing else",
		"tcp://h:1?tls=1":                      "nothing else",
		"https://h:2376":                       "tls://host:port",
		"http://h:2375":                        "tcp://host:port",
		"ssh://":                               "hostname is empty",
		"ssh://me:secret@h":                    "password",
		"ssh://h?x=1":                          "query",
		"npipe:////server/pipe/docker":         "npipe:////./pipe/NAME",
		"npipe:////./pipe/":                    "npipe:////./pipe/NAME",
		"fd://":                                "systemd",
		"gopher://h":                           `scheme "gopher" is not known`,
	} {
		ep, err := ParseEndpoint(in)
		if err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%q: %+v, %v; want an error with %q", in, ep, err, why)
		}
	}
}

func FuzzParseEndpoint(f *testing.F) {
	for _, s := range []string{"unix:///a", "/a", "tcp://h:1/b", "tcp://[::1%25lo]:2", "tcp://:", "tcp://h:1/%2f", "://", "ssh://h"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ep, err := ParseEndpoint(s)
		if err != nil {
			if ep != (Endpoint{}) {
				t.Errorf("%q: %+v with %v", s, ep, err)
			}
			return
		}
		again, err := ParseEndpoint(ep.String())
		if err != nil || again != ep {
			t.Errorf("%q is %+v, written %s, which is %+v, %v", s, ep, ep, again, err)
		}
	})
}
