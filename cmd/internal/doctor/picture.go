package doctor

import (
	"cmp"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/dockwire/dockwire/intercept"
	"github.com/dockwire/dockwire/intercept/certs"
)

// Picture is who talks to the daemon through what, and who else can.
type Picture struct {
	Client string   // the program, and the person
	Door   string   // the socket's file, or the address
	About  []string // the door: its mode and group, or what its certificates say
	Daemon string
	Local  bool    // the daemon is on this machine
	Reach  []Reach // who can use it, except for the person
	Means  string  // what that comes to
}

// Reach is one way to the daemon that is open to others.
type Reach struct {
	Who  string
	By   string
	Open bool // to people that nobody let in
}

// Port is a TCP port that a daemon listens on.
type Port struct {
	Address string // as 0.0.0.0:2375
	Sure    bool   // it is known that the daemon listens there; else it is one of Docker's usual ports
}

// Draw examines the daemon, and finds out who can reach it. Beside what Examine
// asks it lists the daemon's containers, to see which have the socket.
func Draw(ctx context.Context, in Input) (Picture, Report) {
	e := &examination{Input: in, ctx: ctx}
	e.daemon()
	p := Picture{Client: e.clientName(), Door: e.found.Host, Daemon: "no daemon that answers"}
	if detail := e.detail("version", OK); detail != "" {
		p.Daemon, _, _ = strings.Cut(detail, ";")
	}
	ep, err := intercept.ParseEndpoint(e.found.Host)
	if err != nil {
		p.Means = "There is nothing to draw: " + err.Error()
		return p, e.report
	}
	switch ep.Scheme {
	case "unix":
		e.drawUnix(&p, ep.Address)
	case "tcp":
		e.drawTCP(&p, ep)
	default:
		p.About = append(p.About, "who may use it is not looked at behind "+ep.Scheme+"://")
	}
	p.Means = meaning(&p)
	return p, e.report
}

func (e *examination) detail(topic string, state State) string {
	i := slices.IndexFunc(e.report.Findings, func(f Finding) bool { return f.Topic == topic && f.State == state })
	if i < 0 {
		return ""
	}
	return e.report.Findings[i].Detail
}

func (e *examination) clientName() string {
	if _, err := e.LookPath("docker"); err != nil {
		return "a client, run by " + e.Person.Name
	}
	return "docker, run by " + e.Person.Name
}

// drawUnix is about a socket's file.
func (e *examination) drawUnix(p *Picture, path string) {
	p.Local = true
	p.Door = path
	info, err := os.Stat(path)
	if err != nil {
		p.About = append(p.About, "Unix socket; the file is not there")
		return
	}
	o, known := ownership(info)
	if !known {
		p.About = append(p.About, "Unix socket")
		return
	}
	p.About = append(p.About, fmt.Sprintf("Unix socket, mode %04o, owner %s, group %s", o.Mode.Perm(), o.Owner, o.Group))
	p.Reach = append(p.Reach, Reach{Who: "root", By: "may do everything on this machine anyway"})
	if o.UID != 0 && o.Mode&0o200 != 0 {
		p.Reach = append(p.Reach, Reach{Who: o.Owner, By: "owns the socket's file"})
	}
	if o.Mode&0o020 != 0 && o.GID != 0 {
		who := "users of group " + o.Group
		if e.Members != nil {
			names := e.Members(o.GID)
			if len(names) == 0 {
				names = []string{"nobody now"}
			}
			who += " (" + strings.Join(names, ", ") + ")"
		}
		p.Reach = append(p.Reach, Reach{Who: who, By: "the group may open the socket's file"})
	}
	if o.Mode&0o002 != 0 {
		p.Reach = append(p.Reach, Reach{Who: "every user and service of this machine", By: "the file's mode lets everybody in", Open: true})
	}
	e.containers(p, unixWay(path), path)
	if e.Ports != nil {
		for _, port := range e.Ports(path) {
			e.port(p, port)
		}
	}
}

