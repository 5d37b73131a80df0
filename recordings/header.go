package recordings

import (
	"bytes"
	"fmt"
	"strconv"
	"time"

	"github.com/dockwire/dockwire/recordings/internal/rawjson"
)

// magic is how every recording of every version begins.
const magic = `{"format":"dockwire"`

// wallTime is RFC 3339 in microseconds.
const wallTime = "2006-01-02T15:04:05.000000Z07:00"

// header writes the first line.
func (w *Writer) header() {
	h := &w.opt.Header
	l := &w.line
	l.raw(magic)
	l.int(`,"v":`, Version)
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
	l.int(`,"limits":{"inline":`, maxInline)
	l.int(`,"keep":`, w.keep)
	l.raw("}")
	l.opt(`,"comment":`, h.Comment)
	l.raw("}")
	w.put()
}

// version finds the version in a first line, before anything else is read
// from it: whatever a later version changes, this stays.
func version(line []byte) (int, error) {
	if !bytes.HasPrefix(line, []byte(magic)) {
		return 0, fmt.Errorf("not a dockwire recording: its first line does not begin with %s", magic)
	}
	m := rawjson.Object(line)
	found := 0
	for m.Next() {
		if string(m.Key) == "v" {
			v, err := strconv.Atoi(string(m.Value))
			if err != nil || v < 1 {
				return 0, fmt.Errorf("the recording's format version is %.20s, which is no version", m.Value)
			}
			found = v
		}
	}
	if m.Bad() {
		return 0, fmt.Errorf("the recording's first line is damaged: it is not valid JSON")
	}
	if found == 0 {
		return 0, fmt.Errorf("the recording's first line has no format version")
	}
	if found > Version {
		return 0, fmt.Errorf("the recording has format version %d, and this program reads versions up to %d: use a newer one", found, Version)
	}
	return found, nil
}

// parseHeader reads a first line of version 1.
func (v *v1) parseHeader(line []byte) (Header, error) {
	h := Header{Version: 1}
	p := v1Parser{v: v}
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

func (p *v1Parser) wall(b []byte) time.Time {
	t, err := time.Parse(time.RFC3339Nano, p.str(b))
	if err != nil {
		p.fail("no RFC 3339 time")
	}
	return t
}

func (p *v1Parser) daemon(b []byte) (d Daemon) {
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
	p.check(m.Bad(), "no object")
	return d
}

func (p *v1Parser) limits(b []byte) (l Limits) {
	m := rawjson.Object(b)
	for m.Next() {
		switch string(m.Key) {
		case "inline":
			l.Inline = p.int(m.Value)
		case "keep":
			l.Keep = p.int(m.Value)
		}
	}
	p.check(m.Bad(), "no object")
	return l
}
