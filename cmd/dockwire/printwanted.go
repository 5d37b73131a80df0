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
	find := which.Finder(printKeep)
	if find == nil || f.follow || path == "-" {
		return f.copy(ctx, out, lines, in)
	}
	for ; ; quiet *= 2 {
		behind, err := in.Fork(path)
		if err != nil {
			more, err := f.copy(ctx, out, lines, in)
			return bad + more, err
		}
		n, remarks, found := search(in, find)
		if found {
			err = shown(behind, out, n, &bad)
		}
		behind.Close()
		for _, e := range remarks {
			show(out, e, nil, &bad)
		}
		if !found || err != nil {
			return bad, err
		}
		if err := showUntilQuiet(out, in, find, quiet, &bad); err != nil {
			if err == io.EOF {
				err = nil
			}
			return bad, err
		}
	}
}

// search reads on until a call may be shown, and says how many events and lines that
// cannot be read have come, and whether one may. It returns the remarks on the way.
func search(in *recordings.Reader, find *filter.Finder) (n int, remarks []decode.Event, found bool) {
	for ; ; n++ {
		e, err := in.Next()
		switch {
		case err == io.EOF:
			return n, remarks, find.Open()
		case err != nil:
			return n + 1, nil, true
		case find.Event(e):
			remark, ok := e.(*decode.Mark)
			if found = found || !ok || find.Open() || len(remarks) == maxRemarks; !found {
				remarks = append(remarks, decode.Clone(remark))
			}
		}
		if found && !in.Pending() {
			return n + 1, nil, true
		}
	}
}

// shown hands the next n events to the printer.
func shown(in *recordings.Reader, out printer, n int, bad *int) error {
	for range n {
		if e, err := in.Next(); !show(out, e, err, bad) {
			return err
		}
	}
	return nil
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
