package certs

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// How long certificates are good for. Apple's clients accept no server
// certificate longer than 825 days, even from a CA of one's own; a CA that
// ended earlier than the machines it is for would lock everybody out at once.
const (
	caLife   = 3650 * day
	leafLife = 825 * day

	// skew lets a machine whose clock is a little behind in.
	skew = time.Hour
)

// authority is a CA that can sign.
type authority struct {
	cert *x509.Certificate
	key  crypto.Signer
	now  time.Time
}

// newAuthority makes a CA in dir. Each gets a name of its own: two CAs with
// one name make the errors of a wrong ca.pem unreadable.
func newAuthority(dir string, now time.Time) (*authority, []File, error) {
	var id [4]byte
	_, _ = rand.Read(id[:]) // never fails
	key, err := newKey()
	if err != nil {
		return nil, nil, err
	}
	t := template("dockwire CA "+hex.EncodeToString(id[:]), now, caLife)
	t.IsCA, t.BasicConstraintsValid, t.MaxPathLenZero = true, true, true
	t.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	a := &authority{cert: t, key: key, now: now}
	certPEM, err := a.sign(t, key.Public())
	if err != nil {
		return nil, nil, err
	}
	keyPEM, err := encodeKey(key)
	if err != nil {
		return nil, nil, err
	}
	block, _ := pem.Decode(certPEM)
	if a.cert, err = x509.ParseCertificate(block.Bytes); err != nil {
		return nil, nil, err
	}
	return a, []File{
		{Path: filepath.Join(dir, caName), pem: certPEM, keep: true,
			What: "The CA's certificate: whoever has it trusts the certificates that this CA signed. No secret."},
		{Path: filepath.Join(dir, caKeyName), pem: keyPEM, Secret: true, keep: true,
			What: "The CA's private key: it makes new servers and clients. Whoever has it is root on every host that trusts this CA. Neither dockerd nor any client needs it; keep it off both."},
	}, nil
}

// loadAuthority reads the CA of dir. It returns nil if there is none.
func loadAuthority(dir string, now time.Time) (*authority, error) {
	certPath, keyPath := filepath.Join(dir, caName), filepath.Join(dir, caKeyName)
	_, certErr := os.Stat(certPath)
	_, keyErr := os.Stat(keyPath)
	if errors.Is(certErr, fs.ErrNotExist) && errors.Is(keyErr, fs.ErrNotExist) {
		return nil, nil
	}
	list, p := readCerts(certPath)
	if p != nil {
		return nil, p
	}
	key, p := readKey(keyPath)
	if p != nil {
		return nil, p
	}
	switch c := list[0]; {
	case !fits(c, key):
		return nil, &Problem{File: keyPath, Field: "private key", What: "is not the key of " + certPath, Fatal: true}
	case !c.IsCA:
		return nil, &Problem{File: certPath, Field: "basicConstraints", What: "is not a CA: it cannot sign others", Fatal: true}
	case now.After(c.NotAfter):
		return nil, &Problem{File: certPath, Field: "notAfter", What: validity(c, now), Advice: "make a new CA", Fatal: true}
	}
	return &authority{cert: list[0], key: key, now: now}, nil
}

// server makes a server certificate for the hosts and for loopback, so that
// dockwire in front of the daemon can use the same one.
func (a *authority) server(dir string, hosts []string) ([]File, error) {
	t := template(hosts[0], a.now, leafLife)
	t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			t.IPAddresses = append(t.IPAddresses, ip)
		} else {
			t.DNSNames = append(t.DNSNames, host)
		}
	}
	return a.set(t,
		File{Path: filepath.Join(dir, caName), What: "The CA's certificate again: the server lets in the clients whose certificates it signed."},
		File{Path: filepath.Join(dir, serverCertName),
			What: fmt.Sprintf("The server's certificate (serverAuth). Clients accept it under the names %s and no others.", strings.Join(hosts, ", "))},
		File{Path: filepath.Join(dir, serverKeyName),
			What: "The server's private key: it proves that the server is the one in the certificate. It stays on that host."})
}

// client makes a client certificate. Its name is what dockerd's authorization
// plugins see as the user.
func (a *authority) client(dir, name string) ([]File, error) {
	t := template(name, a.now, leafLife)
	t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	return a.set(t,
		File{Path: filepath.Join(dir, caName), What: "The CA's certificate again: the client trusts the server whose certificate it signed."},
		File{Path: filepath.Join(dir, clientCertName),
			What: fmt.Sprintf("The client's certificate (clientAuth), for %q. Authorization plugins of dockerd see that name.", name)},
		File{Path: filepath.Join(dir, clientKeyName),
			What: "The client's private key. Whoever has it is root on the daemon's host: one for each person, and no copies."})
}

// set fills the three files of one side.
func (a *authority) set(t *x509.Certificate, ca, cert, key File) (_ []File, err error) {
	ca.pem = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})
	cert.pem, key.pem, err = a.pair(t)
	key.Secret = true
	return []File{ca, cert, key}, err
}

func (a *authority) pair(t *x509.Certificate) (certPEM, keyPEM []byte, err error) {
	if t.NotAfter.After(a.cert.NotAfter) {
		t.NotAfter = a.cert.NotAfter // nobody accepts it any longer than its CA
	}
	key, err := newKey()
	if err != nil {
		return nil, nil, err
	}
	if keyPEM, err = encodeKey(key); err != nil {
		return nil, nil, err
	}
	certPEM, err = a.sign(t, key.Public())
	return certPEM, keyPEM, err
}

func (a *authority) sign(t *x509.Certificate, pub crypto.PublicKey) ([]byte, error) {
	der, err := x509.CreateCertificate(rand.Reader, t, a.cert, pub, a.key)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), nil
}

// template has what every certificate has. The serial number is 127 random
// bits: RFC 5280 section 4.1.2.2 wants it positive and unique.
func template(name string, now time.Time, life time.Duration) *x509.Certificate {
	serial, _ := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127)) // rand.Reader never fails
	return &x509.Certificate{
		SerialNumber: serial.Add(serial, big.NewInt(1)),
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    now.Add(-skew),
		NotAfter:     now.Add(life),
		KeyUsage:     x509.KeyUsageDigitalSignature,
	}
}

// newKey makes an ECDSA P-256 key, which every dockerd and client in use takes.
func newKey() (crypto.Signer, error) { return ecdsa.GenerateKey(elliptic.P256(), rand.Reader) }

func encodeKey(key crypto.Signer) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}
