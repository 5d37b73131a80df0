package intercept

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"
)

// HandshakeError says that the handshake of a client of a TLS listener failed.
type HandshakeError struct {
	Listener string // endpoint
	Address  string // the client's, without its port
	Err      error
}

func (e *HandshakeError) Error() string {
	return fmt.Sprintf("%s: TLS handshake with %s: %v", e.Listener, e.Address, e.Err)
}

func (e *HandshakeError) Unwrap() error { return e.Err }

// connectTLS shakes hands with a client, then relays.
//
// The application protocol (ALPN) is upstream's choice: when the client offers
// any, upstream is dialled in the middle of the client's handshake, with the
// client's offer. A client that offers none, as docker's does, is verified before
// the daemon is dialled. An upstream without TLS has no ALPN, and the protocols it
// would accept are unknown: nothing is selected.
func (s *Server) connectTLS(raw *net.TCPConn, accepted time.Time, listener string) {
	var up *dialled
	client, err := s.shake(raw, func(offer []string) string {
		up = s.dialFor(raw, offer)
		_ = raw.SetDeadline(time.Now().Add(s.handshakeWithin)) // the client did not spend that time
		return selected(up.conn)
	})
	if up != nil && up.conn != nil {
		defer s.drop(up.conn)
	}
	if err != nil {
		s.keptOut(raw, listener, err)
		return
	}
	if up == nil {
		if up = s.dialFor(raw, nil); up.conn != nil {
			defer s.drop(up.conn)
		}
	}
	s.join(client, nil, up, accepted, listener)
}

// keptOut reports a client whose handshake failed, and the client itself if
// it speaks no TLS at all.
func (s *Server) keptOut(raw *net.TCPConn, listener string, err error) {
	if s.closing() {
		return
	}
	host, _, _ := net.SplitHostPort(raw.RemoteAddr().String())
	why := &HandshakeError{Listener: listener, Address: host, Err: err}
	s.report(why)
	var plain tls.RecordHeaderError
	if errors.As(err, &plain) && plain.Conn != nil && s.cfg.Unavailable != nil {
		_, _ = raw.Write(s.cfg.Unavailable(plain.RecordHeader[:], why))
	}
	_ = raw.CloseWrite() // the alert, too, would be lost in a reset
	s.linger(raw)
}

// shake is the server's side of a handshake. choose is called at most once,
// with what the client offers.
func (s *Server) shake(raw *net.TCPConn, choose func(offer []string) string) (*tlsConn, error) {
	c := &tlsConn{raw: raw}
	c.Conn = tls.Server(newSecure(raw), &tls.Config{
		MinVersion: tls.VersionTLS12,
		GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
			cfg, err := s.cfg.ListenTLS(hello)
			if err != nil {
				return nil, err
			}
			cfg = cfg.Clone()
			cfg.DynamicRecordSizingDisabled = true // chunks are written whole: small records only cost
			cfg.NextProtos = nil
			if len(hello.SupportedProtos) > 0 {
				if p := choose(hello.SupportedProtos); p != "" {
					cfg.NextProtos = []string{p}
				}
			}
			return cfg, nil
		},
	})
	_ = raw.SetDeadline(time.Now().Add(s.handshakeWithin))
	if err := c.Conn.HandshakeContext(context.Background()); err != nil {
		return nil, err
	}
	_ = raw.SetDeadline(time.Time{})
	return c, nil
}

// verifiedName is the common name of a client's verified certificate, or "".
func verifiedName(c *tlsConn) string {
	chains := c.ConnectionState().VerifiedChains
	if len(chains) == 0 {
		return ""
	}
	return chains[0][0].Subject.CommonName
}
