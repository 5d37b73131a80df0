package intercept

import (
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestSocketFileLikeUpstream(t *testing.T) {
	dir := t.TempDir()
	upstream := filepath.Join(dir, "up")
	l, err := net.Listen("unix", upstream)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, m := range []fs.FileMode{0o600, 0o660, 0o666, 0o777, 0o000} {
		if err := os.Chmod(upstream, m); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "s")
		s := newUnstarted(t, upstream)
		if _, err := s.Listen(at(path), LikeUpstream); err != nil {
			t.Fatal(err)
		}
		if got, want := mode(t, path).Perm(), m&0o666|0o600; got != want {
			t.Errorf("upstream has %v, the listener %v; want %v", m, got, want)
		}
		s.Close(t.Context())
	}
}

// The group of the upstream's socket goes with its group bits.
func TestSocketFileTakesUpstreamsGroup(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a socket to a group it is not in")
	}
	const group = 12345
	dir := t.TempDir()
	upstream := filepath.Join(dir, "up")
	leave(t, upstream)
	if err := os.Chown(upstream, -1, group); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(upstream, 0o660); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "s")
	s := newUnstarted(t, upstream)
	if _, err := s.Listen(at(path), LikeUpstream); err != nil {
		t.Fatal(err)
	}
	fi, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	if gid := fi.Sys().(*syscall.Stat_t).Gid; gid != group || fi.Mode().Perm() != 0o660 {
		t.Errorf("group %d, mode %v", gid, fi.Mode())
	}
}

// Where there is no upstream yet, nobody else is let in.
func TestSocketFileWithoutUpstreamIsPrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	s := newUnstarted(t, "/nowhere")
	if _, err := s.Listen(at(path), LikeUpstream); err != nil {
		t.Fatal(err)
	}
	if got := mode(t, path).Perm(); got != 0o600 {
		t.Errorf("mode %v", got)
	}
}
