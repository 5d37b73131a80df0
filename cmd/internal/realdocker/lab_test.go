//go:build linux

package realdocker

import (
	"net"
	"strings"
	"testing"
)

// The lab's port is in front of the real daemon, and every break fails as
// it should.
func TestLabTLS(t *testing.T) {
	t.Parallel()
	good := command(t, dockwire, "lab", "tls", "-H", "unix://"+daemonSocket)
	for _, part := range []string{"Docker Engine", "was shown and accepted", "CONTAINER ID", "200 ContainerList", "Cleaned up"} {
		if !strings.Contains(good, part) {
			t.Errorf("no %q in\n%s", part, good)
		}
	}
	broken := command(t, dockwire, "lab", "tls", "--break", "all", "-H", "unix://"+daemonSocket)
	for _, part := range []string{"✗ host name", "✗ server certificate", "✗ client certificate", "✗ handshake", "Renewed", "CONTAINER ID"} {
		if !strings.Contains(broken, part) {
			t.Errorf("no %q in\n%s", part, broken)
		}
	}
}

// With --dockerd it is dockerd that speaks TLS, and says why it lets nobody in. The
// bridge of the machine's dockerd stays as it is.
func TestLabTLSOfADockerd(t *testing.T) {
	if current(t) {
		return // the dockerd in PATH is the same in both runs of these tests
	}
	t.Parallel()
	bridge := func() (index int) {
		if i, err := net.InterfaceByName("docker0"); err == nil {
			index = i.Index
		}
		return index
	}
	before := bridge()
	for _, run := range []struct {
		flags []string
		shows []string
	}{
		{nil, []string{"The server: dockerd, tls://127.0.0.1:", "was shown and accepted", "200 ContainerList", "Cleaned up"}},
		{[]string{"--break", "wrong-name,no-client"}, []string{"✗ host name", "remote error: tls: bad certificate", "✗ client certificate", "tls: client didn't provide a certificate", "Cleaned up"}},
	} {
		out := command(t, dockwire, append([]string{"lab", "tls", "--dockerd"}, run.flags...)...)
		for _, part := range run.shows {
			if !strings.Contains(out, part) {
				t.Errorf("%v: no %q in\n%s", run.flags, part, out)
			}
		}
	}
	if after := bridge(); after != before {
		t.Errorf("docker0 was interface %d, and is %d (0: none)", before, after)
	}
}
