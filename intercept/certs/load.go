package certs

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
)

// soon is how long before its end a certificate is reported.
const soon = 14 * day

// material is what a set of files gave.
type material struct {
	files  Files
	pair   *tls.Certificate // nil: no certificate is shown
	cas    []*x509.Certificate
	caPool *x509.CertPool // nil: the system's
}

// load reads files for a role. With a fatal problem there is no material. The
// other problems are reported only: docker, too, goes on with a client certificate
// that has expired, because only the server decides about it.
func load(files Files, role Role, now time.Time) (*material, []*Problem) {
	m := &material{files: files}
	problems := m.loadCA(role, now)
	problems = append(problems, m.loadPair(role, now)...)
	if slices.ContainsFunc(problems, func(p *Problem) bool { return p.Fatal }) {
		return nil, problems
	}
	return m, problems
}

func (m *material) loadCA(role Role, now time.Time) []*Problem {
	if m.files.CA == "" {
		return nil
	}
	cas, p := readCerts(m.files.CA)
	if p != nil {
		return []*Problem{p}
	}
	m.cas, m.caPool = cas, x509.NewCertPool()
	var problems []*Problem
	for _, c := range cas {
		m.caPool.AddCert(c)
		if p := timeProblem(m.files.CA, c, now); p != nil {
			p.Advice = "make a new CA and new certificates with it"
			p.Fatal = role == Server && len(cas) == 1 && !now.Before(c.NotAfter)
			problems = append(problems, p)
		}
	}
	return problems
}

func (m *material) loadPair(role Role, now time.Time) []*Problem {
	cert, key := m.files.Cert, m.files.Key
	switch {
	case cert == "" && key == "" && role == Client:
		return nil
	case cert == "" && key == "":
		return []*Problem{{File: serverCertName, What: "was not given", Advice: "a server needs a certificate and its key", Fatal: true}}
	case cert == "":
		return []*Problem{{File: key, What: "has no certificate to go with it, so it cannot be used", Advice: "give both or none", Fatal: role == Server}}
	case key == "":
		return []*Problem{{File: cert, What: "has no private key to go with it, so it cannot be used", Advice: "give both or none", Fatal: role == Server}}
	}
	chain, p := readCerts(cert)
	if p != nil {
		return []*Problem{p}
	}
	signer, p := readKey(key)
	if p != nil {
		return []*Problem{p}
	}
	leaf := chain[0]
	if !fits(leaf, signer) {
		return []*Problem{{File: key, Field: "private key", Fatal: true,
			What: fmt.Sprintf("is not the key of %s (%q)", cert, title(leaf)), Advice: "the two files are from different sets"}}
	}
	m.pair = &tls.Certificate{PrivateKey: signer, Leaf: leaf}
	for _, c := range chain {
		m.pair.Certificate = append(m.pair.Certificate, c.Raw)
	}
	var problems []*Problem
	for _, p := range []*Problem{timeProblem(cert, leaf, now), usageProblem(cert, leaf, role), modeProblem(key)} {
		if p != nil {
			problems = append(problems, p)
		}
	}
	for _, p := range problems {
		p.Fatal = p.Fatal && role == Server
	}
	return problems
}

// timeProblem reports a certificate that is not valid now, or not for long.
func timeProblem(path string, c *x509.Certificate, now time.Time) *Problem {
	p := &Problem{File: path, Field: "notAfter", What: fmt.Sprintf("%q %s", title(c), validity(c, now)), Advice: "make a new one"}
	switch {
	case now.Before(c.NotBefore):
		p.Field, p.Fatal, p.Advice = "notBefore", true, "is the clock of this machine right?"
	case now.After(c.NotAfter):
		p.Fatal, p.Err = true, errExpired
	case c.NotAfter.Sub(now) > soon:
		return nil
	}
	return p
}

// usageProblem reports a certificate that is for the other side of the
// connection. One without usages is for everything (RFC 5280 section 4.2.1.12).
func usageProblem(path string, c *x509.Certificate, role Role) *Problem {
	if allows(c, role) {
		return nil
	}
	want := map[Role]string{Client: "clientAuth", Server: "serverAuth"}[role]
	return &Problem{File: path, Field: "extendedKeyUsage", Fatal: true,
		What:   fmt.Sprintf("%q is for %s, but a %s needs %s", title(c), strings.Join(usages(c), ", "), role, want),
		Advice: "were server and client files mixed up?"}
}

func allows(c *x509.Certificate, role Role) bool {
	if len(c.ExtKeyUsage)+len(c.UnknownExtKeyUsage) == 0 {
		return true
	}
	return slices.Contains(c.ExtKeyUsage, usageOf(role)) || slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageAny)
}

func usageOf(role Role) x509.ExtKeyUsage {
	if role == Server {
		return x509.ExtKeyUsageServerAuth
	}
	return x509.ExtKeyUsageClientAuth
}

// modeProblem reports a key that others can read.
func modeProblem(path string) *Problem {
	info, err := os.Stat(path)
	if err != nil || runtime.GOOS == "windows" || info.Mode().Perm()&0o077 == 0 {
		return nil
	}
	return &Problem{File: path, Field: "mode",
		What: fmt.Sprintf("%s lets others at the key", fs.FileMode(info.Mode().Perm())), Advice: "chmod 600 " + path}
}
