package v1

import (
	"encoding/base64"
	"strconv"
	"unicode/utf8"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings/internal/rawjson"
)

// Line is one line under construction, without its line end, in memory that
// is used again. A method that begins a line drops what was there.
type Line []byte

// At places a line.
type At struct {
	Exchange decode.ExchangeID
	Conn     decode.ConnID // 0 where earlier lines of the exchange say it
	Time     int64         // µs since the recording began
}

// The unexported methods append. Keys are given with their comma and colon.

// begin opens an event. The first three fields are always these, in this
// order, so that a scanner reads them without parsing the line.
func (l *Line) begin(event string, at At) {
	b := append((*l)[:0], `{"e":"`...)
	b = append(b, event...)
	b = append(b, `","x":`...)
	b = strconv.AppendUint(b, uint64(at.Exchange), 10)
	b = append(b, `,"t":`...)
	*l = strconv.AppendInt(b, at.Time, 10)
	if at.Conn != 0 {
		l.int(`,"c":`, int64(at.Conn))
	}
}

// End closes a line that was begun by a method that leaves it open.
func (l *Line) End()                    { *l = append(*l, '}') }
func (l *Line) raw(s string)            { *l = append(*l, s...) }
func (l *Line) int(key string, v int64) { *l = strconv.AppendInt(append(*l, key...), v, 10) }

// count writes a number unless it is 0.
func (l *Line) count(key string, v int64) {
	if v != 0 {
		l.int(key, v)
	}
}

// flag writes true, or nothing.
func (l *Line) flag(key string, v bool) {
	if v {
		l.raw(key)
		l.raw("true")
	}
}

// str writes a string. What is not UTF-8 becomes {"b64":"..."}.
func (l *Line) str(key, s string) { *l = appendString(append(*l, key...), s) }

// opt writes a string unless it is empty.
func (l *Line) opt(key, s string) {
	if s != "" {
		l.str(key, s)
	}
}

func (l *Line) b64(key string, v []byte) {
	b := append(append(*l, key...), '"')
	b = base64.StdEncoding.AppendEncode(b, v)
	*l = append(b, '"')
}

func appendString(b []byte, s string) []byte {
	if rawjson.Clean(s) {
		return append(append(append(b, '"'), s...), '"')
	}
	if utf8.ValidString(s) {
		return rawjson.AppendString(b, s)
	}
	b = append(b, `{"b64":"`...)
	b = base64.StdEncoding.AppendEncode(b, []byte(s))
	return append(b, `"}`...)
}

// strings writes an array of strings.
func (l *Line) strings(key string, list []string) {
	b := append(append(*l, key...), '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, s)
	}
	*l = append(b, ']')
}

// ids writes an array of exchanges.
func (l *Line) ids(key string, list []decode.ExchangeID) {
	b := append(append(*l, key...), '[')
	for i, id := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendUint(b, uint64(id), 10)
	}
	*l = append(b, ']')
}

// fields writes header or trailer fields as "h":[["name","value"],...].
func (l *Line) fields(fields []decode.Field) {
	b := append(*l, `,"h":[`...)
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
