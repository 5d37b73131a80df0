//go:build unix

package takeover

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// speaker listens on a Unix socket and says its name to whoever connects.
type speaker struct {
	*net.UnixListener
	done chan struct{}
}

func speak(t *testing.T, path, name string) *speaker {
	t.Helper()
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	s := &speaker{l, make(chan struct{})}
	go func() {
		defer close(s.done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = c.Write([]byte(name))
			_ = c.Close()
		}
	}()
	t.Cleanup(s.end)
	return s
}

func (s *speaker) end() {
	_ = s.Close()
	<-s.done
}

// heard is the name that answers at path, "" for no answer.
func heard(path string) string {
	c, err := net.Dial("unix", path)
	if err != nil {
		return ""
	}
	defer c.Close()
	b := make([]byte, 20)
	n, _ := c.Read(b)
	return string(b[:n])
}

// folder is short enough for a socket.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "dwt")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// taken is a socket that has been taken over.
func taken(t *testing.T, path string) *Takeover {
	t.Helper()
	to, restored, err := Begin(path)
	if err != nil || restored != nil {
		t.Fatal(restored, err)
	}
	speak(t, to.Place, "dockwire")
	if err := to.Swap(); err != nil {
		t.Fatal(err)
	}
	return to
}

func wantFiles(t *testing.T, dir string, want ...string) {
	t.Helper()
	var got []string
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if !slices.Equal(got, want) {
		t.Errorf("there is %q, want %q", got, want)
	}
}

func wantHeard(t *testing.T, path, want string) {
	t.Helper()
	if got := heard(path); got != want {
		t.Errorf("at %s %q answers, want %q", path, got, want)
	}
}

func TestThereAndBack(t *testing.T) {
	dir := folder(t)
	path := filepath.Join(dir, "d.sock")
	speak(t, path, "daemon")
	if err := os.Chmod(path, 0o660); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 {
		if err := os.Chown(path, 12345, 54321); err != nil {
			t.Fatal(err)
		}
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	before, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}

	to := taken(t, link)
	wantHeard(t, path, "dockwire")
	wantHeard(t, to.Aside, "daemon")
	now, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	was, is := before.Sys().(*syscall.Stat_t), now.Sys().(*syscall.Stat_t)
	if was.Mode != is.Mode || was.Uid != is.Uid || was.Gid != is.Gid {
		t.Errorf("ours is %o %d:%d, the daemon's %o %d:%d", is.Mode, is.Uid, is.Gid, was.Mode, was.Uid, was.Gid)
	}
	if to.occupant() != ours {
		t.Error("it does not know that it stands")
	}
	if _, _, err := Begin(path); err == nil || !strings.Contains(err.Error(), "another dockwire") {
		t.Errorf("a second one: %v", err)
	}
	if _, err := Restore(path); err == nil || !strings.Contains(err.Error(), "another dockwire") {
		t.Errorf("restore while it lives: %v", err)
	}
	wantHeard(t, path, "dockwire")

	if did, err := to.End(); err != nil || !strings.Contains(did, "is back at "+path) {
		t.Error(did, err)
	}
	wantHeard(t, path, "daemon")
	wantFiles(t, dir, "d.sock", "link")
}

