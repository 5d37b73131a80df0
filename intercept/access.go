package intercept

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// This file holds all that intercept knows of HTTP: it checks the first head on a
// connection to a tcp listener before the connection is relayed. A web page can
// make a browser connect to ports of the browser's own machine, and a name that
// resolves to 127.0.0.1 gives the page the same origin as the daemon (DNS
// rebinding). Such requests name a foreign host or a foreign page; Docker's
// clients do neither.

// ForeignError is why a client is refused that names a foreign host or comes
// from a web page.
type ForeignError struct {
	Address string // the client's
	Field   string // the header field that shows it
	Value   string
}

func (e *ForeignError) Error() string {
	return fmt.Sprintf("a client at %s was refused: its request says %s: %.100q, as a web page's does and no Docker client's; --listen-host NAME lets clients in that use this name for this machine", e.Address, e.Field, e.Value)
}

// maxFirstHead is the longest head that is checked. net/http's server accepts no
// longer one, and answers it by itself.
const maxFirstHead = 1<<20 + 4096

// admit reads and checks the first head of a client. The caller passes on what was
// read, or refuses the client when there is an error.
func (s *Server) admit(client conn) (read []*Buffer, err error) {
	src := newReader(client, s.buffers)
	defer src.close()
	var head []byte
	for {
		b, err := src.next()
		if err != nil { // the relay finds it too
			return read, nil
		}
		read = append(read, b)
		head = append(head, b.Bytes()...)
		if end, whole := firstHead(head); whole || len(head) > maxFirstHead {
			return read, foreign(head[:end], client.RemoteAddr().String(), s.cfg.Hosts)
		}
	}
}

// firstHead finds the end of a head, as net/http's server does. What cannot be
// one ends at once.
func firstHead(b []byte) (end int, whole bool) {
	if len(b) > 0 && (b[0] < 'A' || b[0] > 'z') && b[0] != '\r' && b[0] != '\n' {
		return 0, true
	}
	for i := 0; i < len(b); {
		n := bytes.IndexByte(b[i:], '\n')
		if n < 0 {
			break
		}
		line := bytes.TrimSuffix(b[i:i+n], []byte("\r"))
		i += n + 1
		if len(line) == 0 && len(bytes.TrimSpace(b[:i])) > 0 {
			return i, true
		}
	}
	return len(b), false
}

// foreign finds a field that no Docker client sends.
func foreign(head []byte, address string, hosts []string) error {
	host := ""
	origins := [][2]string{}
	for line := range bytes.Lines(head) {
		name, value, ok := strings.Cut(strings.TrimSpace(string(line)), ":")
		if !ok {
			continue
		}
		value = strings.TrimSpace(value)
		switch strings.ToLower(name) {
		case "host":
			host = value
			if !localName(value, hosts) {
				return &ForeignError{address, name, value}
			}
		case "origin":
			origins = append(origins, [2]string{name, value})
		case "sec-fetch-site":
			if value != "same-origin" && value != "none" {
				return &ForeignError{address, name, value}
			}
		}
	}
	for _, o := range origins {
		if _, at, ok := strings.Cut(o[1], "://"); !ok || at != host {
			return &ForeignError{address, o[0], o[1]}
		}
	}
	return nil
}

// localName reports whether no web page can have a Host: an
// address, a name without a dot, one that is reserved for this machine or
// network (RFC 6761, ICANN's .internal), or one that the user gave.
func localName(host string, known []string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.ToLower(strings.TrimSuffix(strings.Trim(name, "[]"), "."))
	if _, err := netip.ParseAddr(name); err == nil {
		return true
	}
	return !strings.Contains(name, ".") || strings.Contains(name, "/") ||
		strings.HasSuffix(name, ".localhost") || strings.HasSuffix(name, ".internal") ||
		slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(k, name) })
}

// anyHost in Config.Hosts accepts clients that name any host.
const anyHost = "*"

// guarded reports whether the clients of a listener are checked.
func (s *Server) guarded(l *listener) bool {
	return l.endpoint.Scheme == "tcp" && !slices.Contains(s.cfg.Hosts, anyHost)
}

// turnOut refuses a client whose first bytes were read.
func (s *Server) turnOut(client conn, read []*Buffer, info ConnInfo, why error) {
	s.report(why)
	tap := s.openTap(info)
	opening := []byte{}
	for i, b := range read {
		if i == 0 {
			opening = beginning(b)
		}
		tap.chunk(Request, time.Now(), b)
		tap.sent(Request)
		b.drop(heldByRelay)
	}
	s.refuse(client, tap, opening, why)
}

// readAgain returns what was read before, then what follows.
type readAgain struct {
	reader
	read []*Buffer
}

func (r *readAgain) next() (*Buffer, error) {
	if len(r.read) == 0 {
		return r.reader.next()
	}
	b := r.read[0]
	r.read = r.read[1:]
	return b, nil
}

// connAgain is a connection that returns what was read before.
type connAgain struct {
	*net.TCPConn
	read bytes.Buffer
}

func newConnAgain(c *net.TCPConn, read []*Buffer) *connAgain {
	a := &connAgain{TCPConn: c}
	for _, b := range read {
		a.read.Write(b.Bytes())
		b.drop(heldByRelay)
	}
	return a
}

func (c *connAgain) Read(p []byte) (int, error) {
	if c.read.Len() > 0 {
		return c.read.Read(p)
	}
	return c.TCPConn.Read(p)
}

// WriteTo keeps io.Copy from going past Read.
func (c *connAgain) WriteTo(w io.Writer) (int64, error) { return io.Copy(w, struct{ io.Reader }{c}) }
