package intercept

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Config says what a Server does. Only Upstream or Handle is required.
type Config struct {
	Upstream Endpoint

	// Handle takes clients over once they are in, instead of the relay: they
	// are its own from then on, and it has to return at once. Neither Upstream
	// nor Tap is used.
	Handle func(net.Conn)

	// Tap watches the connections. It may be nil.
	Tap Tap

	// Unavailable makes the answer to a client while upstream cannot be
	// reached. first is the beginning of what the client sent. nil and an
	// empty answer close the connection without a word.
	Unavailable func(first []byte, err error) []byte

	// OnError is called with errors that do not end the server: an upstream
	// that cannot be reached (*UpstreamError), a client whose handshake failed
	// (*HandshakeError), a failed accept, a tap that panicked. It may be
	// called concurrently, as often as these happen.
	OnError func(error)

	// Exposed allows plain TCP listeners on other than loopback addresses.
	Exposed bool

	// Hosts are names by which clients call this machine, beside addresses and
	// names that cannot be a stranger's: a client of a tcp listener that names
	// another host in its first request is refused (*ForeignError). "*" lets all in.
	Hosts []string

	// ListenTLS gives the configuration for a client of a "tls" listener, and
	// UpstreamTLS that for a connection to a "tls" upstream under this name.
	// They are asked for each connection, so that certificates can change.
	// Application protocols (ALPN) are the server's own affair: what a client
	// offers goes upstream, what upstream selects goes down.
	ListenTLS   func(*tls.ClientHelloInfo) (*tls.Config, error)
	UpstreamTLS func(serverName string) *tls.Config
}

// UpstreamError says that connecting upstream failed.
type UpstreamError struct {
	Upstream Endpoint
	Err      error
}

func (e *UpstreamError) Error() string {
	return fmt.Sprintf("cannot connect to upstream %s: %v", e.Upstream, e.Err)
}

func (e *UpstreamError) Unwrap() error { return e.Err }

// ErrExposed is returned by Listen for plain TCP beyond loopback: any client that
// reaches a Docker API port is root on its host.
var ErrExposed = errors.New("whoever can reach a Docker API port without TLS is root on the daemon's host; listen on 127.0.0.1")

// How long the relay waits in the three places where it waits at all. None of
// them concerns a connection whose two sides are there.
const (
	// stuckAfter is how long the last bytes of a side that is gone may make no
	// progress before they are given up: a dead client's stdin for a container
	// that does not read it must not keep the daemon's attach alive.
	stuckAfter = 30 * time.Second
	// lingerFor is how long a peer may read its last bytes before its
	// connection is closed over bytes it still sends, which resets it. As long
	// as in net/http's server (rstAvoidanceDelay).
	lingerFor = 500 * time.Millisecond
	// acceptPause is the longest pause between failing accepts.
	acceptPause = time.Second
)

// A Server relays the connections of its listeners to one upstream, or passes
// them to Config.Handle.
type Server struct {
	cfg      Config
	upstream string // cfg.Upstream in writing
	buffers  *buffers
	users    users
	commands commands
	hangups  *hangups
	chain    *chain

	stuckAfter, lingerFor, handshakeWithin time.Duration

	ctx    context.Context // ends when Close begins
	cancel context.CancelFunc
	work   sync.WaitGroup // accept loops and connections

	mu        sync.Mutex
	serving   bool
	closed    bool
	listeners []*listener
	conns     map[conn]struct{} // both sides of every connection
	dialled   map[ends]struct{} // those upstream by TCP

	unanswered atomic.Int64 // relayed connections of which upstream has said nothing
}

