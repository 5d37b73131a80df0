package certs

import (
	"cmp"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Report explains the PEM files of a folder.
type Report struct {
	Dir     string
	Entries []Entry
}

// Entry explains one file.
type Entry struct {
	Path     string
	Kind     string // "CA certificate", "server certificate", "private key", …
	Facts    []Fact // in the order to print them
	Problems []*Problem
}

// Fact is one line about a file.
type Fact struct{ Name, Value string }

// Show explains every *.pem in dir and in the folders that Make puts there.
// The error is about the folder; what is wrong with a file is in its Entry.
func Show(dir string) (Report, error) { return showAt(dir, time.Now()) }

func showAt(dir string, now time.Time) (Report, error) {
	r := Report{Dir: dir}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(dir, path)
		switch depth := strings.Count(rel, string(filepath.Separator)); {
		case err != nil && rel == ".":
			return err
		case err != nil:
			r.Entries = append(r.Entries, Entry{Path: path, Kind: "unusable", Problems: []*Problem{{File: path, What: "cannot be looked into", Err: err}}})
			return nil
		case d.IsDir() && rel != "." && depth >= 2:
			return fs.SkipDir
		case !d.IsDir() && filepath.Ext(path) == ".pem":
			r.Entries = append(r.Entries, showFile(path, now))
		}
		return nil
	})
	if err == nil && len(r.Entries) == 0 {
		err = fmt.Errorf("%s: no .pem files in it", dir)
	}
	return r, err
}

func showFile(path string, now time.Time) Entry {
	e := Entry{Path: path}
	if chain, p := readCerts(path); p == nil {
		e.showCerts(chain, now)
		return e
	} else if key, keyProblem := readKey(path); keyProblem == nil {
		e.showKey(key)
	} else if strings.HasSuffix(path, "key.pem") {
		e.Kind, e.Problems = "unusable", []*Problem{keyProblem}
	} else {
		e.Kind, e.Problems = "unusable", []*Problem{p}
	}
	return e
}

func (e *Entry) fact(name, format string, args ...any) {
	e.Facts = append(e.Facts, Fact{name, fmt.Sprintf(format, args...)})
}

func (e *Entry) showCerts(chain []*x509.Certificate, now time.Time) {
	e.Kind = certKind(chain[0])
	for _, c := range chain {
		e.fact("subject", "%s", title(c))
		if c.Subject.String() == c.Issuer.String() {
			e.fact("issuer", "itself")
		} else {
			e.fact("issuer", "%s", c.Issuer.String())
		}
		if !c.IsCA && allows(c, Server) {
			e.fact("names", "%s", orNone(names(c)))
		}
		e.fact("usage", "%s", cmp.Or(strings.Join(usages(c), ", "), "not limited"))
		e.fact("validity", "%s", validity(c, now))
		e.fact("key", "%s", keyKind(c.PublicKey))
		if p := timeProblem(e.Path, c, now); p != nil {
			e.Problems = append(e.Problems, p)
		}
	}
	leaf := chain[0]
	if filepath.Base(e.Path) == caName {
		if !leaf.IsCA {
			e.Problems = append(e.Problems, &Problem{File: e.Path, Field: "basicConstraints", What: "is not a CA, so it identifies only itself"})
		}
		return
	}
	e.showSigner(chain, now)
	e.showPartner(leaf)
	if !leaf.IsCA && len(names(leaf)) == 0 && len(leaf.ExtKeyUsage) > 0 && allows(leaf, Server) {
		e.Problems = append(e.Problems, &Problem{File: e.Path, Field: "subjectAltName", Fatal: true,
			What: "is empty: clients no longer look at the common name, so none accepts it", Advice: "make a new one with its host names"})
	}
}

// showSigner reports whether the ca.pem beside a certificate signed it.
func (e *Entry) showSigner(chain []*x509.Certificate, now time.Time) {
	path := filepath.Join(filepath.Dir(e.Path), caName)
	cas, p := readCerts(path)
	if p != nil {
		if !errors.Is(p, fs.ErrNotExist) {
			e.Problems = append(e.Problems, p)
		}
		return
	}
	if ca := signer(chain, cas, now); ca != nil {
		e.fact("signed by", "%s of %s", title(ca), path)
		return
	}
	e.Problems = append(e.Problems, &Problem{File: e.Path, Field: "issuer",
		What:   fmt.Sprintf("%q is not signed by the CA in %s (%q)", title(chain[0]), path, title(cas[0])),
		Advice: "fine for a server whose clients come from another CA, else the files are from different sets"})
}

// signer finds the CA that a chain leads to, whatever the time is.
func signer(chain, cas []*x509.Certificate, now time.Time) *x509.Certificate {
	pool, between := x509.NewCertPool(), x509.NewCertPool()
	for _, c := range cas {
		pool.AddCert(c)
	}
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	if t := chain[0].NotAfter; now.After(t) {
		now = t
	}
	if t := chain[0].NotBefore; now.Before(t) {
		now = t
	}
	paths, err := chain[0].Verify(x509.VerifyOptions{Roots: pool, Intermediates: between, CurrentTime: now,
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
	if err != nil {
		return nil
	}
	return paths[0][len(paths[0])-1]
}

// showPartner reports whether the key beside a certificate is its own.
func (e *Entry) showPartner(c *x509.Certificate) {
	path, ok := keyBeside(e.Path)
	if !ok {
		return
	}
	key, p := readKey(path)
	switch {
	case p != nil && errors.Is(p, fs.ErrNotExist):
		e.Problems = append(e.Problems, &Problem{File: path, What: "does not exist, so the certificate beside it cannot be used here"})
	case p != nil: // told at the key itself
	case fits(c, key):
		e.fact("its key", "%s", path)
	default:
		e.Problems = append(e.Problems, &Problem{File: path, Field: "private key", Fatal: true,
			What: fmt.Sprintf("is not the key of %s", e.Path), Advice: "the two files are from different sets"})
	}
}

func keyBeside(certPath string) (string, bool) {
	dir, name := filepath.Split(certPath)
	switch name {
	case clientCertName:
		return filepath.Join(dir, clientKeyName), true
	case serverCertName:
		return filepath.Join(dir, serverKeyName), true
	}
	return "", false
}

func (e *Entry) showKey(key crypto.Signer) {
	e.Kind = "private key"
	e.fact("key", "%s", keyKind(key.Public()))
	if p := modeProblem(e.Path); p != nil {
		e.Problems = append(e.Problems, p)
	}
}

func certKind(c *x509.Certificate) string {
	switch s, k := allows(c, Server), allows(c, Client); {
	case c.IsCA:
		return "CA certificate"
	case s && k:
		return "certificate for servers and clients"
	case s:
		return "server certificate"
	case k:
		return "client certificate"
	}
	return "certificate"
}

// Problems collects those of all files.
func (r Report) Problems() []*Problem {
	var all []*Problem
	for _, e := range r.Entries {
		all = append(all, e.Problems...)
	}
	return slices.Clip(all)
}
