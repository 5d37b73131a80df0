//go:build unix

package intercept

import (
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func newUnstarted(t *testing.T, upstream string) *Server {
	t.Helper()
	s, err := New(Config{Upstream: Endpoint{Scheme: "unix", Address: upstream}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close(t.Context()) })
	return s
}

func at(path string) Endpoint { return Endpoint{Scheme: "unix", Address: path} }

func TestSocketFileIsPrivate(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0)) // nothing but our own care narrows it
	path := filepath.Join(t.TempDir(), "s")
	s := newUnstarted(t, "/nowhere")
	if _, err := s.Listen(at(path), Private); err != nil {
		t.Fatal(err)
	}
	if got := mode(t, path); got != fs.ModeSocket|0o600 {
		t.Errorf("mode %v", got)
	}
}

func mode(t *testing.T, path string) fs.FileMode {
	t.Helper()
	fi, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	return fi.Mode()
}

func TestStaleSocketIsReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	stale := leave(t, path)
	s := newUnstarted(t, "/nowhere")
	if _, err := s.Listen(at(path), Private); err != nil {
		t.Fatal(err)
	}
	if mode(t, path) != fs.ModeSocket|0o600 {
		t.Errorf("mode %v after %v", mode(t, path), stale)
	}
}

// leave leaves a socket file as a killed program does.
func leave(t *testing.T, path string) fs.FileMode {
	t.Helper()
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	l.Close()
	return mode(t, path)
}

// The file that comes next often has the inode number of the one that was removed
// (on ext4, not on tmpfs).
func TestASecondCloseRemovesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	for range 20 {
		first, err := Bind(at(path))
		if err != nil {
			t.Fatal(err)
		}
		first.Close()
		next, err := Bind(at(path))
		if err != nil {
			t.Fatal(err)
		}
		first.Close()
		mode(t, path)
		next.Close()
	}
}

func TestLiveSocketIsLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	live, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer live.Close()
	refused(t, path, "somebody listens on it")
	if c, err := net.Dial("unix", path); err != nil {
		t.Errorf("the live socket is gone: %v", err)
	} else {
		c.Close()
	}
}

func refused(t *testing.T, path, why string) {
	t.Helper()
	s := newUnstarted(t, "/nowhere")
	if _, err := s.Listen(at(path), Private); err == nil || !strings.Contains(err.Error(), why) {
		t.Errorf("Listen: %v; want %q", err, why)
	}
}

func TestOtherFilesAreLeftAlone(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, file, "is a file, not a socket")
	if got, _ := os.ReadFile(file); string(got) != "precious" {
		t.Errorf("the file holds %q", got)
	}

	socket := filepath.Join(dir, "socket")
	leave(t, socket)
	link := filepath.Join(dir, "link")
	if err := os.Symlink(socket, link); err != nil {
		t.Fatal(err)
	}
	refused(t, link, "is a symbolic link, not a socket")
	if mode(t, socket).Type() != fs.ModeSocket || mode(t, link).Type() != fs.ModeSymlink {
		t.Error("the link or its target was touched")
	}

	dangling := filepath.Join(dir, "dangling")
	if err := os.Symlink(filepath.Join(dir, "elsewhere"), dangling); err != nil {
		t.Fatal(err)
	}
	refused(t, dangling, "is a symbolic link, not a socket")
	refused(t, dir, "is a folder, not a socket")
	refused(t, filepath.Join(dir, "no", "such"), "no such file")
}

func TestSocketFileIsRemoved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	s := newUnstarted(t, "/nowhere")
	if _, err := s.Listen(at(path), Private); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Lstat(path); !os.IsNotExist(err) {
		t.Errorf("the socket file is still there: %v", err)
	}
}

// What has taken our file's place meanwhile is somebody else's.
func TestForeignSocketFileIsNotRemoved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	s := newUnstarted(t, "/nowhere")
	if _, err := s.Listen(at(path), Private); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	other, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Lstat(path); err != nil {
		t.Errorf("the other's socket file is gone: %v", err)
	}
}
