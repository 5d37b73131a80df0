package certs

import (
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Plan is a set of certificates to be made in Dir:
//
//	ca/          ca.pem ca-key.pem
//	server/      ca.pem server-cert.pem server-key.pem
//	clients/NAME/  ca.pem cert.pem key.pem
//
// Each folder is what one machine needs, so that copying one never takes a key
// along that does not belong there.
type Plan struct {
	Dir string

	// Hosts are names and addresses that clients will write into DOCKER_HOST.
	// localhost, 127.0.0.1 and ::1 are always added. Nil: no server.
	Hosts []string

	// Exact makes the server's certificate for Hosts alone, without loopback.
	Exact bool

	// Clients are the names of the clients to be made.
	Clients []string

	// Overwrite replaces server and client files that exist. It never replaces
	// a CA, which would lock out every client that has a certificate of it.
	Overwrite bool

	Now time.Time // zero: the time of the call
}

// Made is what Make did.
type Made struct {
	CA      string // name of the CA that signed
	Reused  bool   // it was there already
	Written []File
}

// Make carries a plan out. A CA that is in Dir/ca already is used, else one is
// made. Nothing is written if any file is in the way (ErrExists).
func Make(p Plan) (Made, error) {
	if p.Now.IsZero() {
		p.Now = time.Now()
	}
	if err := p.check(); err != nil {
		return Made{}, err
	}
	var made Made
	caDir := filepath.Join(p.Dir, "ca")
	a, err := loadAuthority(caDir, p.Now)
	made.Reused = a != nil
	if a == nil && err == nil {
		a, made.Written, err = newAuthority(caDir, p.Now)
	}
	if err != nil {
		return Made{}, err
	}
	made.CA = title(a.cert)
	if p.Hosts != nil {
		hosts := p.Hosts
		if !p.Exact {
			hosts = withLoopback(hosts)
		}
		files, err := a.server(filepath.Join(p.Dir, "server"), hosts)
		if err != nil {
			return Made{}, err
		}
		made.Written = append(made.Written, files...)
	}
	for _, name := range p.Clients {
		files, err := a.client(filepath.Join(p.Dir, "clients", name), name)
		if err != nil {
			return Made{}, err
		}
		made.Written = append(made.Written, files...)
	}
	if err := writeAll(made.Written, p.Overwrite); err != nil {
		return Made{}, err
	}
	return made, nil
}

// check refuses names that would not work as a name or a folder.
func (p Plan) check() error {
	for _, host := range p.Hosts {
		if host == "" || strings.ContainsAny(host, "/ :[]") && net.ParseIP(host) == nil {
			return fmt.Errorf("host %q: give a name or an address alone, without scheme and port", host)
		}
	}
	for _, name := range p.Clients {
		if name == "" || strings.HasPrefix(name, ".") || name != filepath.Base(name) || strings.ContainsAny(name, `/\:`) {
			return fmt.Errorf("client name %q: it becomes the name of a folder", name)
		}
	}
	return nil
}

func withLoopback(hosts []string) []string {
	all := slices.Clone(hosts)
	for _, host := range []string{"localhost", "127.0.0.1", "::1"} {
		if !slices.Contains(all, host) {
			all = append(all, host)
		}
	}
	return all
}
