package replay

import (
	"io"
	"log"
	"net"
	"net/http"
	"sync"
)

// onlyHTTP2 is HTTP/2 without TLS, which both sides of an upgraded connection
// know to expect.
func onlyHTTP2() *http.Protocols {
	p := new(http.Protocols)
	p.SetUnencryptedHTTP2(true)
	return p
}

// serveHTTP2 serves one connection and returns when it is over.
func serveHTTP2(nc net.Conn, handler http.Handler) {
	l := &oneConn{conn: nc, over: make(chan struct{})}
	s := &http.Server{
		Handler: handler, Protocols: onlyHTTP2(),
		ErrorLog: log.New(io.Discard, "", 0), // clients open connections and leave without a word
		ConnState: func(_ net.Conn, to http.ConnState) {
			if to == http.StateClosed {
				l.Close()
			}
		},
	}
	_ = s.Serve(l) // ends with the listener
	_ = s.Close()
}

// oneConn is a listener that has one connection.
type oneConn struct {
	conn  net.Conn
	given bool
	over  chan struct{}
	once  sync.Once
}

func (l *oneConn) Accept() (net.Conn, error) {
	if !l.given {
		l.given = true
		return l.conn, nil
	}
	<-l.over
	return nil, net.ErrClosed
}

func (l *oneConn) Close() error {
	l.once.Do(func() { close(l.over) })
	return nil
}

func (l *oneConn) Addr() net.Addr { return l.conn.LocalAddr() }
