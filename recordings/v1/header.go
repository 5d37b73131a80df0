package v1

import (
	"fmt"
	"time"

	"github.com/dockwire/dockwire/recordings/internal/rawjson"
)

// Header is the first line of a recording.
type Header struct {
	Version  int       // of the format
	Need     []string  // features that a replayer must know
	Tool     string    // the program that wrote it, e.g. "dockwire 0.1.0"
	Start    time.Time // wall time at which the times of events begin
	Upstream string    // the daemon's endpoint
	Daemon   Daemon
	Redact   string // name of the redaction rules, "off" when there was none
	Limits   Limits
	Comment  string
}

// Daemon is what is known of the daemon that was recorded.
type Daemon struct{ Version, API, OS, Arch string }

// Limits says what the writer kept.
type Limits struct {
	Inline int64 // bytes of a body in the line of its head
	Keep   int64 // bytes kept of a direction; -1: all
}

// Header writes the first line. It begins as every version's does.
func (l *Line) Header(h *Header) {
	*l = append((*l)[:0], `{"format":"dockwire","v":1`...)
	l.strings(`,"need":`, h.Need)
	l.opt(`,"tool":`, h.Tool)
	l.str(`,"start":`, h.Start.Format(wallTime))
	l.opt(`,"upstream":`, h.Upstream)
	if h.Daemon != (Daemon{}) {
		l.str(`,"daemon":{"version":`, h.Daemon.Version)
		l.str(`,"api":`, h.Daemon.API)
		l.str(`,"os":`, h.Daemon.OS)
		l.str(`,"arch":`, h.Daemon.Arch)
		l.raw("}")
	}
	l.opt(`,"redact":`, h.Redact)
	l.int(`,"limits":{"inline":`, h.Limits.Inline)
	l.int(`,"keep":`, h.Limits.Keep)
	l.raw("}")
	l.opt(`,"comment":`, h.Comment)
	l.End()
}

// Header reads a first line.
func (d *Decoder) Header(line []byte) (Header, error) {
	h := Header{Version: 1}
	p := &d.p
	p.err = nil
	m := rawjson.Object(line)
	for m.Next() {
		switch string(m.Key) {
		case "need":
			h.Need = p.strings(m.Value)
		case "tool":
			h.Tool = p.str(m.Value)
		case "start":
			h.Start = p.wall(m.Value)
		case "upstream":
			h.Upstream = p.str(m.Value)
		case "daemon":
			h.Daemon = p.daemon(m.Value)
		case "redact":
			h.Redact = p.str(m.Value)
		case "limits":
			h.Limits = p.limits(m.Value)
		case "comment":
			h.Comment = p.str(m.Value)
		}
		if p.err != nil {
			return h, fmt.Errorf("the recording's first line is damaged: %s: %w", m.Key, p.err)
		}
	}
	return h, nil
}

func (p *parser) wall(b []byte) time.Time {
	t, err := time.Parse(time.RFC3339Nano, p.str(b))
	if err != nil {
		p.fail("not an RFC 3339 time")
	}
	return t
}

func (p *parser) daemon(b []byte) (d Daemon) {
	m := rawjson.Object(b)
	for m.Next() {
		switch string(m.Key) {
		case "version":
			d.Version = p.str(m.Value)
		case "api":
			d.API = p.str(m.Value)
		case "os":
			d.OS = p.str(m.Value)
		case "arch":
			d.Arch = p.str(m.Value)
		}
	}
	p.check(m.Bad(), "not an object")
	return d
}

func (p *parser) limits(b []byte) (l Limits) {
	m := rawjson.Object(b)
	for m.Next() {
		switch string(m.Key) {
		case "inline":
			l.Inline = p.int(m.Value)
		case "keep":
			l.Keep = p.int(m.Value)
		}
	}
	p.check(m.Bad(), "not an object")
	return l
}
