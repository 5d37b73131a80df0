package v1

import (
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings/internal/rawjson"
)

// redactions writes what was redacted, if anything was.
func (l *Line) redactions(list []decode.Redaction) {
	for i := range list {
		r := &list[i]
		if i == 0 {
			l.raw(`,"red":[`)
		} else {
			l.raw(",")
		}
		l.str(`{"at":`, r.At)
		l.str(`,"as":`, r.As)
		l.opt(`,"rule":`, r.Rule)
		if r.Shape != "" {
			l.shape(r.Shape)
		}
		l.raw("}")
	}
	if len(list) > 0 {
		l.raw("]")
	}
}

// shape embeds a shape that is JSON, and quotes any other.
func (l *Line) shape(s string) {
	l.raw(`,"shape":`)
	if s[0] == '{' && embeddable([]byte(s)) {
		l.raw(s)
		return
	}
	*l = appendString(*l, s)
}

// redactions sorts the line's into those of the head and those of the bytes.
func (d *Decoder) redactions() {
	d.headRed, d.bodyRed = d.headRed[:0], d.bodyRed[:0]
	if d.f.red == nil {
		return
	}
	d.p.redactions(d.f.red, func(r decode.Redaction) {
		if d.f.body != nil && (strings.HasPrefix(r.At, "body") || strings.HasPrefix(r.At, "stream")) {
			d.bodyRed = append(d.bodyRed, r)
		} else {
			d.headRed = append(d.headRed, r)
		}
	})
}

func (p *parser) redactions(b []byte, each func(decode.Redaction)) {
	a := rawjson.Array(b)
	for a.Next() {
		var r decode.Redaction
		m := rawjson.Object(a.Value())
		for m.Next() {
			switch string(m.Key) {
			case "at":
				r.At = p.str(m.Value)
			case "as":
				r.As = p.str(m.Value)
			case "rule":
				r.Rule = p.name(m.Value)
			case "shape":
				if r.Shape = string(m.Value); m.Value[0] == '"' {
					r.Shape = p.str(m.Value)
				}
			}
		}
		p.check(m.Bad(), "red has something that is not an object")
		each(r)
	}
	p.check(a.Bad(), "red is not an array")
}
