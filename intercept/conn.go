package intercept

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"time"
)

// conn is what the relay needs of either side: a stream whose two directions end
// separately. A transport without a half-close must provide one (TLS:
// close_notify).
type conn interface {
	net.Conn
	CloseWrite() error
}

// keepAlive is the interval after which a silent TCP peer is probed, the same
// as docker's client uses. It ends no connection whose peer still answers.
const keepAlive = 30 * time.Second

// dialTimeout bounds connecting only; an established connection has no
// deadline.
const dialTimeout = 30 * time.Second

// dial connects upstream. offer are the application protocols that a client offers
// in its TLS handshake, before the servers before this one. A new kind of endpoint
// is added here and in listen.
func (s *Server) dial(ctx context.Context, before, offer []string) (conn, error) {
	switch ep := s.cfg.Upstream; ep.Scheme {
	case "unix":
		return dialUnix(ctx, ep.Address, s.chain.name(before))
	case "tcp":
		return dialTCP(ctx, ep.Address)
	case "tls":
		return s.dialTLS(ctx, ep.Address, offer)
	case "ssh":
		return s.dialSSH(ep)
	case "npipe":
		return dialPipe(ctx, pipePath(ep.Address))
	default:
		return nil, refusal(ep.Scheme)
	}
}

// Dial connects upstream for a caller that makes calls of its own. The connection
// has CloseWrite for half-closes.
func (s *Server) Dial(ctx context.Context) (net.Conn, error) { return s.dial(ctx, nil, nil) }

func dialTCP(ctx context.Context, address string) (conn, error) {
	d := net.Dialer{Timeout: dialTimeout, KeepAlive: keepAlive}
	c, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return c.(conn), nil
}

// dialUnix waits where connect(2) on a non-blocking Unix socket gives EAGAIN:
// the daemon's backlog is full, it is busy and not gone. Nothing else of
// connecting takes time here, so there is no timer to pay for.
func dialUnix(ctx context.Context, path string, name *net.UnixAddr) (conn, error) {
	deadline := time.Now().Add(dialTimeout)
	for pause := time.Millisecond; ; pause = min(2*pause, 100*time.Millisecond) {
		c, err := net.DialUnix("unix", name, &net.UnixAddr{Name: path, Net: "unix"})
		if err == nil {
			return c, nil
		}
		if !errors.Is(err, syscall.EAGAIN) || time.Now().After(deadline) {
			var op *net.OpError
			if errors.As(err, &op) {
				op.Source = nil // our end's name means nothing to a user
			}
			return nil, err
		}
		if !sleep(ctx, pause) {
			return nil, ctx.Err()
		}
	}
}

// sleep waits for d and reports whether it was left to finish.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// listen binds an endpoint; access matters to socket files only.
func listen(ep, upstream Endpoint, access Access) (net.Listener, error) {
	switch ep.Scheme {
	case "unix":
		return listenUnix(ep.Address, upstream, access)
	case "tcp", "tls": // the handshake is the connection's
		lc := net.ListenConfig{KeepAlive: keepAlive}
		return lc.Listen(context.Background(), familyOf(ep.Address), ep.Address)
	case "npipe":
		return listenPipe(pipePath(ep.Address))
	}
	return nil, fmt.Errorf("endpoint %q: %w", ep, refusal(ep.Scheme))
}

// isUnix reports a Unix socket: what is queued in it outlives its closing,
// and a full close can be told from a half-close.
func isUnix(c conn) bool {
	_, ok := c.(*net.UnixConn)
	return ok
}

// abortive makes the coming Close send a reset where the transport has one.
// On a Unix socket the kernel gives the peer ECONNRESET only if it closes with
// unread bytes; there is no way to ask for it.
func abortive(c conn) {
	if l, ok := c.(interface{ SetLinger(sec int) error }); ok {
		_ = l.SetLinger(0) // fails only on a connection that is gone already
	}
}

// howOf classifies an error of a read or a write.
func howOf(err error) How {
	var timeout interface{ Timeout() bool }
	switch {
	case isReset(err):
		return HowReset
	case isBrokenPipe(err):
		return HowEOF
	case errors.As(err, &timeout) && timeout.Timeout():
		return HowTimeout
	}
	return HowError
}

// familyOf keeps to the family of addresses that was asked for: net takes
// 0.0.0.0 for all addresses of IPv6 too.
func familyOf(address string) string {
	if strings.HasPrefix(address, "0.0.0.0:") {
		return "tcp4"
	}
	return "tcp"
}

// pipePath is a pipe's name as Windows has it; docker writes it with slashes.
func pipePath(address string) string { return strings.ReplaceAll(address, "/", `\`) }
