package replay

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dockwire/dockwire/decode"
)

// published is how an inspect tells at which port of the host a container's
// port can be reached, listed how a list of containers does.
var (
	published = regexp.MustCompile(`"(\d+)/tcp":\[\{"HostIp":"[^"]*","HostPort":"(\d+)"`)
	listed    = regexp.MustCompile(`"PrivatePort":(\d+),"PublicPort":(\d+),"Type":"tcp"`)
)

// maxInspects bounds how many answers are looked at for ports: of a container, and
// in all.
const (
	maxInspectsOfOne = 20
	maxInspects      = 10_000
)

// ports are the published ports in the recording: of the host, to
// the container's.
func (p *Player) ports() map[string]string {
	out := map[string]string{}
	looked, ofOne := 0, map[string]int{}
	for _, x := range p.rec.Exchanges {
		list := x.Call.Op != nil && x.Call.Op.ID == "ContainerList"
		if !list && (x.Call.Op == nil || x.Call.Op.ID != "ContainerInspect") || x.Size() > 1<<20 {
			continue
		}
		id := x.Call.Param("id")
		if ofOne[id]++; !list && ofOne[id] > maxInspectsOfOne {
			continue
		}
		if looked++; looked > maxInspects {
			break
		}
		var body []byte
		for _, s := range x.Steps() {
			_ = p.rec.Events(s.Line, func(e decode.Event) error { // it was read before
				if d, ok := e.(*decode.Data); ok && d.Dir == decode.Response {
					body = append(body, d.Bytes...)
				}
				return nil
			})
		}
		if list {
			for _, m := range listed.FindAllSubmatch(body, -1) {
				out[string(m[2])] = string(m[1])
			}
			continue
		}
		// Only what is published: HostConfig.PortBindings is what was asked for.
		if i := bytes.Index(body, []byte(`"NetworkSettings":`)); i >= 0 {
			for _, m := range published.FindAllSubmatch(body[i:], -1) {
				out[string(m[2])] = string(m[1])
				ofOne[id] = maxInspectsOfOne // it is known
			}
		}
	}
	return out
}

// openPorts answers at the ports that were published, as told.
func (p *Player) openPorts() {
	hosts := p.ports()
	for _, host := range slices.Sorted(maps.Keys(hosts)) {
		p.openPort(host, hosts[host])
	}
}

// asksForPorts is openPort for what a client wants published at a port of its choice:
// it need not look where that is. p.mu is held.
func (p *Player) asksForPorts(create []byte) {
	var body struct {
		HostConfig struct {
			PortBindings map[string][]struct{ HostPort string }
		}
	}
	if !bytes.Contains(create, []byte(`"HostPort":"`)) || json.Unmarshal(create, &body) != nil {
		return
	}
	for port, bindings := range body.HostConfig.PortBindings {
		container, isTCP := strings.CutSuffix(port, "/tcp")
		for _, b := range bindings {
			if n, err := strconv.ParseUint(b.HostPort, 10, 16); isTCP && err == nil && n > 0 {
				p.openPort(b.HostPort, container)
			}
		}
	}
}

// openPort has a port of the host answer in place of a container's, or says that nothing
// does; p.mu is held, or nothing else runs.
func (p *Player) openPort(host, container string) {
	if p.opened[host] == container {
		return
	}
	stub, ok := p.cfg.Ports[container]
	if !ok && !slices.Contains(slices.Collect(maps.Values(p.opened)), container) { // say it once
		p.warn(nil, "port %s of a container was published at %s: nothing answers there; --port %s=accept or --port %s=http:200 does", container, host, container, container)
	}
	if p.opened == nil {
		p.opened = map[string]string{}
	}
	p.opened[host] = container
	if !ok {
		return
	}
	if err := p.stub(host, stub); err != nil {
		p.warn(nil, "--port %s=%s: %v", container, stub, err)
	}
}

// unpublished are the ports that were to be answered and that no container had. Of a
// folder's tests, not each needs all.
func (p *Player) unpublished() []Warning {
	out := []Warning{}
	if p.control != nil {
		return out
	}
	for _, port := range slices.Sorted(maps.Keys(p.cfg.Ports)) {
		if !slices.Contains(slices.Collect(maps.Values(p.opened)), port) {
			out = append(out, Warning{Text: fmt.Sprintf("--port %s=%s: no container published port %s", port, p.cfg.Ports[port], port)})
		}
	}
	return out
}

// ParsePort reads what answers at a container's port: "80=http:200" answers
// every HTTP request with that status, "5432=accept" takes connections and says
// nothing.
func ParsePort(text string) (port, stub string, err error) {
	port, stub, ok := strings.Cut(text, "=")
	if _, e := strconv.ParseUint(port, 10, 16); !ok || e != nil {
		return "", "", fmt.Errorf("%q: say a container's port and what answers there: 80=http:200 or 5432=accept", text)
	}
	status, isHTTP := strings.CutPrefix(stub, "http:")
	n, e := strconv.Atoi(status)
	if stub != "accept" && !(isHTTP && e == nil && n >= 100 && n < 600) {
		return "", "", fmt.Errorf("%q: what answers is accept, or http: with a status: 80=http:200", text)
	}
	return port, stub, nil
}

// stub answers at a port of this host until the player is closed.
func (p *Player) stub(host, stub string) error {
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", host))
	if err != nil {
		return err
	}
	p.listeners[l] = struct{}{}
	p.work.Add(1)
	go func() {
		defer p.work.Done()
		for {
			c, err := l.Accept()
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if err != nil {
				continue
			}
			p.mu.Lock()
			if p.over {
				p.mu.Unlock()
				c.Close()
				return
			}
			p.conns[c] = struct{}{}
			p.work.Add(1)
			p.mu.Unlock()
			go func() {
				defer p.work.Done()
				defer p.dropConn(c)
				answerStub(c, stub)
			}()
		}
	}()
	return nil
}

// answerStub plays a stub to a client until that leaves.
func answerStub(c net.Conn, stub string) {
	status, isHTTP := strings.CutPrefix(stub, "http:")
	if !isHTTP {
		_, _ = io.Copy(io.Discard, c) // its end is the client's leaving
		return
	}
	buf := make([]byte, 4<<10)
	for n := 0; n < len(buf); {
		k, err := c.Read(buf[n:])
		n += k
		if bytes.Contains(buf[:n], []byte("\r\n\r\n")) {
			fmt.Fprintf(c, "HTTP/1.1 %s Stub\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", status)
			return
		}
		if err != nil {
			return
		}
	}
}
