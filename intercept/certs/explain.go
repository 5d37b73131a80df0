package certs

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"time"
)

// explain says what an error of a TLS connection means and what to do, in one
// line. files and role are of this side; the error is from a handshake, from
// the first read after it (where TLS 1.3 servers refuse clients), or from this
// package.
func explain(err error, files Files, role Role) string {
	if err == nil {
		return ""
	}
	var problem *Problem
	if errors.As(err, &problem) {
		return problem.Error()
	}
	if s := explainPeer(err, files, role); s != "" {
		return s
	}
	if alert, ok := remoteAlert(err); ok {
		return explainAlert(alert, files, role, err)
	}
	return cmp.Or(explainBytes(err, role), err.Error())
}

// explainPeer explains why this side refused the other's certificate.
func explainPeer(err error, files Files, role Role) string {
	whose := other(role)
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &unknown) && unknown.Cert != nil:
		return fmt.Sprintf("the %s's certificate %q was signed by %q, which is not in %s: wrong ca.pem, or the wrong %s",
			whose, title(unknown.Cert), unknown.Cert.Issuer.String(), describeCA(files.CA), whose)
	case errors.As(err, &host):
		return fmt.Sprintf("the server's certificate is for %s, not for %s: connect under one of its names, or make one with this name in it",
			orNone(names(host.Certificate)), host.Host)
	case errors.As(err, &invalid) && invalid.Cert != nil:
		return explainInvalid(invalid, whose)
	}
	return ""
}

func explainInvalid(err x509.CertificateInvalidError, whose Role) string {
	c := err.Cert
	what := fmt.Sprintf("the %s's certificate %q", whose, title(c))
	if c.IsCA {
		what = fmt.Sprintf("the CA certificate %q", title(c))
	}
	switch err.Reason {
	case x509.Expired:
		field := "notAfter"
		if time.Now().Before(c.NotBefore) {
			field = "notBefore"
		}
		return fmt.Sprintf("%s: %s: %s", what, field, validity(c, time.Now()))
	case x509.IncompatibleUsage:
		return fmt.Sprintf("%s: extendedKeyUsage: it is for %s and cannot be a %s's: were server and client files mixed up?", what, orNone(usages(c)), whose)
	}
	return fmt.Sprintf("%s: %v", what, err)
}

// describeCA names the file and its authorities.
func describeCA(path string) string {
	if path == "" {
		return "the system's list of authorities"
	}
	cas, p := readCerts(path)
	if p != nil {
		return path
	}
	var all []string
	for _, c := range cas {
		all = append(all, fmt.Sprintf("%q", title(c)))
	}
	return fmt.Sprintf("%s (which holds %s)", path, strings.Join(all, ", "))
}

// explainAlert explains why the other side refused this one.
func explainAlert(alert uint8, files Files, role Role, err error) string {
	who, mine := other(role), cmp.Or(files.Cert, "no certificate")
	switch alert {
	case alertCertificateRequired:
		return fmt.Sprintf("the %s wants a certificate and none was shown: set DOCKER_CERT_PATH, or --tlscert and --tlskey", who)
	case alertBadCertificate:
		if role == Client && files.Cert == "" {
			return "the server wants a certificate and none was shown: set DOCKER_CERT_PATH, or --tlscert and --tlskey"
		}
		if !validNow(files.Cert) { // servers built with Go before 1.20 do not say more
			return explainAlert(alertCertificateExpired, files, role, err)
		}
		return fmt.Sprintf("the %s does not accept our certificate (%s): it is probably signed by another CA than the %s trusts%s", who, mine, who, nameHint(role))
	case alertUnknownCA, alertCertificateUnknown:
		return fmt.Sprintf("the %s does not know the CA that signed our certificate (%s): it needs that CA's ca.pem", who, mine)
	case alertCertificateExpired:
		return fmt.Sprintf("the %s says that our certificate is not valid now (%s): %s", who, mine, ownValidity(files.Cert))
	case alertCertificateRevoked:
		return fmt.Sprintf("the %s says that our certificate was revoked (%s)", who, mine)
	case alertUnsupportedCert:
		return fmt.Sprintf("the %s cannot use our certificate (%s): is its extendedKeyUsage for a %s?", who, mine, role)
	case alertHandshakeFailure:
		if role == Client && files.Cert == "" {
			return "the server broke the handshake off: it wants a certificate and none was shown, or there is no common cipher"
		}
		return fmt.Sprintf("the %s found no common TLS version or cipher: TLS 1.2 is the least", who)
	case alertProtocolVersion:
		return fmt.Sprintf("the %s found no common TLS version or cipher: TLS 1.2 is the least", who)
	case alertNoApplicationProto:
		return fmt.Sprintf("the %s speaks none of the offered application protocols (ALPN)", who)
	}
	return fmt.Sprintf("the %s broke the handshake off: %v", who, err)
}

// nameHint: clients that find a wrong host name send bad_certificate too.
func nameHint(role Role) string {
	if role == Server {
		return ", or it does not hold the name that the client dialled"
	}
	return ""
}

// validNow reports whether a certificate is valid at this time, as far as that is
// known.
func validNow(path string) bool {
	chain, p := readCerts(path)
	now := time.Now()
	return p != nil || !now.Before(chain[0].NotBefore) && !now.After(chain[0].NotAfter)
}

func ownValidity(path string) string {
	chain, p := readCerts(path)
	if p != nil {
		return p.Error()
	}
	return fmt.Sprintf("%q is %s", title(chain[0]), validity(chain[0], time.Now()))
}

// noClientCertificate is the one refusal of crypto/tls that has no type.
const noClientCertificate = "tls: client didn't provide a certificate"

// explainBytes explains bytes that are not TLS.
func explainBytes(err error, role Role) string {
	var record tls.RecordHeaderError
	var dns *net.DNSError
	switch {
	case errors.As(err, &record):
		return explainRecord(record, role)
	case role == Server && strings.Contains(err.Error(), noClientCertificate):
		return "the client showed no certificate: it needs one signed by our CA, in its DOCKER_CERT_PATH, and DOCKER_TLS_VERIFY=1"
	case errors.As(err, &dns):
		return fmt.Sprintf("the name %s cannot be looked up: %v", dns.Name, err)
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nobody listens on that port: is the daemon running, and with -H tcp://…?"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET):
		if role == Server {
			return "the client left in the middle of the handshake: a port scanner or a health check, or it does not trust our certificate"
		}
		return "the server closed the connection in the middle: it may not speak TLS on that port"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Sprintf("the %s did not answer in time: a firewall, or it does not speak TLS on that port", other(role))
	}
	return ""
}

func explainRecord(err tls.RecordHeaderError, role Role) string {
	head := string(err.RecordHeader[:])
	switch {
	case role == Client && strings.HasPrefix(head, "HTTP"):
		return "the server answers in plain HTTP: TLS is off on that port, so connect without it (and see that nobody else can)"
	case role == Server && isHTTP(head):
		return "the client speaks plain HTTP to a TLS port: it needs DOCKER_TLS_VERIFY=1 (or --tlsverify) and its certificates"
	}
	return fmt.Sprintf("the %s sent something that is not TLS (it begins with %q)", other(role), head)
}

// isHTTP reports whether five bytes are the beginning of a request.
func isHTTP(head string) bool {
	for _, method := range []string{"GET ", "HEAD ", "POST ", "PUT ", "DELETE", "PRI *"} {
		n := min(len(method), len(head))
		if head[:n] == method[:n] {
			return true
		}
	}
	return false
}

func other(role Role) Role {
	if role == Server {
		return Client
	}
	return Server
}
