//go:build !unix

package intercept

import (
	"io"
	"net"
)

func newReader(c conn, pools *buffers) reader { return &plainReader{from: c, pools: pools} }

func newWriter(c conn) io.Writer { return c }

func newSecure(c *net.TCPConn) secure { return secure{c, c, c} }
