package main

import (
	"bufio"
	"context"
	"io"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/filter"
	"github.com/dockwire/dockwire/recordings"
)

// quietEvents is how many events must have shown nothing before what follows is only
// searched.
const quietEvents = 1 << 15

// maxRemarks bounds the remarks that may wait for the end of a search.
const maxRemarks = 1000

// copyWanted is copy, but what comes behind the last call that the filter may let through
// is not told to the printer, which would show nothing of it. Names and verdicts come
// from calls that are not shown: all events before go to the printer, once something
// was found. When nothing was shown for quiet events, it searches again.
func (f *printFlags) copyWanted(ctx context.Context, out printer, lines *bufio.Writer, in *recordings.Reader, path string, quiet int) (bad int, err error) {
	which, err := filter.Parse(f.show.filter)
	if err != nil {
		return 0, err
	}
	next := f.ahead
	if next == nil {
		next = &searched{find: which.Finder(printKeep)}
	}
	find := next.find
	if find == nil || f.follow || path == "-" {
		return f.copy(ctx, out, lines, in)
	}
	for again := f.ahead == nil; ; again, quiet = true, 2*quiet {
		if again {
			ahead, err := in.Fork(path)
			if err != nil {
				more, err := f.copy(ctx, out, lines, in)
				return bad + more, err
			}
			next = search(ahead, which, find)
			ahead.Close()
		}
		if next.found {
			err = showTo(in, out, next.line, &bad)
		}
		for _, e := range next.remarks {
			show(out, e, nil, &bad)
		}
		if next.found && err == nil {
			err = showUntilQuiet(out, in, find, quiet, &bad)
		}
		switch {
		case err == io.EOF:
			return bad, nil
		case !next.found || err != nil:
			return bad, err
		}
	}
}

// searched is what a search has come to.
type searched struct {
	find    *filter.Finder // that has had the events up to
	line    int
	found   bool           // at that line
	remarks []decode.Event // on the way
}

// search reads on until a call may be shown. Calls that tell themselves that they will
// not are left out.
func search(in *recordings.Reader, which *filter.Filter, find *filter.Finder) *searched {
	s := &searched{find: find}
	if which.Sieve(printKeep) != nil {
		in.Sift(func() recordings.Sieve { return which.Sieve(printKeep) }, find.Left)
	}
	for {
		e, err := in.Next()
		_, _, s.line = in.Line()
		switch {
		case err == io.EOF && !find.Open():
			return s
		case err != nil:
			s.found = true
		case find.Event(e):
			remark, ok := e.(*decode.Mark)
			if s.found = s.found || !ok || find.Open() || len(s.remarks) == maxRemarks; !s.found {
				s.remarks = append(s.remarks, decode.Clone(remark))
			}
		}
		if s.found && (err != nil || !in.Pending()) {
			s.remarks = nil
			return s
		}
	}
}

// showTo hands the events up to a line to the printer, with those of that line.
func showTo(in *recordings.Reader, out printer, number int, bad *int) error {
	for {
		if _, _, at := in.Line(); at >= number && !in.Pending() {
			return nil
		}
		if e, err := in.Next(); !show(out, e, err, bad) {
			return err
		}
	}
}

// showUntilQuiet hands events to the printer until nothing has been shown for a while.
func showUntilQuiet(out printer, in *recordings.Reader, find *filter.Finder, quiet int, bad *int) error {
	for n := 0; n < quiet || !out.Idle() || in.Pending(); n++ {
		e, err := in.Next()
		if !show(out, e, err, bad) {
			return err
		}
		if err != nil || find.Event(e) {
			n = 0
		}
	}
	return nil
}
