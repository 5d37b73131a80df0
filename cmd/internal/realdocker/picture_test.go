//go:build linux

package realdocker

import (
	"strings"
	"testing"
)

// A container that has the daemon's socket is in the picture.
func TestPictureShowsContainersWithTheSocket(t *testing.T) {
	t.Parallel()
	d := docker{t: t, cli: clients(t)[0], host: "unix://" + daemonSocket, name: "dockwire-picture", dir: t.TempDir()}
	d.removeAtEnd()
	d.must("run", "-d", "--name", d.name, "-v", daemonSocket+":/var/run/docker.sock", "busybox", "sleep", "300")
	text := strings.Join(strings.Fields(command(t, dockwire, "doctor", "--picture", "-H", "unix://"+daemonSocket)), " ")
	for _, part := range []string{"container " + d.name + ": has " + daemonSocket + " mounted", "Unix socket, mode 0", "root on this machine"} {
		if !strings.Contains(text, part) {
			t.Errorf("no %q in\n%s", part, text)
		}
	}
}
