package cells

import (
	"slices"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/ui/model"
)

// bothEnds keeps what is added to it, and of more than max the first and the last half.
type bothEnds[T any] struct {
	max  int
	kept []T
	left int // that are not kept
}

func (e *bothEnds[T]) add(v T) {
	if len(e.kept) < e.max {
		e.kept = append(e.kept, v)
		return
	}
	e.kept[e.place(e.left)] = v
	e.left++
}

// place is where the value goes that is added after left were left out.
func (e *bothEnds[T]) place(left int) int { return e.max/2 + left%(e.max-e.max/2) }

// newest is what was added last.
func (e *bothEnds[T]) newest() *T {
	if e.left == 0 {
		return &e.kept[len(e.kept)-1]
	}
	return &e.kept[e.place(e.left-1)]
}

// all is what is kept in its order, with gap where some are left out.
func (e *bothEnds[T]) all(gap func(left int) T) []T {
	if e.left == 0 {
		return e.kept
	}
	half, oldest := e.max/2, e.place(e.left)
	return slices.Concat(e.kept[:half], []T{gap(e.left)}, e.kept[oldest:], e.kept[half:oldest])
}

// bodyEnds are what a body begins with and, of one that is longer, what it ends with; size
// is how much of it is recorded.
func bodyEnds(d *model.Detail, dir decode.Direction) (first, end []byte, size int64) {
	s := d.Side(dir)
	first, size = s.Body, s.Size
	if s.Omitted != nil {
		size -= s.Omitted.Bytes
	}
	more := size - int64(len(first))
	if more <= 0 || s.Content == decode.ContentGRPC { // the size of gRPC is not that of its JSON
		return first, nil, int64(len(first))
	}
	end = d.End(dir)
	return first, end[max(int64(len(end))-more, 0):], size
}
