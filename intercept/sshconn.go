package intercept

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// sshConn is the stdin and stdout of an ssh process. Closing its stdin is the
// half-close; the far side's docker ends after the daemon's, and ssh with it.
type sshConn struct {
	cmd           *exec.Cmd
	stdin, stdout *os.File
	stderr        lastWords
	heard         bool // something came; used by the one reader alone

	gone   chan struct{} // closed when ssh has ended
	failed error         // how, set before

	closed, expired atomic.Bool
}

// reap waits for ssh to end.
func (c *sshConn) reap() {
	c.failed = c.cmd.Wait()
	if errors.Is(c.failed, exec.ErrWaitDelay) {
		c.failed = nil // it ended well, except for its stderr
	}
	close(c.gone)
}

// endsWithin is how long ssh may take to end after the end of its stdout.
const endsWithin = 2 * time.Second

// Read distinguishes an ssh that could not connect from a connection that ended.
func (c *sshConn) Read(p []byte) (int, error) {
	n, err := c.stdout.Read(p)
	c.heard = c.heard || n > 0
	if err != io.EOF {
		return n, err
	}
	switch {
	case c.expired.Load():
		return n, os.ErrDeadlineExceeded
	case c.closed.Load():
		return n, net.ErrClosed
	}
	late := time.NewTimer(endsWithin)
	defer late.Stop()
	select {
	case <-c.gone:
	case <-late.C: // others share this ssh; our part of it is over
		return n, io.EOF
	}
	if c.failed == nil {
		return n, io.EOF
	}
	err = fmt.Errorf("ssh: %w%s", c.failed, c.stderr.after(": "))
	if !c.heard {
		err = &turnedAway{err}
	}
	return n, err
}

func (c *sshConn) Write(p []byte) (int, error) { return c.stdin.Write(p) }
func (c *sshConn) CloseWrite() error           { return c.stdin.Close() }

// Close ends ssh, whatever it is doing; reap waits for it.
func (c *sshConn) Close() error {
	c.closed.Store(true)
	_ = c.stdin.Close() // closed already after a half-close
	_ = c.cmd.Process.Kill()
	return c.stdout.Close()
}

// SetReadDeadline ends ssh at that time where a pipe has no deadlines
// (Windows): the relay sets one only when nothing is to be read any more.
func (c *sshConn) SetReadDeadline(t time.Time) error {
	err := c.stdout.SetReadDeadline(t)
	if !errors.Is(err, os.ErrNoDeadline) || t.IsZero() {
		return err
	}
	time.AfterFunc(time.Until(t), func() {
		c.expired.Store(true)
		_ = c.cmd.Process.Kill()
	})
	return nil
}

func (c *sshConn) SetWriteDeadline(t time.Time) error { return c.stdin.SetWriteDeadline(t) }
func (c *sshConn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}
func (c *sshConn) LocalAddr() net.Addr  { return sshAddr{} }
func (c *sshConn) RemoteAddr() net.Addr { return sshAddr{} }

// sshAddr is the address of a process, which has none.
type sshAddr struct{}

func (sshAddr) Network() string { return "ssh" }
func (sshAddr) String() string  { return "ssh" }

// lastWords keeps the end of ssh's stderr.
type lastWords struct {
	mu   sync.Mutex
	said []byte
}

const lastWordsSize = 2 << 10

func (l *lastWords) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.said = append(l.said, p...)
	if over := len(l.said) - lastWordsSize; over > 0 {
		l.said = append(l.said[:0], l.said[over:]...)
	}
	return len(p), nil
}

// after gives them in one line with something in front, "" if there are none.
func (l *lastWords) after(prefix string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	lines := strings.FieldsFunc(string(l.said), func(r rune) bool { return r == '\n' || r == '\r' })
	if len(lines) == 0 {
		return ""
	}
	return prefix + strings.Join(lines, "; ")
}
