package intercept

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"syscall"
	"time"
)

// tlsConn is a TLS connection as the relay needs it: the end of one direction
// is a close_notify alert and leaves the TCP connection as it is (RFC 8446
// section 6.1), the end of everything is the end of the TCP connection.
type tlsConn struct {
	*tls.Conn
	raw *net.TCPConn
}

// secure is what crypto/tls reads from and writes to. crypto/tls gives the
// close_notify five seconds and the connection up when it cannot be sent by
// then; a half-close behind bytes that a container takes its time to read must
// wait for as long as the bytes do.
type secure struct {
	*net.TCPConn
	in  io.Reader
	out io.Writer
}

func (s secure) Read(p []byte) (int, error)  { return s.in.Read(p) }
func (s secure) Write(p []byte) (int, error) { return s.out.Write(p) }

func (secure) SetWriteDeadline(time.Time) error { return nil }

// Close leaves no close_notify: where a direction ended in order, CloseWrite
// has sent one, and what was cut must not look as if it had ended in order.
func (c *tlsConn) Close() error { return c.raw.Close() }

// SetLinger makes a tlsConn end in a reset where a plain connection would.
func (c *tlsConn) SetLinger(sec int) error { return c.raw.SetLinger(sec) }

// SyscallConn is for asking the kernel about the TCP connection.
func (c *tlsConn) SyscallConn() (syscall.RawConn, error) { return c.raw.SyscallConn() }

// handshakeWithin is how long a TLS peer may take for a handshake. There is a
// limit here and nowhere else on the path because nothing of an exchange has
// been said yet, and without one every port scanner that stays would keep a
// connection of ours for ever.
const handshakeWithin = 20 * time.Second

// isRemoteAlert reports whether the peer ended the connection with a TLS alert.
// A TLS 1.3 server looks at its client's certificate only when the client's
// handshake is over, so the refusal is what is read first.
func isRemoteAlert(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "remote error"
}
