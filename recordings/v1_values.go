package recordings

import (
	"strconv"
	"unicode/utf8"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings/internal/rawjson"
)

// body splits a data value that stands in a field of its own.
func (p *v1Parser) body(d *v1Value, b []byte) {
	*d = v1Value{}
	m := rawjson.Object(b)
	for m.Next() {
		if f := d.field(m.Key); f != nil {
			*f = m.Value
		}
	}
	p.check(m.Bad(), "body is no object")
}

// bytes rebuilds the bytes of a data value; false when they were not kept.
func (p *v1Parser) bytes(d *v1Value) ([]byte, bool) {
	v := p.v
	var b []byte
	switch {
	case d.json != nil:
		b = d.json
		if d.nl != nil {
			v.bytes = append(v.bytes[:0], d.json...)
			v.bytes = append(v.bytes, p.chars(d.nl)...)
			b = v.bytes
		}
	case d.text != nil:
		if d.text[0] != '"' {
			p.fail("text is no string")
			return nil, true
		}
		v.bytes = rawjson.AppendText(v.bytes[:0], d.text)
		b = v.bytes
	case d.b64 != nil:
		v.bytes = p.b64(v.bytes[:0], d.b64)
		b = v.bytes
	default:
		return nil, false
	}
	if d.n != nil && p.count(d.n) != int64(len(b)) {
		p.fail("n is " + string(d.n) + ", but the value has " + strconv.Itoa(len(b)) + " bytes: it was changed after it was recorded")
	}
	return b, true
}

func (p *v1Parser) redactions(b []byte, each func(decode.Redaction)) {
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
		p.check(m.Bad(), "red has something that is no object")
		each(r)
	}
	p.check(a.Bad(), "red is no array")
}

func (p *v1Parser) tar(list []decode.TarEntry, b []byte) []decode.TarEntry {
	if b == nil {
		return nil
	}
	a := rawjson.Array(b)
	for a.Next() {
		var e decode.TarEntry
		m := rawjson.Object(a.Value())
		for m.Next() {
			switch string(m.Key) {
			case "name":
				e.Name = p.str(m.Value)
			case "type":
				if r, _ := utf8.DecodeRune(p.chars(m.Value)); r < 256 {
					e.Type = byte(r)
				}
			case "mode":
				e.Mode = p.int(m.Value)
			case "size":
				e.Size = p.int(m.Value)
			case "link":
				e.Link = p.str(m.Value)
			}
		}
		p.check(m.Bad(), "tar has something that is no object")
		list = append(list, e)
	}
	p.check(a.Bad(), "tar is no array")
	return list
}

func (p *v1Parser) peer(b []byte) (peer decode.Peer) {
	if b == nil {
		return peer
	}
	m := rawjson.Object(b)
	for m.Next() {
		switch string(m.Key) {
		case "pid":
			peer.PID = int(p.count(m.Value))
		case "uid":
			peer.UID, peer.HasUID = int(p.count(m.Value)), true
		case "user":
			peer.User = p.name(m.Value)
		case "cmd":
			peer.Command = p.strings(m.Value)
		case "addr":
			peer.Address = p.str(m.Value)
		case "cn":
			peer.Name = p.str(m.Value)
		}
	}
	p.check(m.Bad(), "peer is no object")
	return peer
}
