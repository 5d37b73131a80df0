package takeover

import (
	"os"
	"path/filepath"
	"testing"
)

func TestSystemdIsKnown(t *testing.T) {
	for _, c := range []struct {
		pid  int
		comm string
		want bool
	}{
		{1, "systemd\n", true},
		{1, "dockerd\n", false}, // docker in docker
		{77, "systemd\n", false},
		{0, "systemd\n", false}, // in another namespace
	} {
		proc := t.TempDir()
		if err := os.Mkdir(filepath.Join(proc, "1"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(proc, "1", "comm"), []byte(c.comm), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := isSystemd(c.pid, proc); got != c.want {
			t.Errorf("process %d, first is %q: %v", c.pid, c.comm, got)
		}
	}
}
