package certs

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// served is a TLS server that answers one request per connection as a daemon
// answers a ping, and keeps the errors of its connections.
type served struct {
	host string // tcp://127.0.0.1:PORT
	errs chan error
}

// serve runs until the test ends and waits for every connection.
func serve(t *testing.T, config *tls.Config) *served {
	t.Helper()
	return serveRaw(t, func(raw net.Conn) error {
		conn := tls.Server(raw, config)
		defer conn.Close()
		if err := conn.Handshake(); err != nil {
			return err
		}
		return answer(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK")
	})
}

func answer(conn net.Conn, response string) error {
	r := bufio.NewReader(conn)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return err
		}
		if line == "\r\n" {
			_, err = io.WriteString(conn, response)
			return err
		}
	}
}

func serveRaw(t *testing.T, handle func(net.Conn) error) *served {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &served{host: "tcp://" + l.Addr().String(), errs: make(chan error, 16)}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				defer conn.Close()
				s.errs <- handle(conn)
			})
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		all.Wait()
	})
	return s
}

// named is the server's address under another name for the same host.
func (s *served) named(name string) string {
	return strings.Replace(s.host, "127.0.0.1", name, 1)
}

// serverConfig loads a server's files as a listener does, without a watch.
func serverConfig(t *testing.T, files Files) *tls.Config {
	t.Helper()
	return &tls.Config{GetConfigForClient: unwatched(t, files, Server).GetConfigForClient}
}
