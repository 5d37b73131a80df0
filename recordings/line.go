package recordings

import (
	"encoding/base64"
	"strconv"
	"unicode/utf8"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings/internal/rawjson"
)

// line is one line under construction, in memory that is used again. Keys are
// given with their comma and colon.
type line []byte

// begin opens an event. The first three fields are always these, in this
// order, so that a scanner reads them without parsing the line.
func (l *line) begin(event string, x decode.ExchangeID, t int64) {
	b := append((*l)[:0], `{"e":"`...)
	b = append(b, event...)
	b = append(b, `","x":`...)
	b = strconv.AppendUint(b, uint64(x), 10)
	b = append(b, `,"t":`...)
	*l = strconv.AppendInt(b, t, 10)
}

func (l *line) int(key string, v int64) {
	*l = strconv.AppendInt(append(*l, key...), v, 10)
}

func (l *line) raw(s string) { *l = append(*l, s...) }

// str writes a string. What is not UTF-8 becomes {"b64":"..."}.
func (l *line) str(key, s string) { *l = appendString(append(*l, key...), s) }

// opt writes a string unless it is empty.
func (l *line) opt(key, s string) {
	if s != "" {
		l.str(key, s)
	}
}

func (l *line) b64(key string, v []byte) {
	b := append(append(*l, key...), '"')
	b = base64.StdEncoding.AppendEncode(b, v)
	*l = append(b, '"')
}

func appendString(b []byte, s string) []byte {
	if utf8.ValidString(s) {
		return rawjson.AppendString(b, s)
	}
	b = append(b, `{"b64":"`...)
	b = base64.StdEncoding.AppendEncode(b, []byte(s))
	return append(b, `"}`...)
}

// fields writes header or trailer fields as [["name","value"],...].
func (l *line) fields(key string, fields []decode.Field) {
	b := append(append(*l, key...), '[')
	for i := range fields {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(append(b, '['), fields[i].Name)
		b = appendString(append(b, ','), fields[i].Value)
		b = append(b, ']')
	}
	*l = append(b, ']')
}

// strings writes an array of strings.
func (l *line) strings(key string, list []string) {
	b := append(append(*l, key...), '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, s)
	}
	*l = append(b, ']')
}

// redactions appends the elements of a "red" array, without its brackets.
func (l *line) redactions(list []decode.Redaction) {
	for i := range list {
		r := &list[i]
		if len(*l) > 0 && (*l)[len(*l)-1] == '}' {
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
}

// shape embeds a shape that is JSON, and quotes any other.
func (l *line) shape(s string) {
	l.raw(`,"shape":`)
	if s[0] == '{' && embeddable([]byte(s)) {
		l.raw(s)
		return
	}
	*l = appendString(*l, s)
}
