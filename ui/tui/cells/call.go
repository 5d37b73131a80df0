package cells

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/ui/model"
	"github.com/dockwire/dockwire/ui/safe"
	"github.com/dockwire/dockwire/ui/text"
)

// Clock tells times of day; the zero Clock counts seconds since the start.
type Clock struct {
	Start time.Time
	Zone  *time.Location
}

// At is a time of day, as long as the layout.
func (c Clock) At(d time.Duration, layout string) string {
	if c.Start.IsZero() {
		return Fit(strconv.FormatFloat(d.Seconds(), 'f', max(len(layout)-9, 0), 64), len(layout), true)
	}
	zone := cmp.Or(c.Zone, time.Local)
	return c.Start.Add(d).In(zone).Format(layout)
}

// Columns says which columns of the list there is room for.
type Columns struct {
	width  int
	layout string // of the time, "" for none
	name   int
	path   int  // of method and path, beside what it was about; 0: none
	paths  bool // method and path are shown instead of what it was about
	ttfb   bool
	sizes  bool
	took   bool
	indent int
}

// Roomy is the width from which method and path have a column of their own.
const Roomy = 140

// Fitting chooses columns for a width. tree leaves room for the branches,
// paths shows methods and paths where there is no room for both.
func Fitting(width int, tree, paths bool) Columns {
	c := Columns{width: width, took: true, paths: paths && width < Roomy}
	if width >= Roomy {
		c.path = min((width-80)/2, 70)
	}
	if tree {
		c.indent = 2
	}
	switch {
	case width >= 110:
		c.layout, c.name, c.ttfb, c.sizes = "15:04:05.000", 22, true, true
	case width >= 90:
		c.layout, c.name, c.sizes = "15:04:05.000", 20, true
	case width >= 72:
		c.layout, c.name, c.sizes = "15:04:05", 18, width >= 78
	case width >= 50:
		c.layout, c.name = "15:04:05", 16
	default:
		c.took = width >= 28
		c.name = max(width-7-c.indent-c.right(), 8) // what is left beside mark and status
	}
	return c
}

const (
	sizeWidth = 7
	tookWidth = 7
)

// right is how many columns the right side takes.
func (c *Columns) right() int {
	n := 0
	if c.took {
		n += tookWidth + 1
	}
	if c.ttfb {
		n += tookWidth + 1
	}
	if c.sizes {
		n += 2 * (sizeWidth + 1)
	}
	return n
}

// behindName is where the column behind the names of operations begins.
func (c *Columns) behindName() int {
	at := 2 + c.indent + 4 + c.name + 1
	if c.layout != "" {
		at += len(c.layout) + 1
	}
	return at
}

// heading is the name of a column, as wide as the column.
type heading struct {
	text string
	by   model.Column
}

// headings are those there is room for, from left to right.
func (c *Columns) headings() (list []heading) {
	at := 2
	add := func(name string, by model.Column, width int, right bool) {
		list = append(list, heading{Fit(name, width, right), by})
		at += width
	}
	if c.layout != "" {
		add("time", model.SortTime, len(c.layout)+1, false)
	}
	list = append(list, heading{strings.Repeat(" ", c.indent), model.SortTime})
	at += c.indent
	add("st", model.SortStatus, 4, false)
	add("operation", model.SortOperation, c.name+1, false)
	if c.path > 0 {
		add("method and path", model.SortPath, c.path+1, false)
	}
	if room := c.width - at - c.right(); room > 3 {
		name := "what"
		if c.paths {
			name = "method and path"
		}
		add(name, model.SortPath, room, false)
	}
	if c.sizes {
		add("↑", model.SortUp, sizeWidth+1, true)
		add("↓", model.SortDown, sizeWidth+1, true)
	}
	if c.ttfb {
		add("first", model.SortTTFB, tookWidth+1, true)
	}
	if c.took {
		add("took", model.SortTook, tookWidth+1, true)
	}
	return list
}

// Heading names the columns, the one that sorts with an arrow.
func (c *Columns) Heading(s model.Sort) Line {
	var l Line
	l.Add(Dim, "  ")
	arrow := "▴"
	if s.Reverse {
		arrow = "▾"
	}
	marked := s == (model.Sort{})
	for _, h := range c.headings() {
		text, width := h.text, safe.Width(h.text)
		if !marked && h.by == s.By && strings.TrimSpace(text) != "" {
			marked = true
			right := strings.HasPrefix(text, " ")
			text = Fit(strings.TrimSpace(text)+arrow, width, right)
		}
		l.Add(Dim, text)
	}
	return l
}

// At is the column at a place of the heading.
func (c *Columns) At(x int) (model.Column, bool) {
	x -= 2
	for _, h := range c.headings() {
		if x -= safe.Width(h.text); x < 0 {
			return h.by, strings.TrimSpace(h.text) != ""
		}
	}
	return 0, false
}

