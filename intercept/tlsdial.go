package intercept

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
)

// upstreamTLS is a TLS connection to the daemon.
type upstreamTLS struct {
	*tlsConn
	heard bool // something came; used by the one reader alone
}

// Read distinguishes the daemon's refusal of the client certificate from an error
// of an established connection.
func (c *upstreamTLS) Read(p []byte) (int, error) {
	n, err := c.tlsConn.Read(p)
	if err != nil && !c.heard && isRemoteAlert(err) {
		return n, &turnedAway{err}
	}
	c.heard = c.heard || n > 0
	return n, err
}

// dialTLS connects and shakes hands, offering exactly these application
// protocols (ALPN, RFC 7301), or none.
func (s *Server) dialTLS(ctx context.Context, address string, protocols []string) (conn, error) {
	if s.cfg.UpstreamTLS == nil {
		return nil, errors.New("there are no certificates for a connection with TLS")
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	c, err := dialTCP(ctx, address)
	if err != nil {
		return nil, err
	}
	cfg := s.cfg.UpstreamTLS(host).Clone()
	cfg.NextProtos = protocols
	cfg.DynamicRecordSizingDisabled = true // chunks are written whole: small records only cost
	raw := c.(*net.TCPConn)
	shaken := tls.Client(newSecure(raw), cfg)
	ctx, cancel := context.WithTimeout(ctx, s.handshakeWithin)
	defer cancel()
	if err := shaken.HandshakeContext(ctx); err != nil {
		raw.Close()
		return nil, err
	}
	return &upstreamTLS{tlsConn: &tlsConn{shaken, raw}}, nil
}

// selected is the application protocol that upstream chose, "" for none.
func selected(upstream conn) string {
	if c, ok := upstream.(*upstreamTLS); ok {
		return c.ConnectionState().NegotiatedProtocol
	}
	return ""
}
