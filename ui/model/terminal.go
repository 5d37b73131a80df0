package model

import (
	"net/url"
	"strconv"
	"strings"
	"time"
)

// TerminalSize is the size that a client gave a terminal.
type TerminalSize struct {
	At            time.Duration
	Columns, Rows int
}

// Bounds of what is looked through for sizes, and of a size.
const (
	maxLookAhead = 100_000
	maxTerminal  = 1000
)

// TerminalSizes are the sizes that the terminal of an attach or exec had: those
// of the resize calls with the same path that came while it was open.
func (m *Model) TerminalSizes(p Pos) []TerminalSize {
	r := m.store.row(p)
	if r == nil {
		return nil
	}
	t := m.store.texts(p)
	if t.Op == nil || t.Op.ID != "ContainerAttach" && t.Op.ID != "ExecStart" {
		return nil
	}
	path := t.Path[:strings.LastIndexByte(t.Path, '/')+1] + "resize"
	end := r.Start + r.Took
	var sizes []TerminalSize
	for q := p; q < min(m.store.next, p+maxLookAhead); q++ {
		at := m.store.row(q)
		if !r.Open() && at.Start > end {
			break
		}
		if t := m.store.texts(q); t.Path == path {
			if columns, rows, ok := sizeOf(t.Query); ok {
				sizes = append(sizes, TerminalSize{at.Start, columns, rows})
			}
		}
	}
	return sizes
}

func sizeOf(query string) (columns, rows int, ok bool) {
	q, err := url.ParseQuery(query)
	if err != nil {
		return 0, 0, false
	}
	columns, _ = strconv.Atoi(q.Get("w"))
	rows, _ = strconv.Atoi(q.Get("h"))
	return columns, rows, columns > 0 && rows > 0 && columns <= maxTerminal && rows <= maxTerminal
}
