package intercept

import (
	"errors"
	"fmt"
	"net"
	"time"
)

// listener is a bound endpoint.
type listener struct {
	net.Listener
	endpoint Endpoint
	name     string // endpoint in writing
}

// startAccepting starts the accept loop of a listener; s.mu is held and s is
// not closed.
func (s *Server) startAccepting(l *listener) { s.work.Go(func() { s.accept(l) }) }

// accept starts a relay for each client. An error (no file descriptors left,
// most likely) is reported and waited out: the listener lives on.
func (s *Server) accept(l *listener) {
	var pause time.Duration
	for {
		c, err := l.Accept()
		if err == nil {
			pause = 0
			s.start(c.(conn), l)
			continue
		}
		if errors.Is(err, net.ErrClosed) {
			return
		}
		pause = min(max(2*pause, 5*time.Millisecond), acceptPause)
		s.report(fmt.Errorf("accept on %s, next try in %v: %w", l.name, pause, err))
		if !sleep(s.ctx, pause) {
			return
		}
	}
}

// start hands a client to a goroutine of its own.
func (s *Server) start(client conn, l *listener) {
	accepted := time.Now()
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		client.Close()
		return
	}
	s.conns[client] = struct{}{}
	s.work.Add(1)
	s.mu.Unlock()
	go func() {
		defer s.work.Done()
		if s.cfg.Handle != nil {
			s.handOver(client, l)
			return
		}
		defer s.drop(client)
		if raw, ok := client.(*net.TCPConn); ok && l.endpoint.Scheme == "tls" {
			s.connectTLS(raw, accepted, l.name)
			return
		}
		s.connect(client, accepted, l)
	}()
}

// handOver passes a client to Handle, after the handshake. With TLS, no
// application protocol is selected, as before an upstream without TLS.
func (s *Server) handOver(client conn, l *listener) {
	raw, ok := client.(*net.TCPConn)
	if ok && s.guarded(l) {
		read, err := s.admit(client)
		if err != nil {
			s.turnOut(client, read, ConnInfo{}, err)
			s.drop(client)
			return
		}
		s.forget(client)
		s.cfg.Handle(newConnAgain(raw, read))
		return
	}
	if !ok || l.endpoint.Scheme != "tls" {
		s.forget(client)
		s.cfg.Handle(client)
		return
	}
	secure, err := s.shake(raw, func([]string) string { return "" })
	if err != nil {
		s.keptOut(raw, l.name, err)
		s.drop(client)
		return
	}
	s.forget(client)
	s.cfg.Handle(secure)
}

// connect dials upstream, at once so that a daemon sees its connections in
// the order clients made them, and relays. The first head of a client that came
// in by TCP is looked at before.
func (s *Server) connect(client conn, accepted time.Time, l *listener) {
	var read []*Buffer
	if s.guarded(l) {
		var err error
		if read, err = s.admit(client); err != nil {
			s.turnOut(client, read, s.infoOf(client, accepted, l.name), err)
			return
		}
	}
	up := s.dialFor(client, nil)
	if up.conn != nil {
		defer s.drop(up.conn)
	}
	s.join(client, read, up, accepted, l.name)
}

// dialled is an upstream connection, or the error of connecting.
type dialled struct {
	conn conn
	took time.Duration
	err  error
}

// dialFor connects upstream for a client with that ALPN offer. The connection
// is tracked and has to be dropped.
func (s *Server) dialFor(client conn, offer []string) *dialled {
	began := time.Now()
	before := s.chain.before(client)
	err := s.chain.check(before)
	if err == nil {
		err = s.tcpLoop(client)
	}
	var c conn
	if err == nil {
		c, err = s.dial(s.ctx, before, offer)
	}
	d := &dialled{c, time.Since(began), err}
	if c != nil && !s.trackDialled(c) {
		d.conn, d.err = nil, net.ErrClosed
	}
	return d
}

// join relays between a client and upstream, or tells the client why it
// cannot. read is what of the client's bytes was read before.
func (s *Server) join(client conn, read []*Buffer, up *dialled, accepted time.Time, listener string) {
	info := s.infoOf(client, accepted, listener)
	info.Dial = up.took
	if up.err == nil {
		r := newRelay(s, client, up.conn, s.openTap(info))
		r.read = read
		r.run()
		return
	}
	if s.closing() {
		return
	}
	err := &UpstreamError{s.cfg.Upstream, up.err}
	if len(read) > 0 {
		s.turnOut(client, read, info, err)
		return
	}
	s.report(err)
	s.refuse(client, s.openTap(info), nil, err)
}

func (s *Server) infoOf(client conn, accepted time.Time, listener string) ConnInfo {
	return ConnInfo{Accepted: accepted, Listener: listener, Upstream: s.upstream, Peer: s.peerOf(client)}
}
