package jsonl

import (
	"slices"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
)

// appendSide appends what went in one direction.
func (p *Printer) appendSide(b []byte, x *exchange.Exchange, d decode.Direction) []byte {
	s := x.Side(d)
	o := object{b: append(b, '{')}
	o.int("size", s.Size)
	if d == decode.Request || x.Status != 0 {
		o.text("content", s.Content.String())
	}
	if p.o.Headers && len(s.Fields) > 0 {
		o.name("headers")
		o.b = appendHeaders(o.b, s.Fields)
	}
	body := s.Body
	if p.o.Bodies {
		// What streamed is listed by the frame instead.
		if t := p.streams[x.ID]; t != nil {
			body = body[:min(len(body), t.body(d))]
		}
		if len(body) > 0 {
			asJSON := ""
			if s.Content == decode.ContentJSON || d == decode.Request && x.Hijack {
				asJSON = "body"
			}
			o.b = appendData(append(o.b, ','), asJSON, body)
		}
		if s.Cut && len(body) == len(s.Body) {
			o.name("cut")
			o.b = append(o.b, "true"...)
		}
	}
	if m := s.Omitted; m != nil {
		o.name("omitted")
		inner := object{b: append(o.b, '{')}
		inner.int("bytes", m.Bytes)
		inner.text(string(m.Digest.Kind()), m.Digest.Hex())
		inner.text("why", m.Why)
		o.b = append(inner.b, '}')
	}
	return append(o.b, '}')
}

// appendHeaders appends names in lower case, each once, with their values.
func appendHeaders(b []byte, fields []decode.Field) []byte {
	o := object{b: append(b, '{')}
	for i, f := range fields {
		if seen(fields[:i], f.Name) {
			continue
		}
		o.name(strings.ToLower(f.Name))
		o.b = append(o.b, '[')
		for j, g := range fields[i:] {
			if strings.EqualFold(g.Name, f.Name) {
				if j > 0 {
					o.b = append(o.b, ',')
				}
				o.b = appendString(o.b, g.Value)
			}
		}
		o.b = append(o.b, ']')
	}
	return append(o.b, '}')
}

func seen(fields []decode.Field, name string) bool {
	return slices.ContainsFunc(fields, func(f decode.Field) bool { return strings.EqualFold(f.Name, name) })
}
