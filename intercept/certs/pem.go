package certs

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// readPEM reads a file and refuses one that is not PEM at all.
func readPEM(path string) ([]byte, *Problem) {
	b, err := os.ReadFile(path)
	if err != nil {
		p := &Problem{File: path, What: "cannot be read", Fatal: true, Err: err}
		switch {
		case errors.Is(err, fs.ErrNotExist):
			p.What = "does not exist"
		case errors.Is(err, fs.ErrPermission):
			p.What, p.Advice = "may not be read by this user", "keys are 0600: run as their owner"
		}
		return nil, p
	}
	if block, _ := pem.Decode(b); block == nil {
		p := &Problem{File: path, What: "is not PEM: no -----BEGIN line with a complete block", Fatal: true}
		if len(b) == 0 {
			p.What = "is empty"
		} else if b[0] == 0x30 { // ASN.1 SEQUENCE
			p.Advice = "it looks like DER; convert it with: openssl x509 -inform der -in FILE"
		}
		return nil, p
	}
	return b, nil
}

// readCerts reads the certificates of a PEM file; there is at least one.
func readCerts(path string) ([]*x509.Certificate, *Problem) {
	b, p := readPEM(path)
	if p != nil {
		return nil, p
	}
	return parseCerts(path, b)
}

func parseCerts(path string, b []byte) ([]*x509.Certificate, *Problem) {
	var all []*x509.Certificate
	var other string
	for {
		var block *pem.Block
		if block, b = pem.Decode(b); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			other = block.Type
			continue
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, &Problem{File: path, Field: fmt.Sprintf("certificate %d", len(all)+1), What: err.Error(), Fatal: true, Err: err}
		}
		all = append(all, c)
	}
	if len(all) == 0 {
		return nil, &Problem{File: path, What: fmt.Sprintf("holds no certificate, but a %s", other), Fatal: true}
	}
	return all, nil
}

// readKey reads a private key.
func readKey(path string) (crypto.Signer, *Problem) {
	b, p := readPEM(path)
	if p != nil {
		return nil, p
	}
	return parseKey(path, b)
}

func parseKey(path string, b []byte) (crypto.Signer, *Problem) {
	var other string
	for {
		var block *pem.Block
		if block, b = pem.Decode(b); block == nil {
			return nil, &Problem{File: path, What: fmt.Sprintf("holds no private key, but a %s", other), Fatal: true}
		}
		// PKCS #8 (RFC 5958) and OpenSSL's older form. Docker refuses both.
		if block.Type == "ENCRYPTED PRIVATE KEY" || strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED") {
			return nil, &Problem{File: path, What: "the key is encrypted, and dockwire asks for no passphrase", Fatal: true,
				Advice: "decrypt it with: openssl pkey -in FILE -out NEW"}
		}
		if block.Type != "PRIVATE KEY" && !strings.HasSuffix(block.Type, " PRIVATE KEY") {
			other = block.Type
			continue
		}
		key, err := decodeKey(block.Bytes)
		if err != nil {
			return nil, &Problem{File: path, Field: "private key", What: err.Error(), Fatal: true, Err: err}
		}
		return key, nil
	}
}

// decodeKey tries the three encodings in use, as crypto/tls does.
func decodeKey(der []byte) (crypto.Signer, error) {
	if key, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return key, nil
	}
	if key, err := x509.ParseECPrivateKey(der); err == nil {
		return key, nil
	}
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, errors.New("not a private key in PKCS #1, SEC 1 or PKCS #8 form")
	}
	if signer, ok := key.(crypto.Signer); ok {
		return signer, nil
	}
	return nil, fmt.Errorf("a %T cannot sign", key)
}

// fits reports whether a key is the one of a certificate.
func fits(c *x509.Certificate, key crypto.Signer) bool {
	pub, ok := key.Public().(interface{ Equal(crypto.PublicKey) bool })
	return ok && pub.Equal(c.PublicKey)
}

// keyKind describes a public key.
func keyKind(pub crypto.PublicKey) string {
	switch k := pub.(type) {
	case *ecdsa.PublicKey:
		return "ECDSA " + k.Curve.Params().Name
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA %d", k.N.BitLen())
	case ed25519.PublicKey:
		return "Ed25519"
	}
	return fmt.Sprintf("%T", pub)
}
