package doctor

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
)

// way is how the daemon's API is reached.
type way struct {
	dial func(context.Context) (net.Conn, error)
	tls  *tls.Config // nil: none
	base string      // before every path
	name string      // for the Host header
}

func unixWay(path string) way {
	return way{name: "docker", dial: func(ctx context.Context) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", path)
	}}
}

func tcpWay(address, base string, t *tls.Config) way {
	return way{name: address, base: base, tls: t, dial: func(ctx context.Context) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", address)
	}}
}

// maxAnswer is far more than any daemon says about itself, in bytes.
const maxAnswer = 1 << 20

// get makes one call on a connection of its own.
func (w way) get(ctx context.Context, path string) (*http.Response, []byte, error) {
	scheme := "http"
	if w.tls != nil {
		scheme = "https"
	}
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) { return w.dial(ctx) }
	transport := &http.Transport{DialContext: dial, TLSClientConfig: w.tls, DisableKeepAlives: true}
	defer transport.CloseIdleConnections()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+"://"+w.name+w.base+path, nil)
	if err != nil {
		return nil, nil, err
	}
	res, err := transport.RoundTrip(req)
	if err != nil {
		return nil, nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	return res, body, err
}

// answers finds out whether a Docker daemon is there, and which.
func (e *examination) answers(w way) {
	res, body, err := w.get(e.ctx, "/_ping")
	switch {
	case err != nil:
		e.report.add("ping", Failed, e.advisePing(err), "GET /_ping: %v", err)
		return
	case res.StatusCode == http.StatusBadRequest && strings.Contains(string(body), "HTTPS"):
		e.report.add("ping", Failed, []string{"docker --tlsverify ps, or DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH", "dockwire certs check " + e.found.Host}, "this port speaks TLS, and none is configured for it")
		return
	case res.StatusCode != http.StatusOK:
		e.report.add("ping", Failed, []string{"something in front of the daemon refuses us, or this is no Docker daemon"}, "GET /_ping: %s %s", res.Status, firstLine(body))
		return
	}
	api := res.Header.Get("Api-Version")
	if api == "" {
		e.report.add("ping", Warning, nil, "GET /_ping: %s, without an Api-Version: is this a Docker daemon?", res.Status)
	} else {
		e.report.add("ping", OK, nil, "GET /_ping: %s, API version %s%s", res.Status, api, pingDetails(res.Header))
	}
	e.version(w)
}

func pingDetails(h http.Header) string {
	var all []string
	add := func(format, value string) {
		if value != "" {
			all = append(all, fmt.Sprintf(format, value))
		}
	}
	add("%s containers", h.Get("Ostype"))
	add("builds with builder version %s", h.Get("Builder-Version"))
	add("swarm %s", h.Get("Swarm"))
	if h.Get("Docker-Experimental") == "true" {
		all = append(all, "experimental features on")
	}
	if len(all) == 0 {
		return ""
	}
	return "; " + strings.Join(all, ", ")
}

// engine is the part of GET /version that is shown (moby api/types/system).
type engine struct {
	Platform      struct{ Name string }
	Version       string
	APIVersion    string `json:"ApiVersion"`
	MinAPIVersion string
	OS            string `json:"Os"`
	Arch          string
	KernelVersion string
	Components    []struct{ Name, Version string }
}

func (e *examination) version(w way) {
	res, body, err := w.get(e.ctx, "/version")
	if err != nil {
		e.report.add("version", Warning, nil, "GET /version: %v", err)
		return
	}
	var v engine
	if res.StatusCode != http.StatusOK || json.Unmarshal(body, &v) != nil || v.Version == "" {
		e.report.add("version", Warning, nil, "GET /version: %s %s", res.Status, firstLine(body))
		return
	}
	name := v.Platform.Name
	for _, c := range v.Components {
		if name == "" || strings.Contains(c.Name, "Podman") {
			name = c.Name
		}
	}
	if name == "" || name == "Engine" {
		name = "Docker Engine"
	}
	detail := fmt.Sprintf("%s %s on %s/%s", name, v.Version, v.OS, v.Arch)
	if v.KernelVersion != "" {
		detail += ", kernel " + v.KernelVersion
	}
	if v.APIVersion != "" {
		detail += "; API " + v.APIVersion
	}
	if v.MinAPIVersion != "" {
		detail += ", clients from " + v.MinAPIVersion
	}
	e.report.add("version", OK, nil, "%s", detail)
}

// firstLine is the part of an unexpected answer that fits into a report.
func firstLine(body []byte) string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(body)), "\n")
	if len(line) > 120 {
		line = line[:120] + "…"
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(line, "?"))
}

func hostName(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	return host
}
