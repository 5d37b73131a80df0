//go:build unix

package intercept

import (
	"io"
	"net"
	"os"
	"syscall"
)

// newReader reads the kernel's sockets without holding memory while they are
// silent. It reads any other connection plainly.
func newReader(c conn, pools *buffers) reader {
	switch s := c.(type) {
	case *net.UnixConn:
		return newSocketReader(s, pools)
	case *net.TCPConn:
		return newSocketReader(s, pools)
	}
	return &plainReader{from: c, pools: pools}
}

func newSocketReader(c interface {
	conn
	syscall.Conn
}, pools *buffers) reader {
	raw, err := c.SyscallConn()
	if err != nil {
		return &plainReader{from: c, pools: pools}
	}
	r := &socketReader{raw: raw, pools: pools}
	r.step = r.try
	return r
}

// socketReader takes a large buffer only for the moment of a read: an idle
// connection costs none. What fits a small buffer is copied into one, so that a
// queued chunk pins little more than its length.
type socketReader struct {
	raw   syscall.RawConn
	pools *buffers
	step  func(fd uintptr) bool // r.try, made once
	into  []byte                // nil: a large buffer
	large *Buffer
	n     int
	err   error
}

// Read implements io.Reader, for TLS.
func (r *socketReader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	r.into = p
	err := r.raw.Read(r.step)
	r.into = nil
	switch {
	case err != nil:
		return 0, err
	case r.err == nil && r.n == 0:
		return 0, io.EOF
	}
	return r.n, r.err
}

func (r *socketReader) next() (*Buffer, error) {
	if err := r.raw.Read(r.step); err != nil {
		return nil, err
	}
	switch {
	case r.err != nil:
		return nil, r.err
	case r.n == 0:
		return nil, io.EOF
	case r.n > smallSize:
		b := r.large
		b.n, r.large = r.n, nil
		return b, nil
	}
	b := r.pools.getSmall()
	b.n = copy(b.mem, r.large.mem[:r.n])
	r.close() // the caller may wait for the other side, and with it thousands of others
	return b, nil
}

// try is one non-blocking read; the runtime's poller calls it when there may
// be something to read. false asks to be called again.
func (r *socketReader) try(fd uintptr) bool {
	into := r.into
	if into == nil {
		if r.large == nil {
			r.large = r.pools.getLarge()
		}
		into = r.large.mem
	}
	for {
		n, err := readNow(fd, into)
		switch err {
		case syscall.EINTR:
			continue
		case syscall.EAGAIN:
			r.close()
			return false
		case nil:
			r.n, r.err = n, nil
		default:
			r.n, r.err = 0, os.NewSyscallError("read", err)
		}
		return true
	}
}

func (r *socketReader) close() {
	if r.large != nil {
		r.large.drop(heldByRelay)
		r.large = nil
	}
}