// New makes a server. It must be closed with Close.
func New(cfg Config) (*Server, error) {
	h, err := newHangups()
	if err != nil {
		return nil, err
	}
	s := &Server{
		cfg:        cfg,
		upstream:   cfg.Upstream.String(),
		buffers:    newBuffers(),
		hangups:    h,
		chain:      newChain(),
		stuckAfter: stuckAfter,
		lingerFor:  lingerFor,

		handshakeWithin: handshakeWithin,
		conns:           make(map[conn]struct{}),
		dialled:         make(map[ends]struct{}),
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	return s, nil
}

// Listen binds an endpoint and returns it as bound (port 0 replaced). Clients
// can connect from now on; they are served once Serve runs. It may be called
// several times, before and after Serve.
func (s *Server) Listen(ep Endpoint, access Access) (Endpoint, error) {
	if ep.Scheme == "tcp" && !ep.Loopback() && !s.cfg.Exposed {
		return Endpoint{}, fmt.Errorf("listen on %s: %w", ep, ErrExposed)
	}
	if s.cfg.Handle == nil && ep.Scheme == s.cfg.Upstream.Scheme && ep.Address == s.cfg.Upstream.Address {
		return Endpoint{}, fmt.Errorf("listen on %s: this is the upstream itself", ep)
	}
	if ep.Scheme == "tls" && s.cfg.ListenTLS == nil {
		return Endpoint{}, fmt.Errorf("listen on %s: there is no server certificate", ep)
	}
	nl, err := listen(ep, s.cfg.Upstream, access)
	if err != nil {
		return Endpoint{}, fmt.Errorf("listen on %s: %w", ep, err)
	}
	if a, ok := nl.Addr().(*net.TCPAddr); ok {
		ep.Address = a.String()
	}
	return ep, s.add(&listener{Listener: nl, endpoint: ep, name: ep.String()})
}

// add accepts from a listener as soon as the server serves.
func (s *Server) add(l *listener) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		l.Close()
		return fmt.Errorf("listen on %s: %w", l.name, net.ErrClosed)
	}
	s.listeners = append(s.listeners, l)
	if s.serving {
		s.startAccepting(l)
	}
	return nil
}

// Serve accepts and relays connections until Close has been called and every
// connection is over; after Close it returns at once. Its error is always nil
// so far: what fails in between goes to OnError.
func (s *Server) Serve() error {
	s.mu.Lock()
	if !s.closed {
		s.serving = true
		for _, l := range s.listeners {
			s.startAccepting(l)
		}
	}
	s.mu.Unlock()

	<-s.ctx.Done()
	s.work.Wait()
	return nil
}

// Start serves in a goroutine. The channel has what Serve returned.
func (s *Server) Start() <-chan error {
	served := make(chan error, 1)
	go func() { served <- s.Serve() }()
	return served
}

// Close stops accepting, removes the socket files, ends every connection and
// waits until all of it has come to rest. It returns ctx's error when that
// takes longer than ctx allows: a tap does not return.
func (s *Server) Close(ctx context.Context) error {
	s.mu.Lock()
	first := !s.closed
	s.closed = true
	s.cancel()
	var errs []error
	if first {
		for _, l := range s.listeners {
			errs = append(errs, l.Close())
		}
		for c := range s.conns {
			c.Close()
		}
	}
	s.mu.Unlock()

	rest := make(chan struct{})
	go func() {
		defer close(rest)
		s.work.Wait()
		if first {
			s.hangups.close()
			s.commands.close()
		}
	}()
	select {
	case <-rest:
	case <-ctx.Done():
		errs = append(errs, ctx.Err())
	}
	return errors.Join(errs...)
}

// track keeps a connection where Close finds it; false: Close has been.
func (s *Server) track(c conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		c.Close()
		return false
	}
	s.conns[c] = struct{}{}
	return true
}

// trackDialled is track for a connection upstream.
func (s *Server) trackDialled(c conn) bool {
	if e, ok := endsOf(c); ok {
		s.mu.Lock()
		s.dialled[e] = struct{}{}
		s.mu.Unlock()
	}
	return s.track(c)
}

// drop closes a connection and forgets it.
func (s *Server) drop(c conn) {
	s.forget(c)
	c.Close()
}

// forget no longer tracks a connection, which another part closes.
func (s *Server) forget(c conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
	if e, ok := endsOf(c); ok {
		delete(s.dialled, e)
	}
}

func (s *Server) closing() bool { return s.ctx.Err() != nil }

func (s *Server) report(err error) {
	if s.cfg.OnError != nil {
		s.cfg.OnError(err)
	}
}
