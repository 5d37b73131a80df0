package certs

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestDaemonJSON(t *testing.T) {
	d, err := DaemonJSON("/etc/docker/tls", []string{"tcp://10.0.0.1:2376", "box", "[::1]", ":2377"})
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Hosts                      []string
		TLSVerify                  bool
		TLSCACert, TLSCert, TLSKey string
	}
	if err := json.Unmarshal(d.JSON, &got); err != nil {
		t.Fatal(err)
	}
	if want := []string{"unix:///var/run/docker.sock", "tcp://10.0.0.1:2376", "tcp://box:2376", "tcp://[::1]:2376", "tcp://:2377"}; !slices.Equal(got.Hosts, want) {
		t.Errorf("hosts: %q", got.Hosts)
	}
	files := ServerFiles(filepath.FromSlash("/etc/docker/tls"))
	if !got.TLSVerify || got.TLSCACert != files.CA || got.TLSCert != files.Cert || got.TLSKey != files.Key {
		t.Errorf("got %+v", got)
	}
	if all := strings.Join(d.Notes, "\n"); !strings.Contains(all, OverridePath) || !strings.Contains(all, "-H fd://") || strings.Contains(d.Override, "-H") {
		t.Errorf("notes: %s\noverride: %s", all, d.Override)
	}
	for _, host := range []string{"unix:///x", "tcp://", "https://x/y"} {
		if _, err := DaemonJSON("x", []string{host}); err == nil {
			t.Errorf("%q was taken", host)
		}
	}
}
