package intercept

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/dockwire/dockwire/intercept/certs"
)

// pki is a CA with a server and two clients, made once for all tests.
type pki struct {
	ca     *x509.Certificate
	cas    *x509.CertPool
	server tls.Certificate
	alice  tls.Certificate // a client's
	tapper tls.Certificate // what dockwire shows upstream
}

var mustPKI = sync.OnceValue(func() *pki {
	dir, err := os.MkdirTemp("", "dwpki")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	p, err := makePKI(dir, time.Now())
	if err != nil {
		panic(err)
	}
	return p
})

func makePKI(dir string, now time.Time) (*pki, error) {
	if _, err := certs.Make(certs.Plan{Dir: dir, Now: now, Hosts: []string{"daemon.test"}, Clients: []string{"alice", "tapper"}}); err != nil {
		return nil, err
	}
	p := &pki{cas: x509.NewCertPool()}
	ca, err := os.ReadFile(filepath.Join(dir, "ca", "ca.pem"))
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(ca)
	if p.ca, err = x509.ParseCertificate(block.Bytes); err != nil {
		return nil, err
	}
	p.cas.AddCert(p.ca)
	server := certs.ServerFiles(filepath.Join(dir, "server"))
	if p.server, err = tls.LoadX509KeyPair(server.Cert, server.Key); err != nil {
		return nil, err
	}
	for name, at := range map[string]*tls.Certificate{"alice": &p.alice, "tapper": &p.tapper} {
		files := certs.ClientFiles(filepath.Join(dir, "clients", name))
		if *at, err = tls.LoadX509KeyPair(files.Cert, files.Key); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// serving is a server's configuration that lets in whom the CA vouches for.
func (p *pki) serving() *tls.Config {
	return &tls.Config{
		MinVersion:             tls.VersionTLS12,
		Certificates:           []tls.Certificate{p.server},
		ClientAuth:             tls.RequireAndVerifyClientCert,
		ClientCAs:              p.cas,
		SessionTicketsDisabled: true,
	}
}

// showing is a client's configuration.
func (p *pki) showing(cert ...tls.Certificate) *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: p.cas, ServerName: "127.0.0.1", Certificates: cert}
}

// equip gives a server what it needs for both sides.
func (p *pki) equip(c *Config) {
	c.ListenTLS = func(*tls.ClientHelloInfo) (*tls.Config, error) { return p.serving(), nil }
	c.UpstreamTLS = func(name string) *tls.Config {
		cfg := p.showing(p.tapper)
		cfg.ServerName = name
		return cfg
	}
}

// tlsDaemon is an upstream that shakes hands with whom it accepts.
type tlsDaemon struct {
	net.Listener
	config *tls.Config
}

func (d *tlsDaemon) Accept() (net.Conn, error) {
	c, err := d.Listener.Accept()
	if err != nil {
		return nil, err
	}
	shaken := tls.Server(c, d.config)
	if err := shaken.Handshake(); err != nil {
		c.Close()
		return nil, err
	}
	return &tlsConn{shaken, c.(*net.TCPConn)}, nil
}

// dialSecure connects with a TLS handshake.
func dialSecure(address string, config *tls.Config) (conn, error) {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	shaken := tls.Client(c, config)
	if err := shaken.Handshake(); err != nil {
		c.Close()
		return nil, err
	}
	return &tlsConn{shaken, c.(*net.TCPConn)}, nil
}
