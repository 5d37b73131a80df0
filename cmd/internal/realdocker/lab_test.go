//go:build linux

package realdocker

import (
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
