package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"

	"github.com/dockwire/dockwire/intercept/loadtest"
)

// Addresses are handed to the processes in writing: unix:///path, tcp://host:port,
// and tls://host:port?certs=DIR, where DIR is made by dockwire certs make.

// parse reads an address. A server has the server's certificate, a client its own.
func parse(s string, server bool) (loadtest.Addr, error) {
	u, err := url.Parse(s)
	if err != nil {
		return loadtest.Addr{}, err
	}
	switch u.Scheme {
	case "unix":
		return loadtest.Unix(u.Path), nil
	case "tcp":
		return loadtest.Addr{Network: "tcp", Address: u.Host}, nil
	case "tls":
		c, err := tlsConfig(u.Query().Get("certs"), server)
		return loadtest.Addr{Network: "tcp", Address: u.Host, TLS: c}, err
	}
	return loadtest.Addr{}, fmt.Errorf("no address: %s", s)
}

// plain is the address below TLS: what a process that only copies needs.
func plain(a loadtest.Addr) loadtest.Addr {
	a.TLS = nil
	return a
}

func tlsConfig(certs string, server bool) (*tls.Config, error) {
	cert, key := clientFiles(certs)
	if server {
		cert, key = serverFiles(certs)
	}
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, err
	}
	ca, err := os.ReadFile(filepath.Join(certs, "ca", "ca.pem"))
	if err != nil {
		return nil, err
	}
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(ca)
	return &tls.Config{
		Certificates: []tls.Certificate{pair}, RootCAs: trusted, ServerName: "localhost",
		ClientCAs: trusted, ClientAuth: tls.RequireAndVerifyClientCert,
	}, nil
}

func serverFiles(certs string) (cert, key string) {
	return filepath.Join(certs, "server", "server-cert.pem"), filepath.Join(certs, "server", "server-key.pem")
}

func clientFiles(certs string) (cert, key string) {
	dir := filepath.Join(certs, "clients", "client")
	return filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
}

// freePort is an address of this machine that nobody listens on at the moment.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}
