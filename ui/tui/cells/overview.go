package cells

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/ui/model"
	"github.com/dockwire/dockwire/ui/safe"
	"github.com/dockwire/dockwire/ui/text"
)

// Overview says in words what an exchange is about: what happened, when, what
// the operation is for and what its parameters mean. wrong says what went wrong with
// it, "" where the call itself tells. now is the time, for what is still open.
func Overview(d *model.Detail, wrong string, k model.Mark, clock Clock, now time.Duration, width int) []Line {
	p := page{width: max(width, 20)}
	p.outcome(d, wrong)
	if k.Comment != "" {
		p.lines = append(p.lines, *new(Line).Add(Mark, "✎ ").Raw(Text, k.Comment))
	}
	p.blank()
	p.timing(d, clock, now)
	p.explanation(d.Call.Op)
	p.blank()
	p.client(d.Exchange)
	p.remarks(d, clock)
	p.parameters(d.Exchange)
	p.meanings(d.Exchange)
	return p.lines
}

// page is a page of lines under construction.
type page struct {
	lines []Line
	width int
}

func (p *page) blank() {
	if n := len(p.lines); n > 0 && len(p.lines[n-1].Spans) > 0 {
		p.lines = append(p.lines, Line{})
	}
}

func (p *page) title(s string) { p.blank(); p.lines = append(p.lines, Make(Title, s)) }

// prose adds wrapped text of ours or escaped text; code in backquotes stands
// out.
func (p *page) prose(r Role, s string) {
	for _, l := range strings.Split(strings.TrimRight(text.Wrap(s, p.width), "\n"), "\n") {
		var line Line
		for i, part := range strings.Split(l, "`") {
			if i%2 == 1 {
				line.Add(Key, part)
			} else {
				line.Add(r, part)
			}
		}
		p.lines = append(p.lines, line)
	}
}

// labelled adds "label  text", the text wrapped beside its label.
func (p *page) labelled(label string, column int, r Role, s string) {
	wrapped := strings.Split(strings.TrimRight(text.Wrap(s, max(p.width-column, 10)), "\n"), "\n")
	for i, l := range wrapped {
		var line Line
		if i == 0 {
			line.Add(Dim, label)
			if safe.Width(label) >= column {
				line.Add(Dim, " ")
			}
		}
		line.To(column).Add(r, l)
		p.lines = append(p.lines, line)
	}
}

func (p *page) outcome(d *model.Detail, wrong string) {
	var l Line
	l.Raw(Strong, d.Name())
	l.Add(Text, "  ").Raw(Dim, d.Method+" ").Raw(Text, d.Call.Path)
	p.lines = append(p.lines, l)
	summary := d.Summary()
	wrong = cmp.Or(wrong, d.Error())
	if about, said, _ := strings.Cut(summary, " → "); wrong != "" && strings.Contains(wrong, strings.TrimSuffix(said, "…")) {
		summary = about // the rest follows
	}
	if summary != "" && summary != wrong {
		p.prose(Text, safe.String(summary))
	}
	if wrong != "" {
		p.lines = append(p.lines, Wrapped(Bad, "✗ ", wrong, p.width, maxLineRows)...)
	}
	var s Line
	switch {
	case d.Status == 0 && d.State == exchange.Done:
		s.Add(Alarm, "no answer")
	case d.Status == 0:
		s.Add(Notice, "waiting for the answer")
	default:
		role := Good
		if d.Failed() {
			role = Bad
		}
		s.Add(role, strconv.Itoa(d.Status)).Raw(role, " "+d.Reason)
	}
	s.Add(Dim, "  "+ended(d.Exchange))
	if d.Request.Size > 0 {
		s.Add(Outward, "  ↑"+text.Size(d.Request.Size))
	}
	if d.Response.Size > 0 {
		s.Add(Dim, "  ↓"+text.Size(d.Response.Size))
	}
	p.lines = append(p.lines, s)
}

// ended says in words how the exchange ended, or how far it is.
func ended(x *exchange.Exchange) string {
	switch {
	case x.State != exchange.Done && x.Hijack:
		return "the connection is a byte stream now, still open"
	case x.State != exchange.Done:
		return "still open"
	case x.Ended.How == "eof":
		return "complete"
	case x.Ended.How == "cancel" && x.Ended.By == "recorder":
		return "the observation ended before it did"
	case x.Ended.How == "cancel" && x.Ended.By == "client":
		return "the client left"
	}
	s := string(x.Ended.How) + " by " + string(x.Ended.By)
	if x.Ended.Err != "" {
		s += ": " + safe.String(x.Ended.Err)
	}
	return s
}

// phase is a part of the time that an exchange took.
type phase struct {
	name string
	role Role
	took time.Duration
}

// phases cuts an exchange's time into parts, by what was waited for.
func phases(x *exchange.Exchange, now time.Duration) []phase {
	end := max(x.Last, now)
	if x.State == exchange.Done {
		end = x.End
	}
	asked := x.Start
	if x.Request.Done {
		asked = min(max(x.RequestEnd, x.Start), end)
	}
	first := end
	if x.Answered {
		first = x.FirstByte
	}
	if x.Hijack { // the request goes on as long as the stream
		asked = min(asked, first)
	}
	var ps []phase
	if x.Conn != nil && x.Conn.Dial > 0 {
		ps = append(ps, phase{"connect", Dim, x.Conn.Dial})
	}
	if first < asked { // an answer that came before the upload was over
		asked = first
	}
	ps = append(ps, phase{"request", Outward, asked - x.Start}, phase{"wait", Warn, first - asked})
	if x.Answered {
		name := "response"
		if x.Hijack {
			name = "stream"
		}
		ps = append(ps, phase{name, Bar, end - first})
	}
	return ps
}

