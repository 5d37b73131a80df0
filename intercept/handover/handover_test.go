//go:build unix

package handover_test

import (
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dockwire/dockwire/intercept/handover"
)

func listen(t *testing.T, path string) *net.UnixListener {
	t.Helper()
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func offer(t *testing.T, path string, give func() ([]handover.Socket, error)) *handover.Offer {
	t.Helper()
	o := handover.Offering(listen(t, path), give)
	t.Cleanup(func() { o.Close() })
	return o
}

func TestAListenerIsHandedOver(t *testing.T) {
	dir := t.TempDir()
	older := listen(t, filepath.Join(dir, "s"))
	older.SetUnlinkOnClose(false)
	at := filepath.Join(dir, "offer")
	o := offer(t, at, func() ([]handover.Socket, error) {
		f, err := older.File()
		return []handover.Socket{{Name: "the socket", File: f}}, err
	})
	taken, err := handover.Take(at)
	if err != nil || taken == nil || taken.PID != os.Getpid() {
		t.Fatalf("taken %+v, %v", taken, err)
	}
	s, ok := taken.Socket("the socket")
	if !ok {
		t.Fatal("the socket did not come")
	}
	next, err := net.FileListener(s.File)
	s.File.Close()
	if err != nil {
		t.Fatal(err)
	}
	defer next.Close()
	if left, err := taken.Done(); err != nil || len(left) != 0 {
		t.Fatalf("left %v, %v", left, err)
	}
	if pid := <-o.To(); pid != os.Getpid() {
		t.Errorf("handed over to process %d", pid)
	}
	closed := make(chan error, 1)
	go func() {
		_, err := older.Accept() // waits when Close comes, as a server does
		closed <- err
	}()
	older.SetDeadline(time.Now().Add(10 * time.Millisecond))
	if err := <-closed; !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the older listener does not obey a deadline: %v", err)
	}
	older.Close()
	c, err := net.Dial("unix", filepath.Join(dir, "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	accepted, err := next.Accept()
	if err != nil {
		t.Fatal(err)
	}
	accepted.Close()
	if b, err := io.ReadAll(c); err != nil || len(b) != 0 {
		t.Errorf("read %q, %v", b, err)
	}
	if taken, err := handover.Take(at); taken != nil || err != nil {
		t.Errorf("the offer is still there: %v, %v", taken, err)
	}
}

// A next process that fails before it accepts has changed nothing: the one after
// it is handed the same.
func TestANextProcessThatFailsChangesNothing(t *testing.T) {
	at := filepath.Join(t.TempDir(), "offer")
	asked := 0
	o := offer(t, at, func() ([]handover.Socket, error) {
		asked++
		f, err := os.Open(os.DevNull)
		return []handover.Socket{{Name: "x", File: f}}, err
	})
	for range 3 {
		taken, err := handover.Take(at)
		if err != nil || taken == nil {
			t.Fatalf("%v, %v", taken, err)
		}
		taken.Close()
	}
	taken, err := handover.Take(at)
	if err != nil {
		t.Fatal(err)
	}
	if left, err := taken.Done(); err != nil || len(left) != 1 || left[0] != "x" {
		t.Errorf("left %v, %v", left, err)
	}
	if <-o.To(); asked != 4 {
		t.Errorf("asked %d times", asked)
	}
}

func TestTakeFromNobody(t *testing.T) {
	dir := t.TempDir()
	if taken, err := handover.Take(filepath.Join(dir, "offer")); taken != nil || err != nil {
		t.Errorf("nothing there: %v, %v", taken, err)
	}
	l := listen(t, filepath.Join(dir, "stranger"))
	defer l.Close()
	go func() {
		if c, err := l.Accept(); err == nil {
			io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n")
			c.Close()
		}
	}()
	if _, err := handover.Take(filepath.Join(dir, "stranger")); err == nil || !strings.Contains(err.Error(), "no dockwire that hands over") {
		t.Errorf("a stranger: %v", err)
	}
	offer(t, filepath.Join(dir, "refuses"), func() ([]handover.Socket, error) { return nil, os.ErrPermission })
	if _, err := handover.Take(filepath.Join(dir, "refuses")); err == nil || !strings.Contains(err.Error(), "permission denied") {
		t.Errorf("one that cannot: %v", err)
	}
}