// Whatever step it was killed after, the next start or Restore puts things
// right.
func TestKilled(t *testing.T) {
	for _, c := range []struct {
		name  string
		until func(t *testing.T, path string) *Takeover
	}{
		{"after the preparation", func(t *testing.T, path string) *Takeover {
			to, _, err := Begin(path)
			if err != nil {
				t.Fatal(err)
			}
			return to
		}},
		{"before the rename", func(t *testing.T, path string) *Takeover {
			to, _, err := Begin(path)
			if err != nil {
				t.Fatal(err)
			}
			speak(t, to.Place, "dockwire").end()
			return to
		}},
		{"in the middle of writing", func(t *testing.T, path string) *Takeover {
			to, _, err := Begin(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := to.journal.file.Truncate(20); err != nil {
				t.Fatal(err)
			}
			return to
		}},
		{"after the rename", func(t *testing.T, path string) *Takeover {
			to, _, err := Begin(path)
			if err != nil {
				t.Fatal(err)
			}
			s := speak(t, to.Place, "dockwire")
			if err := to.Swap(); err != nil {
				t.Fatal(err)
			}
			s.end()
			return to
		}},
	} {
		for _, how := range []string{"restore", "next start"} {
			t.Run(c.name+", "+how, func(t *testing.T) {
				dir := folder(t)
				path := filepath.Join(dir, "d.sock")
				speak(t, path, "daemon")
				_ = c.until(t, path).journal.file.Close() // the kernel does that to a killed process
				var did []string
				var err error
				if how == "restore" {
					did, err = Restore(path)
				} else {
					var to *Takeover
					if to, did, err = Begin(path); err == nil {
						_, err = to.End()
					}
				}
				if err != nil || len(did) != 1 {
					t.Error(did, err)
				}
				wantHeard(t, path, "daemon")
				wantFiles(t, dir, "d.sock")
				if did, err := Restore(path); did != nil || err != nil {
					t.Errorf("once more: %v %v", did, err)
				}
			})
		}
	}
}

// restarted is a takeover of a daemon that has restarted since.
func restarted(t *testing.T) (dir, path string, to *Takeover) {
	dir = folder(t)
	path = filepath.Join(dir, "d.sock")
	old := speak(t, path, "old")
	to = taken(t, path)
	old.end()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	speak(t, path, "new")
	return dir, path, to
}

// The daemon makes a new socket when it restarts, and removes the one at its
// path, which is ours, when it ends.
func TestDaemonMeanwhile(t *testing.T) {
	t.Run("restarted", func(t *testing.T) {
		dir, path, to := restarted(t)
		if to.occupant() == ours {
			t.Error("it thinks that it still stands")
		}
		if did, err := to.End(); err != nil || !strings.Contains(did, "new socket") {
			t.Error(did, err)
		}
		wantHeard(t, path, "new")
		wantFiles(t, dir, "d.sock")
	})
	t.Run("ended", func(t *testing.T) {
		dir := folder(t)
		path := filepath.Join(dir, "d.sock")
		old := speak(t, path, "old")
		to := taken(t, path)
		old.end()
		if did, err := to.End(); err != nil || !strings.Contains(did, "the daemon has ended") {
			t.Error(did, err)
		}
		wantFiles(t, dir)
	})
	t.Run("restarted, then we were killed", func(t *testing.T) {
		dir, path, to := restarted(t)
		_ = to.journal.file.Close()
		if did, err := Restore(path); err != nil || len(did) != 1 {
			t.Error(did, err)
		}
		wantHeard(t, path, "new")
		wantFiles(t, dir, "d.sock")
	})
}

// What cannot be done is said before anything has moved.
func TestRefusals(t *testing.T) {
	dir := folder(t)
	plain := filepath.Join(dir, "file")
	if err := os.WriteFile(plain, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	dead := filepath.Join(dir, "dead")
	speak(t, dead, "").end()
	for path, why := range map[string]string{
		filepath.Join(dir, "nothing"): "there is no daemon's socket",
		plain:                         "is not a socket",
		dead:                          "nobody answers",
	} {
		if _, _, err := Begin(path); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v, want %s", path, err, why)
		}
	}
	wantFiles(t, dir, "dead", "file")
}

// asOther marks the run of TestWithoutRights as another user.
const asOther = "DOCKWIRE_TEST_TAKEOVER"

func TestWithoutRights(t *testing.T) {
	if path := os.Getenv(asOther); path != "" {
		_, _, err := Begin(path)
		if !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), "needs the right to rename in") {
			t.Errorf("%v", err)
		}
		return
	}
	if os.Geteuid() != 0 {
		t.Skip("needs root to become somebody else")
	}
	dir := folder(t)
	path := filepath.Join(dir, "d.sock")
	speak(t, path, "daemon")
	for name, mode := range map[string]os.FileMode{dir: 0o755, path: 0o666} {
		if err := os.Chmod(name, mode); err != nil {
			t.Fatal(err)
		}
	}
	program := filepath.Join(dir, "test")
	b, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(program, b, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "-test.run=^TestWithoutRights$")
	cmd.Env = []string{asOther + "=" + path}
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	wantHeard(t, path, "daemon")
	wantFiles(t, dir, "d.sock", "test")
}
