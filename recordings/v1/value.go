package v1

import (
	"bytes"
	"unicode/utf8"

	"github.com/dockwire/dockwire/recordings/internal/rawjson"
)

// maxNesting is how deep JSON may nest to be embedded; jq 1.5 and older give
// up at 256.
const maxNesting = 200

// value writes bytes as they are kept: `"n":N` and one of json with nl, text,
// b64. It never loses a byte.
func (l *Line) value(b []byte, isJSON bool) {
	l.int(`"n":`, int64(len(b)))
	if isJSON {
		if doc, nl := cutNewline(b); embeddable(doc) {
			l.raw(`,"json":`)
			*l = append(*l, doc...)
			l.raw(nl)
			return
		}
	}
	if isText(b) {
		l.raw(`,"text":`)
		*l = rawjson.AppendString(*l, b)
		return
	}
	l.b64(`,"b64":`, b)
}

// isText reports whether b is worth reading as a string. Bytes with a NUL are
// binary, which escaped would take up to six times its size.
func isText(b []byte) bool { return bytes.IndexByte(b, 0) < 0 && utf8.Valid(b) }

// cutNewline splits one line end off a document, given as the field that
// says so: dockerd ends documents with "\n", progress messages with "\r\n".
func cutNewline(b []byte) (doc []byte, nl string) {
	if doc, ok := bytes.CutSuffix(b, []byte("\r\n")); ok {
		return doc, `,"nl":"\r\n"`
	}
	if doc, ok := bytes.CutSuffix(b, []byte("\n")); ok {
		return doc, `,"nl":"\n"`
	}
	return b, ""
}

// embeddable reports whether b may be in a line as it is: one JSON value
// without line breaks.
func embeddable(b []byte) bool {
	return bytes.IndexByte(b, '\n') < 0 && bytes.IndexByte(b, '\r') < 0 && rawjson.Valid(b, maxNesting)
}

// bytes rebuilds the bytes of a data value; false when they were not kept.
func (p *parser) bytes(v *value) (b []byte, kept bool) {
	switch {
	case v.json != nil:
		b = v.json
		if v.nl != nil {
			p.data = append(p.data[:0], v.json...)
			if string(v.nl) == `"\n"` { // most have this one
				p.data = append(p.data, '\n')
			} else {
				p.data = append(p.data, p.chars(v.nl)...)
			}
			b = p.data
		}
	case v.text != nil:
		if v.text[0] != '"' {
			p.fail("text is not a string")
			return nil, true
		}
		b = p.unquote(&p.data, v.text)
	case v.b64 != nil:
		p.data = p.b64(p.data[:0], v.b64)
		b = p.data
	default:
		return nil, false
	}
	if v.n != nil {
		p.count(v.n) // it is a number; when it is another one, the value was changed by hand, and counts
	}
	return b, true
}
