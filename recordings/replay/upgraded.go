package replay

import (
	"net"
	"syscall"
	"time"
)

// Some clients read the head of a stream through a buffer and what follows
// past it, from the socket: docker-py loses what came together with the head
// (docker/api/client.py, _get_raw_response_socket). A daemon takes milliseconds
// to start a process; a replay has its output at hand.
const (
	headPoll     = 50 * time.Microsecond
	headPatience = 100 * time.Millisecond // a client that reads the head later gets it with the stream
	headPause    = 5 * time.Millisecond   // where the kernel does not show what was read
)

// awaitHeadRead returns when the client has read the head of a stream, as far
// as that can be known.
func (c *conn) awaitHeadRead() {
	for began := now(); now().Sub(began) < headPatience; time.Sleep(headPoll) {
		n, known := unread(c.nc)
		if !known && ofTheKernel(c.nc) {
			time.Sleep(headPause)
		}
		if n == 0 {
			return
		}
	}
}

// ofTheKernel tells a socket from a connection inside this process, through
// which every write arrives by itself.
func ofTheKernel(nc net.Conn) bool {
	if t, ok := nc.(interface{ NetConn() net.Conn }); ok { // *tls.Conn
		nc = t.NetConn()
	}
	_, ok := nc.(syscall.Conn)
	return ok
}
