package dockercontext

import (
	"cmp"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
)

const (
	defaultSocket = "/var/run/docker.sock"
	defaultPipe   = "//./pipe/docker_engine"
)

// defaultHost is where docker goes when nothing is configured and TLS is off.
func defaultHost(goos string) string {
	if goos == "windows" {
		return "npipe://" + defaultPipe
	}
	return "unix://" + defaultSocket
}

// defaultName is the host name that docker puts into an address without one.
func defaultName(goos string) string {
	if goos == "windows" {
		return "127.0.0.1"
	}
	return "localhost"
}

// parseHost completes the value of -H or DOCKER_HOST as docker does (docker/cli
// opts.ParseHost). Note that a missing port is 2375 even when TLS is on; only
// a missing host knows about TLS.
func parseHost(goos string, tls bool, value string) (string, error) {
	value = strings.TrimSpace(value)
	if value == "" {
		if tls {
			return "tcp://" + defaultName(goos) + ":2376", nil
		}
		return defaultHost(goos), nil
	}
	proto, addr, ok := strings.Cut(value, "://")
	if !ok {
		proto, addr = "tcp", value
	}
	switch proto {
	case "tcp":
		return parseTCP(goos, addr)
	case "unix":
		return parseSocket(proto, addr, defaultSocket)
	case "npipe":
		return parseSocket(proto, addr, defaultPipe)
	case "fd", "ssh":
		return value, nil
	}
	return "", fmt.Errorf("docker host %q: it must begin with unix://, tcp://, ssh:// or npipe://", value)
}

func parseSocket(proto, path, preset string) (string, error) {
	path = strings.TrimPrefix(path, proto+"://")
	if strings.Contains(path, "://") {
		return "", fmt.Errorf("docker host %q: two schemes in one address", proto+"://"+path)
	}
	path = cmp.Or(path, preset)
	return proto + "://" + path, nil
}

func parseTCP(goos, addr string) (string, error) {
	const port = "2375"
	if addr == "" {
		return "tcp://" + net.JoinHostPort(defaultName(goos), port), nil
	}
	addr = strings.TrimPrefix(addr, "tcp://")
	if strings.Contains(addr, "://") {
		return "", fmt.Errorf("docker host %q: two schemes in one address", "tcp://"+addr)
	}
	u, err := url.Parse("tcp://" + addr)
	if err != nil {
		return "", fmt.Errorf("docker host: %w", err)
	}
	host, p, err := net.SplitHostPort(u.Host)
	if err != nil { // no port: one more try with it
		host, p, err = net.SplitHostPort(net.JoinHostPort(u.Host, port))
	}
	if err != nil {
		return "", fmt.Errorf("docker host %q: not an address", "tcp://"+addr)
	}
	host = cmp.Or(host, defaultName(goos))
	p = cmp.Or(p, port)
	if _, err := strconv.Atoi(p); err != nil {
		return "", fmt.Errorf("docker host %q: port %q is not a number", "tcp://"+addr, p)
	}
	return "tcp://" + net.JoinHostPort(host, p) + u.Path, nil
}

// usesTLS reports whether docker looks at TLS settings for a host at all: it
// ignores them for sockets, pipes and ssh.
func usesTLS(host string) bool {
	switch proto, _, _ := strings.Cut(host, "://"); proto {
	case "unix", "npipe", "fd", "ssh":
		return false
	}
	return true
}