// drawTCP is about a port.
func (e *examination) drawTCP(p *Picture, ep intercept.Endpoint) {
	p.Local = ep.Loopback()
	p.Door = ep.String()
	w := tcpWay(ep.Address, ep.Base, nil)
	if t := e.found.TLS; t != nil {
		p.About = append(p.About, "TCP port with TLS")
		for _, topic := range []string{"files", "server certificate", "client certificate"} {
			for _, state := range []State{OK, Warning, Failed} {
				if d := e.detail(topic, state); d != "" {
					p.About = append(p.About, topic+": "+d)
				}
			}
		}
		files := certs.Files{CA: t.CA, Cert: t.Cert, Key: t.Key, SkipVerify: t.SkipVerify}
		reloader, err := certs.NewReloader(files, certs.Client, certs.Options{})
		if err != nil {
			return
		}
		defer reloader.Close()
		w = tcpWay(ep.Address, ep.Base, reloader.ClientConfig(hostName(ep.Address)))
	} else {
		p.About = append(p.About, "TCP port without TLS")
	}
	e.port(p, Port{Address: ep.Address, Sure: true})
	e.containers(p, w, "")
}

// port finds out what a TCP port asks of its clients.
func (e *examination) port(p *Picture, port Port) {
	beyond := "whoever reaches "
	if ep := (intercept.Endpoint{Scheme: "tcp", Address: port.Address}); ep.Loopback() {
		beyond = "every user and service of this machine, by "
	}
	address := dialable(port.Address)
	plain, body, err := tcpWay(address, "", nil).get(e.ctx, "/_ping")
	switch {
	case err == nil && plain.StatusCode == http.StatusOK:
		p.Reach = append(p.Reach, Reach{Who: beyond + port.Address, By: "a port without TLS asks nobody who they are", Open: true})
		return
	case err != nil && !port.Sure, err == nil && !strings.Contains(string(body), "HTTPS") && !port.Sure:
		return // one of Docker's ports, and something else listens
	}
	open, _, err := tcpWay(address, "", &tls.Config{InsecureSkipVerify: true}).get(e.ctx, "/_ping") //nolint:gosec // only to see whether anybody is let in
	if err == nil && open.StatusCode == http.StatusOK {
		p.Reach = append(p.Reach, Reach{Who: beyond + port.Address, By: "the port speaks TLS and asks for no client certificate (dockerd without tlsverify)", Open: true})
		return
	}
	p.Reach = append(p.Reach, Reach{Who: "whoever has a client certificate of the daemon's CA, by " + port.Address, By: "a port with TLS, which asks for a certificate"})
}

// dialable is an address to connect to for one to listen on.
func dialable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsUnspecified() {
		if ip.To4() == nil {
			return net.JoinHostPort("::1", port)
		}
		return net.JoinHostPort("127.0.0.1", port)
	}
	return address
}

// container is the part of GET /containers/json that is looked at.
type container struct {
	ID     string `json:"Id"`
	Names  []string
	State  string
	Mounts []struct{ Source, Destination string }
}

// containers finds those that have the socket's file, or a folder above it.
func (e *examination) containers(p *Picture, w way, socket string) {
	if !e.report.OK() {
		return
	}
	res, body, err := w.get(e.ctx, "/containers/json?all=1")
	var all []container
	if err != nil || res.StatusCode != http.StatusOK || json.Unmarshal(body, &all) != nil {
		p.About = append(p.About, "the containers could not be listed: some may have the socket")
		return
	}
	for _, c := range all {
		for _, m := range c.Mounts {
			if !holdsSocket(m.Source, socket) {
				continue
			}
			name := cmp.Or(strings.TrimPrefix(strings.Join(c.Names, ", "), "/"), c.ID[:min(len(c.ID), 12)])
			by := "has " + m.Source + " mounted at " + m.Destination
			if c.State != "running" {
				by += " (" + c.State + ")"
			}
			p.Reach = append(p.Reach, Reach{Who: "container " + name, By: by})
			break
		}
	}
}

// usualSockets are where daemons put their sockets; /var/run is /run mostly.
var usualSockets = []string{"/var/run/docker.sock", "/run/docker.sock"}

func holdsSocket(source, socket string) bool {
	return slices.ContainsFunc(append([]string{socket}, usualSockets...), func(path string) bool {
		return path != "" && (source == path || source == "/" || strings.HasPrefix(path, strings.TrimSuffix(source, "/")+"/"))
	})
}

// meaning says what it comes to.
func meaning(p *Picture) string {
	where := "the daemon's host"
	if p.Local {
		where = "this machine"
	}
	text := "Whoever can reach the daemon is root on " + where + ": it starts containers with any folder of the host in them, and asks nobody."
	for _, r := range p.Reach {
		if r.Open {
			return text + " Some of the ways above are open to people who were not given access. Close them: narrow the file's mode, and guard ports with TLS (dockwire certs make --help)."
		}
	}
	return text
}