// pulses are the signs for an open exchange, one after the other.
var pulses = [...]string{"◐", "◓", "◑", "◒"}

// pulse is the sign of what is open, turning four times a second.
func pulse(now time.Duration) string { return pulses[int(now/(250*time.Millisecond))&3] }

// Call is the line of an exchange.
func (c *Columns) Call(r *model.Row, t *model.Texts, k model.Mark, clock Clock, now time.Duration) Line {
	var l Line
	switch {
	case k.Marked && k.Comment != "":
		l.Add(Mark, "★✎")
	case k.Marked:
		l.Add(Mark, "★ ")
	case k.Comment != "":
		l.Add(Mark, "✎ ")
	default:
		l.Add(Dim, "  ")
	}
	if c.layout != "" {
		l.Add(Dim, clock.At(r.Start, c.layout)+" ")
	}
	l.Add(Dim, strings.Repeat(" ", c.indent))
	status, role := statusText(r)
	if r.Open() {
		l.Add(role, Fit(status, 3, false)).Add(Notice, pulse(now))
	} else {
		l.Add(role, Fit(status, 4, false))
	}
	name := Text
	if r.Has(model.Failed) {
		name = Bad
	}
	l.Add(name, Fit(safe.String(t.Name()), c.name, false)+" ")
	if c.path > 0 {
		l.Add(Dim, Fit(safe.String(request(t)), c.path, false)+" ")
	}
	numbers := *c
	if r.Has(model.Failed) { // its message is worth more than its sizes
		numbers.sizes, numbers.ttfb = false, false
	}
	if room := c.width - l.Width() - numbers.right(); room > 3 {
		c.about(&l, r, t, k, room)
	}
	numbers.numbers(&l, r, t, now)
	return l
}

// about says what the call was about. In a call that failed, the message is the last
// to be cut: the rest and the remarks give way to it.
func (c *Columns) about(l *Line, r *model.Row, t *model.Texts, k model.Mark, room int) {
	end := l.Width() + room
	what := safe.String(t.Summary)
	switch {
	case c.paths:
		what = safe.String(request(t))
	case t.Summary == "":
		what = safe.String(t.Path)
	}
	role, least := Dim, 0
	if r.Has(model.Failed) {
		role, least = Bad, safe.Width(what)
		if failure := safe.String(t.Failure); failure != "" && !strings.Contains(what, failure) {
			about, said, _ := strings.Cut(" "+what, " → ")
			if !strings.HasPrefix(failure, strings.TrimSuffix(said, "…")) { // else it is the same, cut
				about += " → " + said
			}
			what = strings.TrimPrefix(about+" → "+failure, " ")
			what = strings.TrimPrefix(what, "→ ")
			least = safe.Width(what)
		}
	}
	notes := notes(r)
	if k.Comment != "" {
		notes = append([]string{safe.String(k.Comment)}, notes...)
	}
	left := room - 1
	for i, n := range notes {
		if left -= safe.Width(n) + 3; left < max(8, least) { // the first must not be missing
			left += safe.Width(n) + 3
			notes = notes[:i]
			break
		}
	}
	if _, message, ok := strings.Cut(what, " → "); ok && role == Bad && safe.Width(what) > left {
		what = message
	}
	l.Add(role, cutWhat(what, left))
	for _, n := range notes {
		l.Add(Dim, " ["+n+"]")
	}
	l.To(end)
}

// wholeID is an id as the daemon gives them.
var wholeID = regexp.MustCompile(`\b([0-9a-f]{12})[0-9a-f]{52}\b`)

var shortID = regexp.MustCompile(`^[0-9a-f]{12}$`)

// request is the method and the path as it was asked for, except for the version
// of the API and the length of ids.
func request(t *model.Texts) string {
	s := t.Method + " " + wholeID.ReplaceAllString(t.Path, "$1…")
	if t.Query != "" {
		s += "?" + t.Query
	}
	return s
}

// cutWhat cuts a summary so that its outcome stays.
func cutWhat(what string, room int) string {
	const arrow = " → "
	i := strings.LastIndex(what, arrow)
	if i < 0 || safe.Width(what) <= room || shortID.MatchString(what[i+len(arrow):]) { // an id gives way to a name
		return safe.Cut(what, room)
	}
	const least = 6 // columns of what it is about
	before := max(room-safe.Width(what[i:]), min(least, safe.Width(what[:i])))
	return safe.Cut(safe.Cut(what[:i], before)+what[i:], room)
}

// notes are the remarks that an honest line must not leave out.
func notes(r *model.Row) []string {
	var n []string
	for _, f := range [...]struct {
		flag model.Flags
		text string
	}{{model.Redacted, "redacted"}, {model.Gap, "gap"}, {model.Anomaly, "not decoded"}, {model.Omitted, "not kept"}} {
		if r.Has(f.flag) {
			n = append(n, f.text)
		}
	}
	return n
}

