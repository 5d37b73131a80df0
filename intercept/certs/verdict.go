package certs

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"strings"
)

// errRefused ends the handshake after a step of verify failed; the step has
// the reason.
var errRefused = errors.New("the server was refused")

// config is the docker command line's: TLS 1.2 at least, no ALPN. Verification
// is done step by step in verify, which crypto/tls calls before any client
// certificate leaves.
func (c *check) config() *tls.Config {
	return &tls.Config{
		MinVersion:           tls.VersionTLS12,
		ServerName:           c.name,
		InsecureSkipVerify:   true,
		VerifyConnection:     c.verify,
		GetClientCertificate: c.clientCertificate,
	}
}

func (c *check) verify(state tls.ConnectionState) error {
	c.add(stepShake, OK, fmt.Sprintf("%s, %s", tls.VersionName(state.Version), tls.CipherSuiteName(state.CipherSuite)), "")
	chain := state.PeerCertificates
	leaf := chain[0]
	seen := fmt.Sprintf("%q, issued by %q, %s", title(leaf), leaf.Issuer.String(), validity(leaf, c.now))

	between := x509.NewCertPool()
	for _, cert := range chain[1:] {
		between.AddCert(cert)
	}
	paths, err := leaf.Verify(x509.VerifyOptions{Roots: c.material.caPool, Intermediates: between, CurrentTime: c.now})
	nameErr := leaf.VerifyHostname(c.name)
	if c.files.SkipVerify {
		c.add(stepServer, Warned, seen+"; not verified, as asked", "use --tlsverify and a ca.pem: without, anybody in between can read and change everything")
		c.add(stepName, Warned, "not verified, as asked", "")
		return nil
	}
	if err != nil {
		c.failed(stepServer, err)
		return errRefused
	}
	root := paths[0][len(paths[0])-1]
	c.add(stepServer, OK, fmt.Sprintf("%s; verified by %q of %s", seen, title(root), cmp.Or(c.files.CA, "the system's list of authorities")), "")
	if nameErr != nil {
		c.failed(stepName, nameErr)
		return errRefused
	}
	c.add(stepName, OK, fmt.Sprintf("%s is one of %s", c.name, orNone(names(leaf))), "")
	return nil
}

// clientCertificate is called when the server asks for one. Like docker, it
// shows none that the server said it would not accept.
func (c *check) clientCertificate(asked *tls.CertificateRequestInfo) (*tls.Certificate, error) {
	c.asked = asked
	pair := c.material.pair
	if pair == nil || asked.SupportsCertificate(pair) != nil {
		return new(tls.Certificate), nil
	}
	c.shown = true
	return pair, nil
}

// handshakeFailed places an error at the step it belongs to.
func (c *check) handshakeFailed(err error) {
	switch {
	case errors.Is(err, errRefused): // told by verify
	case len(c.steps) == 2: // files, connect: it never came to verify
		c.failed(stepShake, err)
	default: // TLS 1.2 servers look at the client's certificate in the handshake
		c.clientVerdict(err)
	}
}

// clientVerdict says whether the server accepted the client certificate, from the
// error that ended the handshake or the ping, or nil.
func (c *check) clientVerdict(err error) {
	_, refused := remoteAlert(err)
	switch {
	case err != nil && c.asked != nil && !c.shown:
		c.add(stepClient, Failed, c.notShown(), c.clientAdvice())
	case err != nil && (refused || c.asked != nil):
		c.add(stepClient, Failed, explain(err, c.files, Client), c.clientAdvice())
	case err != nil:
		c.add(stepClient, OK, "not asked for", "")
		c.failed(stepPing, err)
	case c.asked == nil:
		c.add(stepClient, Warned, "the server asks for none", "everybody who reaches this port is root on that host: start dockerd with --tlsverify and --tlscacert")
	case !c.shown:
		c.add(stepClient, Warned, "the server asks for one and goes on without", "everybody who reaches this port is root on that host: start dockerd with --tlsverify and --tlscacert")
	default:
		c.add(stepClient, OK, fmt.Sprintf("asked for, %q was shown and accepted", title(c.material.pair.Leaf)), "")
	}
}

// notShown explains a server that goes no further without a certificate. Its
// alert does not always say so: TLS 1.2 has none for it (RFC 5246 section 7.4.6).
func (c *check) notShown() string {
	if c.material.pair == nil {
		return explainAlert(alertCertificateRequired, c.files, Client, nil)
	}
	return fmt.Sprintf("the server wants a certificate, but said before that it does not accept ours (%s), so it was not shown", c.files.Cert)
}

// clientAdvice compares what the server accepts with what there is to show.
func (c *check) clientAdvice() string {
	if c.asked == nil || len(c.asked.AcceptableCAs) == 0 {
		return ""
	}
	var accepted []string
	for _, raw := range c.asked.AcceptableCAs {
		accepted = append(accepted, caTitle(raw))
	}
	list := strings.Join(accepted, ", ")
	if c.material.pair == nil {
		return "the server accepts certificates signed by " + list
	}
	return fmt.Sprintf("the server accepts certificates signed by %s; ours is signed by %s", list, c.material.pair.Leaf.Issuer.String())
}

// caTitle reads the name of an acceptable CA (RFC 8446 section 4.2.4).
func caTitle(raw []byte) string {
	var rdn pkix.RDNSequence
	if _, err := asn1.Unmarshal(raw, &rdn); err != nil {
		return "an unreadable name"
	}
	return fmt.Sprintf("%q", rdn.String())
}
