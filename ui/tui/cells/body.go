package cells

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/create"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/decode/tarlist"
	"github.com/dockwire/dockwire/ui/model"
	"github.com/dockwire/dockwire/ui/safe"
	"github.com/dockwire/dockwire/ui/text"
)

// Message shows one direction: the head as on the wire, then the body in the
// form that suits what it is.
func Message(d *model.Detail, dir decode.Direction, clock Clock, width int, folded map[int]bool, all bool) []Line {
	p := page{width: max(width, 20)}
	s := d.Side(dir)
	p.head(d, dir)
	if s.Size == 0 && s.Omitted == nil {
		switch {
		case dir == decode.Response && d.Status == 0:
		case s.Done || d.State == exchange.Done:
			p.lines = append(p.lines, Line{}, Make(Dim, "no body"))
		}
		return p.lines
	}
	p.blank()
	if all || dir == decode.Response || !p.creation(d, folded) {
		p.body(d, dir, clock, folded)
	}
	p.rest(d, dir)
	if o := s.Omitted; o != nil {
		p.omitted(o)
	}
	if len(s.Trailer) > 0 {
		p.title("Trailer")
		p.fields(s.Trailer)
	}
	return p.lines
}

// creation shows a ContainerCreate by what is not a default, with the docker
// command line that asks for the same. It reports whether it could.
func (p *page) creation(d *model.Detail, folded map[int]bool) bool {
	if d.Call.Op == nil || d.Call.Op.ID != "ContainerCreate" || d.Request.Cut {
		return false
	}
	kept, left, ok := create.Settings(d.Request.Body)
	if !ok {
		return false
	}
	if line, without := create.Line(d.Call.Query(), d.Request.Body); line != "" {
		p.lines = append(p.lines, Wrapped(Command, "$ ", line, p.width, maxLineRows)...)
		if len(without) > 0 {
			p.prose(Dim, "without "+safe.String(strings.Join(without, ", "))+", for which docker create has no flag")
		}
		p.blank()
	}
	p.lines = append(p.lines, jsonText(kept, folded)...)
	if left > 0 {
		p.prose(Dim, strconv.Itoa(left)+" settings are left out: they ask for nothing but the default")
	}
	return true
}

// maxLineRows bounds the rows of a docker command line.
const maxLineRows = 12

// rest shows the end of a document that is too long to be shown whole.
func (p *page) rest(d *model.Detail, dir decode.Direction) {
	first, end, size := bodyEnds(d, dir)
	if size == int64(len(first)) {
		return
	}
	lines := func([]byte) []Line { return nil }
	switch s := d.Side(dir); {
	case s.Content == decode.ContentJSON:
		lines = jsonEnd
	case s.Content == decode.ContentText:
		lines = PlainText
	case s.Content == decode.ContentTar:
	default:
		return // it has its end already
	}
	if left := size - int64(len(first)+len(end)); left > 0 {
		p.lines = append(p.lines, Make(Warn, "… "+text.Size(left)+" of "+text.Size(size)+" are not shown here"))
	}
	p.lines = append(p.lines, lines(end)...)
}

func (p *page) head(d *model.Detail, dir decode.Direction) {
	s := d.Side(dir)
	var first Line
	if dir == decode.Request {
		first.Raw(Strong, d.Method).Raw(Text, " "+d.Target).Raw(Dim, " "+s.Proto)
	} else {
		for i := range d.Interim {
			h := &d.Interim[i]
			p.lines = append(p.lines, *new(Line).Raw(Dim, h.Proto+" "+strconv.Itoa(h.Status)+" "+h.Reason))
			p.fields(h.Fields)
		}
		if d.Status == 0 {
			p.lines = append(p.lines, Make(Dim, "no answer yet"))
			return
		}
		role := Good
		if d.Status >= 400 {
			role = Bad
		}
		first.Raw(Dim, s.Proto+" ").Raw(role, strconv.Itoa(d.Status)+" "+d.Reason)
	}
	p.lines = append(p.lines, first)
	p.fields(s.Fields)
}

func (p *page) fields(fields []decode.Field) {
	for _, f := range fields {
		p.lines = append(p.lines, *new(Line).Raw(Key, f.Name).Add(Dim, ": ").Raw(Text, f.Value))
	}
}

