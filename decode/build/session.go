package build

import (
	"cmp"
	"strings"

	"github.com/dockwire/dockwire/decode"
)

// sessionCall begins a call of the daemon to the client.
func (f *Fold) sessionCall(c *call, e *decode.RequestHead) {
	b := c.build
	if b == nil {
		return
	}
	switch {
	case c.service == fileSync || c.service == fileSend:
		t := &Transfer{Name: transferName(e), ToClient: c.service == fileSend}
		if t.ToClient {
			t.Name = "result"
		}
		c.transfer = t
		if len(b.Transfers) < maxTransfers {
			b.Transfers = append(b.Transfers, t)
		}
	case c.service == secrets && c.rpc == "GetSecret":
		c.asks(b, "secret")
	case c.service == ssh && c.rpc == "CheckAgent":
		c.asks(b, "ssh")
	case c.service == auth && (c.rpc == "Credentials" || c.rpc == "FetchToken"):
		c.asks(b, "registry")
	}
}

func (c *call) asks(b *Build, kind string) {
	c.ask = &Ask{Kind: kind, State: "asked"}
	if len(b.Asks) < maxAsks {
		b.Asks = append(b.Asks, c.ask)
	}
}

func (a *Ask) message(e *decode.Message) {
	if e.Dir == decode.Request {
		var m struct{ ID, Host string }
		read(e.JSON, &m)
		a.Name = cmp.Or(m.ID, m.Host)
		return
	}
	var m struct{ Username, Secret, Token *string }
	read(e.JSON, &m)
	a.State = "given"
	if a.Kind == "registry" && e.JSON != nil && m.Username == nil && m.Secret == nil && m.Token == nil {
		a.State, a.Detail = "missing", "not logged in"
	}
}

func (a *Ask) finish(c *call) {
	if c.status != "" && c.status != "0" {
		a.State, a.Detail = "missing", c.why
	}
}

// transferName says what the daemon reads, by the headers of its call (buildkit
// session/filesync).
func transferName(e *decode.RequestHead) string {
	dir := decode.FieldValue(e.Fields, "dir-name")
	patterns := decode.FieldValue(e.Fields, "followpaths") + decode.FieldValue(e.Fields, "include-patterns")
	switch {
	case strings.HasPrefix(patterns, ".dockerignore"):
		return ".dockerignore"
	case dir == "dockerfile":
		return "Dockerfile"
	}
	return cmp.Or(strings.TrimPrefix(dir, "context:"), "context")
}

// health counts a session's health checks by what came of them.
type health struct{ answered, failed int }

// checked takes the end of a health check. One that ends with the session says
// nothing of the client.
func (f *Fold) checked(c *call, by decode.Party) {
	switch h := &c.session.health; {
	case c.answered:
		h.answered++
	case c.status != "" || by == decode.Server:
		h.failed++
		f.warn(f.bySession(c.session.id))
	}
}

// lacksHealth reports whether the client lists the services it offers, and health
// checks are not among them.
func lacksHealth(fields []decode.Field) bool {
	says := false
	for _, f := range fields {
		if strings.EqualFold(f.Name, "X-Docker-Expose-Session-Grpc-Method") {
			says = true
			if strings.HasPrefix(f.Value, "/"+healths+"/") {
				return false
			}
		}
	}
	return says
}

// warn says why the daemon will drop the session of a build: it gives up a client
// without health checks after about ten seconds (buildkit session/grpc.go,
// monitorHealth).
func (f *Fold) warn(b *Build) {
	if b == nil || b.Probe {
		return
	}
	for _, s := range f.sessions {
		if s.id != b.Session {
			continue
		}
		switch {
		case s.healthless:
			b.Health = "the client offers no health check (grpc.health.v1.Health): the daemon drops its session after some seconds"
		case s.health.failed > 0 && s.health.answered == 0:
			b.Health = "the client answered no health check (grpc.health.v1.Health): the daemon drops its session after some seconds"
		}
	}
}