func (c *Columns) numbers(l *Line, r *model.Row, t *model.Texts, now time.Duration) {
	if c.sizes {
		l.Add(Outward, Fit(amount(r.Up), sizeWidth+1, true)).Add(Dim, Fit(amount(r.Down), sizeWidth+1, true))
	}
	if c.ttfb {
		first := ""
		if r.TTFB >= 0 {
			first = text.Took(r.TTFB)
		}
		l.Add(Dim, Fit(first, tookWidth+1, true))
	}
	if c.took {
		l.Add(tookRole(r, t), Fit(text.Took(tookText(r, now)), tookWidth+1, true))
	}
}

// amount is a size, nothing for none.
func amount(n int64) string {
	if n == 0 {
		return ""
	}
	return text.Size(n)
}

// tookText is how long an exchange lasted, or has lasted by now.
func tookText(r *model.Row, now time.Duration) time.Duration {
	if r.Open() {
		return max(now-r.Start, r.Took)
	}
	return r.Took
}

// tookRole warns of slow calls, but not of those that last for as long as the
// client wants.
func tookRole(r *model.Row, t *model.Texts) Role {
	switch {
	case r.Open():
		return Notice
	case r.Took >= time.Second && !lasts(r, t):
		return Warn
	}
	return Text
}

// lasts says that a call is meant to go on: a stream, or one that waits for
// something to happen.
func lasts(r *model.Row, t *model.Texts) bool {
	if r.Has(model.Hijack) {
		return true
	}
	switch r.Content {
	case decode.ContentJSONStream, decode.ContentStdcopy, decode.ContentRaw, decode.ContentHTTP2, decode.ContentWebSocket, decode.ContentGRPC:
		return true
	}
	return t.Op != nil && t.Op.ID == "ContainerWait"
}

// statusText is the status of an exchange and the role of that.
func statusText(r *model.Row) (string, Role) {
	switch s := r.Status; {
	case s == 0 && r.State == exchange.Done:
		return "---", Alarm
	case s == 0:
		return "···", Dim
	case r.Has(model.Probe): // expected: the client only looked
		return strconv.Itoa(int(s)), Dim
	case r.Has(model.Failed): // whatever the status: the error may have come later
		return strconv.Itoa(int(s)), Bad
	case s >= 400:
		return strconv.Itoa(int(s)), Warn
	case s >= 300:
		return strconv.Itoa(int(s)), Notice
	default:
		return strconv.Itoa(int(s)), Good
	}
}

// Command is the line of a client command.
// verdict, which may be empty, is shown in the space that is left.
func (c *Columns) Command(cmd *model.Command, verdict string, filtered bool, clock Clock, now time.Duration) Line {
	var l Line
	if cmd.Expanded {
		l.Add(Command, "▾ ")
	} else {
		l.Add(Command, "▸ ")
	}
	if c.layout != "" {
		l.Add(Dim, clock.At(cmd.First, c.layout)+" ")
	}
	calls := strconv.Itoa(cmd.Calls)
	if filtered {
		calls = strconv.Itoa(cmd.Matching()) + " of " + calls
	}
	calls += " call"
	if cmd.Calls != 1 {
		calls += "s"
	}
	failed, open := "", ""
	if cmd.Failed > 0 {
		failed = " ✗" + strconv.Itoa(cmd.Failed)
	}
	if cmd.Open > 0 {
		open = " " + pulse(now) + strconv.Itoa(cmd.Open)
	}
	right := safe.Width(calls+failed+open) + 2
	if c.took {
		right += tookWidth + 1
	}
	who := safe.String(cmd.Who())
	title := safe.String(cmd.Title)
	room := c.width - l.Width() - right
	verdict = safe.String(verdict)
	said, least := Dim, safe.Width(title) // what went well takes nothing from the title
	if cmd.Failed > 0 || cmd.Verdict.Result.Bad() {
		said, least = Bad, room/3
	}
	if verdict != "" && room > 30 && least+10 < room {
		l.Add(Command, safe.Cut(title, max(room-safe.Width(verdict)-2, least)))
		l.To(min(c.behindName(), c.width-right-safe.Width(verdict)) - 2) // below each other, where there is room
		l.Add(said, "  "+safe.Cut(verdict, max(c.width-right-l.Width()-2, 0)))
	} else if who != "" && safe.Width(title)+safe.Width(who)+2 <= room && c.width >= 50 {
		l.Add(Command, title).Add(Dim, "  "+who)
	} else {
		l.Add(Command, safe.Cut(title, max(room, 4)))
	}
	l.To(c.width - right)
	l.Add(Dim, "  "+calls).Add(Bad, failed).Add(Notice, open)
	if c.took {
		last := cmd.Last
		role := Text
		if cmd.Open > 0 {
			last, role = max(last, now), Notice
		}
		l.Add(role, Fit(text.Took(last-cmd.First), tookWidth+1, true))
	}
	return l
}
