package intercept

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// Endpoint is an address where a daemon, or dockwire in its place, listens.
type Endpoint struct {
	Scheme  string // "unix", "tcp", "tls" (TCP with TLS, which docker writes tcp:// too), "npipe" (Windows) or "ssh" (upstream only)
	Address string // unix: path of the socket; tcp, tls: host:port; npipe: //./pipe/name; ssh: [user@]host[:port][/path]
	Base    string // tcp, tls: path before every request target, "" or "/x/y"; the relay has no use for it
}

// defaultTCPHost and defaultTCPPort complete a tcp:// endpoint as docker does
// (docker/cli opts/hosts.go).
const (
	defaultTCPHost = "localhost"
	defaultTCPPort = "2375"
	defaultTLSPort = "2376"
)

// ParseEndpoint reads an endpoint as in DOCKER_HOST: unix:///path, or
// tcp://host:port with an optional base path, tls:// instead of tcp://,
// ssh://user@host or npipe:////./pipe/name. A bare absolute path is taken for a
// Unix socket. Other kinds are refused with an error that says what to do instead.
func ParseEndpoint(s string) (Endpoint, error) {
	ep, err := parseEndpoint(s)
	if err != nil {
		return Endpoint{}, fmt.Errorf("endpoint %q: %w", s, err)
	}
	return ep, nil
}

func parseEndpoint(s string) (Endpoint, error) {
	if s == "" {
		return Endpoint{}, errors.New("is empty; give unix:///path/to.sock or tcp://host:port")
	}
	if strings.HasPrefix(s, "/") {
		return unixEndpoint(s)
	}
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok {
		return Endpoint{}, fmt.Errorf("has no scheme; did you mean unix://%s or tcp://%s?", s, s)
	}
	switch scheme {
	case "unix":
		return unixEndpoint(rest)
	case "tcp":
		return tcpEndpoint(s, defaultTCPPort)
	case "tls":
		return tcpEndpoint(s, defaultTLSPort)
	case "ssh":
		return sshEndpoint(s)
	case "npipe":
		return pipeEndpoint(rest)
	}
	return Endpoint{}, refusal(scheme)
}

func refusal(scheme string) error {
	const supported = "unix://, tcp://, tls:// and, on Windows, npipe:// can be listened on, and ssh:// can be dialled too"
	switch scheme {
	case "https":
		return errors.New("https:// is written tls://host:port here; " + supported)
	case "http":
		return errors.New("http:// is written tcp://host:port here, as in DOCKER_HOST; " + supported)
	case "ssh":
		return errors.New("dockwire does not listen by ssh: let the far side's clients come through a socket that ssh -R forwards; " + supported)
	case "fd":
		return errors.New("sockets passed by systemd are not supported; give the path of the socket itself; " + supported)
	}
	return fmt.Errorf("scheme %q is not known; %s", scheme, supported)
}

func unixEndpoint(path string) (Endpoint, error) {
	switch {
	case path == "":
		return Endpoint{}, errors.New("has no path; give unix:///path/to.sock")
	case strings.HasPrefix(path, "@") && !abstractSockets:
		return Endpoint{}, errors.New("abstract sockets exist on Linux only; give the path of a file")
	case strings.ContainsRune(path, 0):
		return Endpoint{}, errors.New("path holds a NUL byte")
	case len(path) > maxUnixPath:
		return Endpoint{}, fmt.Errorf("path is %d bytes long, the system takes at most %d for a Unix socket; use a shorter folder", len(path), maxUnixPath)
	}
	return Endpoint{Scheme: "unix", Address: path}, nil
}

// pipeEndpoint takes the pipes of this machine only: one of another machine is
// reached with Windows' own authentication, which nothing here asks for.
func pipeEndpoint(path string) (Endpoint, error) {
	name, ok := strings.CutPrefix(strings.ReplaceAll(path, `\`, "/"), "//./pipe/")
	if !ok || name == "" || strings.Contains(name, "/") {
		return Endpoint{}, errors.New("a pipe is written npipe:////./pipe/NAME")
	}
	return Endpoint{Scheme: "npipe", Address: "//./pipe/" + name}, nil
}

func tcpEndpoint(s, defaultPort string) (Endpoint, error) {
	u, err := url.Parse(s)
	if err != nil {
		return Endpoint{}, errors.Unwrap(err)
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return Endpoint{}, errors.New("takes host, port and base path, nothing else")
	}
	host, port := u.Hostname(), u.Port()
	host = cmp.Or(host, defaultTCPHost)
	port = cmp.Or(port, defaultPort)
	if !isHost(host) {
		return Endpoint{}, fmt.Errorf("%q is neither a host name nor an IP address", host)
	}
	if n, err := strconv.Atoi(port); err != nil || n > 65535 {
		return Endpoint{}, fmt.Errorf("port %s is not between 0 and 65535", port)
	}
	base := strings.TrimRight(u.EscapedPath(), "/")
	return Endpoint{Scheme: u.Scheme, Address: net.JoinHostPort(host, port), Base: base}, nil
}

func isHost(s string) bool {
	if strings.Contains(s, ":") {
		_, err := netip.ParseAddr(s)
		return err == nil
	}
	return strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == ""
}

// String gives the endpoint as ParseEndpoint takes it.
func (e Endpoint) String() string {
	switch e.Scheme {
	case "":
		return ""
	case "tcp", "tls": // the zone of an IPv6 address is escaped (RFC 6874)
		return e.Scheme + "://" + strings.ReplaceAll(e.Address, "%", "%25") + e.Base
	}
	return e.Scheme + "://" + e.Address
}

// DockerHost gives the endpoint as DOCKER_HOST takes it, in which TLS shows in
// other variables.
func (e Endpoint) DockerHost() string {
	if e.Scheme == "tls" {
		e.Scheme = "tcp"
	}
	return e.String()
}

// Loopback reports whether a tcp endpoint can be reached from this machine only.
func (e Endpoint) Loopback() bool {
	host, _, err := net.SplitHostPort(e.Address)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