func (p *page) timing(d *model.Detail, clock Clock, now time.Duration) {
	ps := phases(d.Exchange, now)
	var total time.Duration
	for _, f := range ps {
		total += f.took
	}
	took := d.Took()
	if d.State != exchange.Done {
		took = max(took, now-d.Start)
	}
	var head Line
	head.Add(Dim, clock.At(d.Start, "15:04:05.000")).Add(Strong, "  "+text.Took(took))
	p.lines = append(p.lines, head)
	room := min(p.width-22, 60)
	if room < 10 || total <= 0 {
		return
	}
	at := 0
	for _, f := range ps {
		n := int(int64(room) * int64(f.took) / int64(total))
		n = min(max(n, 1), room-min(at, room-1))
		var l Line
		l.Add(Dim, Fit(f.name, 9, false)).Add(Text, Fit(text.Took(f.took), 8, true)+"  ")
		l.Add(Rest, strings.Repeat("·", min(at, room-1))).Add(f.role, strings.Repeat("━", n))
		l.Add(Rest, strings.Repeat("·", max(room-at-n, 0)))
		p.lines = append(p.lines, l)
		at += n
	}
}

func (p *page) client(x *exchange.Exchange) {
	c := x.Conn
	if c == nil {
		return
	}
	const column = 9
	if cmd := c.Command(); cmd != "" {
		who := safe.String(cmd)
		if c.Peer.PID != 0 {
			who += "  (pid " + strconv.Itoa(c.Peer.PID) + ")"
		}
		p.labelled("client", column, Text, who)
	} else if a := x.Request.Header("User-Agent"); a != "" {
		p.labelled("client", column, Text, safe.String(a))
	}
	via := "connection " + strconv.FormatUint(uint64(c.ID), 10) + ", exchange " + strconv.FormatUint(uint64(x.ID), 10)
	if c.Upstream != "" {
		via += ", to " + safe.String(c.Upstream)
	}
	p.labelled("via", column, Dim, via)
	if x.Call.Version != "" {
		p.labelled("API", column, Dim, safe.String(x.Call.Version))
	}
}

func (p *page) remarks(d *model.Detail, clock Clock) {
	for _, r := range d.Remarks {
		p.prose(Warn, "! "+clock.At(r.At, "15:04:05.000")+" "+safe.String(r.Text))
	}
	if d.Redacted > 0 {
		var names []string
		for _, r := range d.Redactions {
			names = append(names, safe.String(r.As))
		}
		p.prose(Warn, "redacted: "+strings.Join(names, ", "))
	}
	for _, s := range []*exchange.Side{&d.Request, &d.Response} {
		if o := s.Omitted; o != nil {
			p.prose(Warn, text.Size(o.Bytes)+" are not here: "+safe.String(o.Why))
		}
	}
}

func (p *page) parameters(x *exchange.Exchange) {
	query := x.Call.Query()
	if len(x.Call.Params) == 0 && len(query) == 0 {
		return
	}
	p.title("Parameters")
	op := ""
	if x.Call.Op != nil {
		op = x.Call.Op.ID
	}
	for _, q := range x.Call.Params {
		p.parameter(op, q.Name, q.Value)
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		for _, v := range query[name] {
			p.parameter(op, name, v)
		}
	}
}

// meanings lists what is set in the bodies, with what it means.
func (p *page) meanings(x *exchange.Exchange) {
	if x.Call.Op == nil {
		return
	}
	if code := strconv.Itoa(x.Status); x.Status >= 300 {
		if doc := engine.StatusDoc(x.Call.Op.ID, code); doc != "" {
			p.blank()
			p.labelled(code, 5, Notice, doc)
		}
	}
	p.set("Request", engine.SetFields(engine.RequestFields(x.Call.Op.ID), x.Request.Body))
	p.set("Answer", engine.SetFields(engine.AnswerFields(x.Call.Op.ID), x.Response.Body))
}

func (p *page) set(title string, fields []engine.Field) {
	if len(fields) > 0 {
		p.title(title)
	}
	for _, f := range fields {
		var l Line
		l.Add(Text, "  ").Add(Key, f.Place).Add(Dim, " = ").Add(String, safe.Cut(f.Value, max(p.width-l.Width(), 8)))
		p.lines = append(p.lines, l)
		p.described(f.Doc)
	}
}

func (p *page) parameter(op, name, value string) {
	var l Line
	l.Add(Text, "  ").Raw(Key, name).Add(Dim, " = ").Raw(String, value)
	p.lines = append(p.lines, l)
	p.described(engine.ParamDoc(op, name))
}

// described adds a name, and below it what the name is for.
func (p *page) described(doc string) {
	if doc == "" {
		return
	}
	for _, s := range strings.Split(strings.TrimRight(text.Wrap(doc, p.width-4), "\n"), "\n") {
		p.lines = append(p.lines, Make(Dim, "    "+s))
	}
}

func (p *page) explanation(op *engine.Operation) {
	e := engine.Explain(op)
	if e.Text == "" {
		return
	}
	p.title("About " + op.ID)
	p.prose(Text, e.Text)
	if len(e.Commands) > 0 {
		p.prose(Dim, "Used by "+strings.Join(e.Commands, ", ")+".")
	}
}
