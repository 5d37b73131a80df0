package text

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/create"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/ui/safe"
)

// maxHex is how many bytes of a binary body are shown as hex.
const maxHex = 4 << 10

func (p *Printer) details(x *exchange.Exchange) {
	if s := p.shown[x.ID]; s == nil || !s.heads {
		p.heads(x)
	}
	p.bodies(x)
}

// heads prints both heads.
func (p *Printer) heads(x *exchange.Exchange) {
	if !p.o.Headers && !p.o.Raw {
		return
	}
	p.head(&x.Request, "> ", outward, x.Method+" "+x.Target+" "+x.Request.Proto)
	if x.Status != 0 {
		p.head(&x.Response, "< ", good, x.Response.Proto+" "+strconv.Itoa(x.Status)+" "+x.Reason)
	}
}

func (p *Printer) head(s *exchange.Side, mark string, st style, first string) {
	if p.o.Raw && len(s.Raw) > 0 {
		for _, l := range strings.SplitAfter(strings.TrimSuffix(string(s.Raw), "\r\n"), "\n") {
			if l != "" {
				p.wrapped(mark, st, l)
			}
		}
		return
	}
	p.wrapped(mark, st, first)
	for _, f := range s.Fields {
		p.wrapped(mark, st, f.Name+": "+f.Value)
	}
}

// bodies prints both bodies; what was shown as a stream is not shown again.
func (p *Printer) bodies(x *exchange.Exchange) {
	if !p.o.Body && !p.o.Raw {
		return
	}
	p.body(x, decode.Request, "> ", outward)
	p.body(x, decode.Response, "< ", good)
}

func (p *Printer) body(x *exchange.Exchange, d decode.Direction, mark string, st style) {
	s := x.Side(d)
	if s.Size == 0 || p.o.Streams && !p.o.Raw && d == decode.Response && streams(x, d) {
		return
	}
	switch {
	case len(s.Body) == 0:
	case d == decode.Request && p.creation(x, mark, st):
	case p.o.Body && !p.o.Raw && isJSON(s):
		p.lines(mark, st, pretty(s.Body))
	case isText(s.Body):
		p.lines(mark, st, s.Body)
	case p.o.Raw:
		p.lines(mark, st, []byte(hex.Dump(s.Body[:min(len(s.Body), maxHex)])))
		if more := s.Size - maxHex; more > 0 {
			p.wrapped(mark, dim, "… "+size(more)+" more")
		}
		return
	default:
		p.wrapped(mark, dim, size(s.Size)+" of binary data")
		return
	}
	if more := s.Size - int64(len(s.Body)); more > 0 {
		p.wrapped(mark, dim, "… "+size(more)+" more were not kept")
	}
}

// creation prints a ContainerCreate by what is not a default, below the docker
// command line that asks for the same. It reports whether it could.
func (p *Printer) creation(x *exchange.Exchange, mark string, st style) bool {
	if p.o.All || p.o.Raw || x.Call.Op == nil || x.Call.Op.ID != "ContainerCreate" || x.Request.Size > int64(len(x.Request.Body)) {
		return false
	}
	kept, left, ok := create.Settings(x.Request.Body)
	if !ok {
		return false
	}
	if line, without := create.Line(x.Call.Query(), x.Request.Body); line != "" {
		p.wrapped("$ ", st, line)
		if len(without) > 0 {
			p.wrapped("", dim, "without "+strings.Join(without, ", ")+", for which docker create has no flag")
		}
	}
	p.lines(mark, st, kept)
	if left > 0 {
		p.wrapped("", dim, strconv.Itoa(left)+" settings are left out: they ask for nothing but the default (--all shows them)")
	}
	return true
}

func isJSON(s *exchange.Side) bool {
	return s.Content == decode.ContentJSON || s.Content == decode.ContentJSONStream
}

// isText: UTF-8 without the control characters that binary data has.
func isText(b []byte) bool {
	// A body that was cut may end within a character.
	for i := 1; i < utf8.UTFMax && i <= len(b); i++ {
		if utf8.RuneStart(b[len(b)-i]) {
			if !utf8.FullRune(b[len(b)-i:]) {
				b = b[:len(b)-i]
			}
			break
		}
	}
	return utf8.Valid(b) && bytes.IndexByte(b, 0) < 0
}

// pretty indents a document or the values of a stream; what is no JSON, or
// cut, stays as it is.
func pretty(b []byte) []byte {
	var out bytes.Buffer
	dec := json.NewDecoder(bytes.NewReader(b))
	for dec.More() {
		var v json.RawMessage
		if dec.Decode(&v) != nil || json.Indent(&out, v, "", "  ") != nil {
			return b
		}
		out.WriteByte('\n')
	}
	return out.Bytes()
}

// lines prints text line by line.
func (p *Printer) lines(mark string, st style, b []byte) {
	for l := range bytes.Lines(b) {
		p.wrapped(mark, st, string(bytes.TrimRight(l, "\r\n")))
	}
}

// wrapped prints s below an exchange, on as many lines as the width needs.
// Without a mark it is prose, which has the style itself and breaks between
// words.
func (p *Printer) wrapped(mark string, st style, s string) {
	indent := min(p.cols.status+2, max(p.o.Width/4, 2))
	if p.o.Width == 0 {
		indent = p.cols.status + 2
	}
	body := normal
	if mark == "" {
		body = st
	}
	for first := true; first || s != ""; first = false {
		l := &p.line
		l.buf, l.columns = l.buf[:0], 0
		l.to(indent)
		l.text(st, mark, -1)
		n := fits(s, p.room(0))
		if i := strings.LastIndexByte(s[:n], ' '); mark == "" && n < len(s) && i > n/2 {
			n = i + 1
		}
		piece := s[:n]
		if s = s[n:]; s != "" {
			piece = strings.TrimRight(piece, " ")
		}
		l.text(body, piece, -1)
		p.emit()
	}
}

// fits is how many bytes of s take at most max columns once escaped, at least
// one character; a negative max fits all.
func fits(s string, max int) int {
	if max < 0 {
		return len(s)
	}
	var scratch [32]byte
	columns, marks := 0, 0
	for i := 0; i < len(s); {
		_, n, w := safe.Rune(scratch[:0], s[i:], false, marks)
		if columns+w > max && i > 0 {
			return i
		}
		columns += w
		marks++
		if w > 0 {
			marks = 0
		}
		i += n
	}
	return len(s)
}
