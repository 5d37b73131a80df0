package main

import (
	"strings"
	"testing"
)

func TestExplain(t *testing.T) {
	for asked, want := range map[string]string{
		"ContainerCreate":          "POST /containers/create",
		"POST /containers/x/start": "ContainerStart",
		"docker run":               "ContainerAttach", // one line each
		"":                         "\nNetwork\n",
		"404":                      "no such container",
		"hijack":                   "stops being HTTP",
		"docker.sock":              "/var/run/docker.sock",
		"stdcopy":                  "share one stream",
		"tls":                      "ca.pem",
	} {
		var out strings.Builder
		if err := explain(&out, asked, 80); err != nil || !strings.Contains(out.String(), want) {
			t.Errorf("explain %q: %v, want %q in\n%s", asked, err, want, out.String())
		}
	}
	if err := explain(&strings.Builder{}, "nonsense", 80); err == nil {
		t.Error("nonsense was explained")
	}
}
