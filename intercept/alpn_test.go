package intercept

import (
	"crypto/tls"
	"slices"
	"testing"
)

// Upstream hears what the client offers and the client hears what upstream
// selects, none included.
func TestApplicationProtocol(t *testing.T) {
	both := []string{"h2", "http/1.1"}
	for _, c := range []struct {
		name             string
		client, upstream string // kinds
		offers, speaks   []string
		heard            []string // by upstream
		selected         string
	}{
		{name: "docker's client offers none", client: "tls", upstream: "tls", speaks: both},
		{name: "upstream has none", client: "tls", upstream: "tls", offers: both, heard: both},
		{name: "upstream prefers h2", client: "tls", upstream: "tls", offers: both, speaks: both, heard: both, selected: "h2"},
		{name: "upstream speaks HTTP/1 only", client: "tls", upstream: "tls", offers: both, speaks: both[1:], heard: both, selected: "http/1.1"},
		{name: "an offer nobody knows", client: "tls", upstream: "tls", offers: []string{"x/1", "http/1.1"}, speaks: both, heard: []string{"x/1", "http/1.1"}, selected: "http/1.1"},
		{name: "no TLS upstream", client: "tls", upstream: "unix", offers: both},
		{name: "no TLS at the client", client: "unix", upstream: "tls", speaks: both},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, c.client, c.upstream)
			var heard []string
			if d, ok := r.daemon.(*tlsDaemon); ok {
				d.config.NextProtos = c.speaks
				own := d.config.Clone()
				d.config.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
					heard = hello.SupportedProtos
					return own, nil
				}
			}
			offering := mustPKI().showing(mustPKI().alice)
			offering.NextProtos = c.offers
			clients := make(chan conn)
			go func() {
				defer close(clients)
				var client conn
				var err error
				if c.client == "tls" {
					client, err = dialSecure(r.at.Address, offering)
				} else {
					client, err = dialAs(r.at)
				}
				if err != nil {
					t.Error(err)
					return
				}
				clients <- client
			}()
			upstream, err := r.daemon.Accept()
			if err != nil {
				t.Fatal(err)
			}
			defer upstream.Close()
			client, ok := <-clients
			if !ok {
				return
			}
			defer client.Close()
			write(t, client, "x")
			wantRead(t, upstream.(conn), "x")
			if !slices.Equal(heard, c.heard) {
				t.Errorf("upstream heard %q, want %q", heard, c.heard)
			}
			for side, x := range map[string]conn{"client": client, "upstream": upstream.(conn)} {
				if s, ok := x.(*tlsConn); ok && s.ConnectionState().NegotiatedProtocol != c.selected {
					t.Errorf("%s got %q, want %q", side, s.ConnectionState().NegotiatedProtocol, c.selected)
				}
			}
		})
	}
}