func (p *page) body(d *model.Detail, dir decode.Direction, clock Clock, folded map[int]bool) {
	s := d.Side(dir)
	switch s.Content {
	case decode.ContentJSON:
		p.lines = append(p.lines, jsonText(s.Body, folded)...)
	case decode.ContentJSONStream:
		p.progress(d, clock)
	case decode.ContentText:
		p.lines = append(p.lines, PlainText(s.Body)...)
	case decode.ContentTar:
		if s.Omitted == nil {
			l := tarlist.New(maxTar)
			l.Feed(s.Body)
			p.tar(l.Entries(), l.Cut(), l.Err())
		}
	case decode.ContentStdcopy, decode.ContentRaw, decode.ContentWSData:
		p.lines = append(p.lines, Make(Dim, "a stream of "+text.Size(s.Size)+": see Stream"))
	default:
		if json.Valid(s.Body) && len(s.Body) > 0 && (s.Body[0] == '{' || s.Body[0] == '[') && !s.Cut {
			p.lines = append(p.lines, jsonText(s.Body, folded)...)
			return
		}
		p.hex(d, dir, Text)
	}
}

const maxTar = 5000

func (p *page) omitted(o *exchange.Omitted) {
	p.prose(Warn, fmt.Sprintf("%s of %s were not kept (%s)", text.Size(o.Bytes), text.Size(max(o.Total, o.Bytes)), safe.String(o.Why)))
	if o.Digest != "" {
		p.lines = append(p.lines, *new(Line).Add(Dim, string(o.Digest.Kind())+" ").Raw(Text, o.Digest.Hex()))
	}
	if len(o.Tar) > 0 || o.TarErr != "" {
		p.tar(o.Tar, o.TarCut, o.TarErr)
	}
}

// tar lists files as ls does.
func (p *page) tar(entries []decode.TarEntry, cut int, err string) {
	p.blank()
	for _, e := range entries {
		var l Line
		kind := byte('-')
		switch e.Type {
		case '5':
			kind = 'd'
		case '2':
			kind = 'l'
		case '1':
			kind = 'h'
		case '3', '4', '6':
			kind = 'c'
		}
		l.Add(Dim, string(kind)+modeBits(e.Mode)+" ").Add(Number, Fit(text.Size(e.Size), 8, true)+"  ")
		role := Text
		if kind == 'd' {
			role = Command
		}
		l.Raw(role, e.Name)
		if e.Link != "" {
			l.Raw(Dim, " → "+e.Link)
		}
		p.lines = append(p.lines, l)
	}
	if cut > 0 {
		p.lines = append(p.lines, Make(Warn, fmt.Sprintf("… and %d more", cut)))
	}
	if err != "" {
		p.lines = append(p.lines, *new(Line).Raw(Warn, "the list is not whole: "+err))
	}
}

func modeBits(mode int64) string {
	const bits = "rwxrwxrwx"
	b := []byte(bits)
	for i := range b {
		if mode&(1<<(8-i)) == 0 {
			b[i] = '-'
		}
	}
	return string(b)
}

// Raw shows both directions as they were on the wire, in the order in which
// they came, as hex.
func Raw(d *model.Detail, width int) []Line {
	p := page{width: max(width, 20)}
	for _, dir := range [...]decode.Direction{decode.Request, decode.Response} {
		s := d.Side(dir)
		if dir == decode.Response && d.Status == 0 {
			continue
		}
		role := Outward
		if dir == decode.Response {
			role = Good
		}
		p.title(strings.ToUpper(dir.String()[:1]) + dir.String()[1:])
		head := s.Raw
		if len(head) == 0 {
			p.prose(Dim, "head rebuilt from its fields: it held a secret, or was not kept")
			head = rebuilt(d, dir)
		}
		p.lines = append(p.lines, hexDump(head, nil, int64(len(head)), p.width, role)...)
		if len(s.Body) > 0 {
			p.prose(Dim, fmt.Sprintf("body, %s without its transfer coding", text.Size(s.Size)))
			p.hex(d, dir, role)
		}
		if o := s.Omitted; o != nil {
			p.prose(Warn, text.Size(o.Bytes)+" were not kept: "+safe.String(o.Why))
		}
	}
	return p.lines
}

func (p *page) hex(d *model.Detail, dir decode.Direction, role Role) {
	first, end, size := bodyEnds(d, dir)
	p.lines = append(p.lines, hexDump(first, end, size, p.width, role)...)
}

func rebuilt(d *model.Detail, dir decode.Direction) []byte {
	s := d.Side(dir)
	var b strings.Builder
	if dir == decode.Request {
		fmt.Fprintf(&b, "%s %s %s\r\n", d.Method, d.Target, s.Proto)
	} else {
		fmt.Fprintf(&b, "%s %d %s\r\n", s.Proto, d.Status, d.Reason)
	}
	for _, f := range s.Fields {
		fmt.Fprintf(&b, "%s: %s\r\n", f.Name, f.Value)
	}
	b.WriteString("\r\n")
	return []byte(b.String())
}
