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
}

// startAccepting starts the accept loop of a listener; s.mu is held and s is
// not closed.
func (s *Server) startAccepting(l *listener) {
	s.work.Add(1)
	go func() {
		defer s.work.Done()
		s.accept(l)
	}()
}

// accept starts a relay for each client. An error (no file descriptors left,
// most likely) is reported and waited out: the listener lives on.
func (s *Server) accept(l *listener) {
	name := l.endpoint.String()
	var pause time.Duration
	for {
		c, err := l.Accept()
		if err == nil {
			pause = 0
			s.start(c.(conn), name)
			continue
		}
		if errors.Is(err, net.ErrClosed) {
			return
		}
		pause = min(max(2*pause, 5*time.Millisecond), acceptPause)
		s.report(fmt.Errorf("accept on %s, next try in %v: %w", name, pause, err))
		if !sleep(s.ctx, pause) {
			return
		}
	}
}

// start hands a client to a goroutine of its own.
func (s *Server) start(client conn, listener string) {
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
		defer s.drop(client)
		s.connect(client, accepted, listener)
	}()
}

// connect dials upstream, at once so that a daemon sees its connections in
// the order clients made them, and relays.
func (s *Server) connect(client conn, accepted time.Time, listener string) {
	began := time.Now()
	upstream, err := dial(s.ctx, s.cfg.Upstream)
	info := ConnInfo{
		Accepted: accepted,
		Dial:     time.Since(began),
		Listener: listener,
		Upstream: s.upstream,
		Peer:     s.peerOf(client),
	}
	if err != nil {
		if s.closing() {
			return
		}
		err = &UpstreamError{s.cfg.Upstream, err}
		s.report(err)
		s.refuse(client, s.openTap(info), err)
		return
	}
	if !s.track(upstream) {
		return
	}
	defer s.drop(upstream)
	newRelay(s, client, upstream, s.openTap(info)).run()
}
