package intercept

import (
	"os"
	"os/exec"
	"os/user"
	"slices"
	"testing"
)

func TestPeerOfUnixSocket(t *testing.T) {
	r := newRig(t, "unix", "unix")
	r.pair()
	r.pair() // the second comes from what the first left open
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		p := r.tap.wait(t, i, "Open", func(*connLog) bool { return true }).info.Peer
		if p.PID != os.Getpid() || !p.HasUID || p.UID != os.Getuid() || p.User != me.Username {
			t.Errorf("peer is %+v", p)
		}
		if !slices.Equal(p.Command, os.Args) {
			t.Errorf("command is %q; want %q", p.Command, os.Args)
		}
	}
}

// A command line is read again each time: a process may run something else by
// now, and its number may be another's.
func TestCommandsAreNeverStale(t *testing.T) {
	var c commands
	defer c.close()
	cmd := exec.Command("sh", "-c", "read x; exec sleep 1000")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	pid := cmd.Process.Pid
	eventually(t, "the shell's command line", func() bool {
		return slices.Equal(c.of(pid), cmd.Args)
	})
	stdin.Write([]byte("\n"))
	eventually(t, "the command line after exec", func() bool {
		return slices.Equal(c.of(pid), []string{"sleep", "1000"})
	})
	cmd.Process.Kill()
	cmd.Wait()
	if got := c.of(pid); got != nil {
		t.Errorf("process is gone, command is %q", got)
	}
}

func TestCommandsCutsWhatIsLong(t *testing.T) {
	var c commands
	defer c.close()
	args := []string{"-c", "read x; exit", string(slices.Repeat([]byte("x"), maxCommand))}
	cmd := exec.Command("sh", args...)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the command line, cut", func() bool {
		got := c.of(cmd.Process.Pid)
		return len(got) == 5 && got[0] == "sh" && got[4] == "…"
	})
	stdin.Close()
	cmd.Wait()
}
