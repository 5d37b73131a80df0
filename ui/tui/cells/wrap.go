package cells

import (
	"slices"

	"github.com/rivo/uniseg"

	"github.com/dockwire/dockwire/ui/safe"
)

// wrapped is a source whose long lines are broken.
type wrapped struct {
	Source
	width  int
	starts []int // row of each line
	rows   int
}

// Wrap breaks lines that are longer than a width.
func Wrap(s Source, width int) Source {
	w := &wrapped{Source: s, width: max(width, 1)}
	for i := range s.Len() {
		w.starts = append(w.starts, w.rows)
		l := s.Line(i, width)
		w.rows += max((l.Width()+w.width-1)/w.width, 1)
	}
	return w
}

func (w *wrapped) Len() int { return w.rows }

func (w *wrapped) Line(row, width int) Line {
	i, found := slices.BinarySearch(w.starts, row)
	if !found {
		i--
	}
	l := w.Source.Line(i, width)
	part := row - w.starts[i]
	cut := columns(l.Spans, part*w.width, w.width)
	if part == 0 {
		cut.Node = l.Node
	}
	return cut
}

// columns are the spans from a column on, as far as there is room. A
// character on the border belongs to the column where it begins.
func columns(spans []Span, from, room int) (l Line) {
	at := 0
	for _, s := range spans {
		begin, end := -1, 0
		state := -1
		for rest, n := s.Text, 0; rest != ""; {
			var cluster string
			cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
			if at >= from && at < from+room {
				if begin < 0 {
					begin = n
				}
				end = n + len(cluster)
			}
			at += safe.Width(cluster)
			n += len(cluster)
		}
		if begin >= 0 {
			l.Add(s.Role, s.Text[begin:end])
		}
	}
	return l
}
