package cells

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dockwire/dockwire/ui/model"
	"github.com/dockwire/dockwire/ui/safe"
	"github.com/dockwire/dockwire/ui/text"
)

// Sequence draws arrows between client, dockwire and daemon: each call with
// its time, streams as bars at the daemon's lifeline for as long as they are
// open.
func Sequence(m *model.Model, s *model.Sequence, title string, paths bool, clock Clock, width int) (lines []Line, rows []model.Pos, heading []Line) {
	d := diagram{clock: clock, layout: "15:04:05.000", width: width, lanes: s.Lanes, paths: paths}
	if width < 70 {
		d.layout = ""
	}
	d.arrow = max(width-len(d.layout)-2-d.lanes-3, 12)
	heading = []Line{*new(Line).Add(Text, " ").Add(Command, safe.Cut(title, max(width-1, 4))), d.names()}
	for i := range s.Steps {
		st := &s.Steps[i]
		if r, _ := m.Row(st.Pos); r == nil {
			continue // forgotten meanwhile
		}
		lines = append(lines, d.step(m, st))
		rows = append(rows, st.Pos)
	}
	if s.Cut > 0 {
		lines = append(lines, Make(Warn, "… "+strconv.Itoa(s.Cut)+" later calls are not drawn"))
		rows = append(rows, noRow)
	}
	return lines, rows, heading
}

type diagram struct {
	clock  Clock
	layout string
	width  int
	arrow  int // columns from the client's lifeline to the daemon's
	lanes  int
	paths  bool
}

func (d *diagram) names() Line {
	var l Line
	l.Add(Text, strings.Repeat(" ", len(d.layout)+1))
	l.Add(Strong, "client")
	if middle := "dockwire"; d.arrow > 40 {
		l.To(len(d.layout)+2+d.arrow/2-4).Add(Dim, middle)
	}
	l.To(len(d.layout)+2+d.arrow-6).Add(Strong, "dockerd")
	return l
}

func (d *diagram) step(m *model.Model, st *model.Step) Line {
	r, t := m.Row(st.Pos)
	var l Line
	if d.layout != "" {
		l.Add(Dim, d.clock.At(st.At, d.layout)+" ")
	} else {
		l.Add(Text, " ")
	}
	l.Add(Dim, "│")
	switch st.Kind {
	case model.Asked:
		label := askedLabel(&t, d.paths)
		left, right := "", "▶"
		if r.Has(model.ByDaemon) { // which asks the client
			left, right = "◀", ""
		}
		d.shaft(&l, Outward, label, "─", left, right)
	case model.Answered:
		status, role := statusText(r)
		label := status
		if r.TTFB >= 0 {
			label += "  " + text.Took(r.TTFB)
		}
		if answer := answerLabel(r, &t, st.Lane < 0); answer != "" {
			label += "  " + answer
		}
		left, right := "◀", ""
		if r.Has(model.ByDaemon) {
			left, right = "", "▶"
		}
		d.shaft(&l, role, label, "─", left, right)
	case model.Noted:
		d.note(&l, st.Said)
	default:
		label := t.Name() + " over after " + text.Took(r.Took)
		if answer := answerLabel(r, &t, true); answer != "" {
			label += "  " + answer
		}
		role := Dim
		if r.Has(model.Failed) {
			role = Bad
		}
		d.shaft(&l, role, label, "╌", "◁", "")
	}
	l.Add(Dim, "│")
	d.bars(&l, st)
	return l
}

// askedLabel is the text of a request's arrow.
func askedLabel(t *model.Texts, paths bool) string {
	if paths {
		return request(t)
	}
	label := t.Name()
	if asked, _ := halves(t); asked != "" {
		label += "  " + asked
	}
	return label
}

// answerLabel is the outcome of a call, where it is known by then.
func answerLabel(r *model.Row, t *model.Texts, over bool) string {
	if _, answer := halves(t); answer != "" && over {
		return answer
	}
	if r.Has(model.Failed) && (over || r.Status >= 400) {
		return t.Failure
	}
	return ""
}

// halves are the parts of a summary about the request and about the answer. Without an
// arrow it is about the answer where the request has nothing to say: a list,
// a ping, a prune.
func halves(t *model.Texts) (asked, answer string) {
	if strings.HasPrefix(t.Summary, "→ ") {
		return "", t.Summary[len("→ "):]
	}
	asked, answer, ok := strings.Cut(t.Summary, " → ")
	if !ok && t.Op != nil && (t.Method != "POST" && !strings.Contains(t.Op.Path, "{") || strings.HasSuffix(t.Op.Path, "/prune")) {
		return "", asked
	}
	return asked, answer
}

// shaft is an arrow with a label in it.
func (d *diagram) shaft(l *Line, role Role, label, line, left, right string) {
	room := d.arrow - safe.Width(left) - safe.Width(right)
	text := " " + safe.Cut(label, max(room-5, 3)) + " "
	rest := max(room-safe.Width(text)-2, 0)
	l.Add(role, left+strings.Repeat(line, 2)).Add(Text, text).Add(role, strings.Repeat(line, rest)+right)
}

// note is what passed in a stream, without an arrow of its own: to the right
// what the daemon sent, to the left what the client did.
func (d *diagram) note(l *Line, s *model.Said) {
	label := safe.Cut(noteLabel(s), max(d.arrow-2, 3))
	if free := d.arrow - 1 - safe.Width(label); !s.ToDaemon && free > 0 {
		l.Add(Text, strings.Repeat(" ", free))
	} else {
		l.Add(Text, " ")
	}
	role := Dim
	if s.Lane == "stderr" {
		role = Warn
	}
	l.Add(role, label)
	l.To(len(d.layout) + 2 + d.arrow)
}

// noteLabel is a note in words that are safe to show.
func noteLabel(s *model.Said) string {
	label := s.Lane + " " + strconv.Quote(s.Text)
	if s.Lane == "progress" || s.Lane == "step" {
		label = s.Lane + " " + safe.String(s.Text)
	}
	if s.Pieces > 1 {
		label += " … " + strconv.Itoa(s.Pieces) + " pieces, " + text.Size(s.Bytes)
	}
	return label
}

func (d *diagram) bars(l *Line, st *model.Step) {
	for n := range d.lanes {
		switch {
		case st.Lane == n && st.Kind == model.Answered:
			l.Add(Bar, "┬")
		case st.Lane == n:
			l.Add(Bar, "┴")
		case slices.Contains(st.Open, int8(n)):
			l.Add(Bar, "│")
		default:
			l.Add(Text, " ")
		}
	}
}
