//go:build unix

package intercept

import (
	"io"
	"net"
	"os"
	"syscall"
)

// newWriter writes to the kernel's sockets by writeNow, to any other connection
// plainly.
func newWriter(c conn) io.Writer {
	var raw syscall.RawConn
	var err error
	switch s := c.(type) {
	case *net.UnixConn:
		raw, err = s.SyscallConn()
	case *net.TCPConn:
		raw, err = s.SyscallConn()
	}
	if raw == nil || err != nil {
		return c
	}
	w := &socketWriter{raw: raw}
	w.step = w.try
	return w
}

// socketWriter is for one goroutine at a time.
type socketWriter struct {
	raw  syscall.RawConn
	step func(fd uintptr) bool // w.try, made once
	rest []byte
	err  error
}

func (w *socketWriter) Write(p []byte) (int, error) {
	w.rest, w.err = p, nil
	err := w.raw.Write(w.step)
	if err == nil {
		err = w.err
	}
	n := len(p) - len(w.rest)
	w.rest = nil
	return n, err
}

// try writes what the socket takes; the runtime's poller calls it again, after false,
// when there may be room for more.
func (w *socketWriter) try(fd uintptr) bool {
	for len(w.rest) > 0 {
		switch n, err := writeNow(fd, w.rest); err {
		case nil:
			w.rest = w.rest[n:]
		case syscall.EINTR:
		case syscall.EAGAIN:
			return false
		default:
			w.err = os.NewSyscallError("write", err)
			return true
		}
	}
	return true
}

// newSecure is for crypto/tls, which calls Read, and Write, from one goroutine at a
// time.
func newSecure(c *net.TCPConn) secure {
	s := secure{c, c, c}
	if r, ok := newReader(c, nil).(*socketReader); ok {
		s.in, s.out = r, newWriter(c)
	}
	return s
}
