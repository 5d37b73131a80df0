package tidy

import (
	"errors"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/filter"
	"github.com/dockwire/dockwire/recordings"
)

// Options say what is rewritten.
type Options struct {
	Filter     *filter.Filter // nil: all exchanges stay
	KeepTimes  bool           // when things happened, for a replay at the recorded speed
	KeepValues bool           // ids and times inside of heads and bodies
}

// Counts say what came out.
type Counts struct{ Exchanges, Kept int }

// ErrNothingKept is that a filter leaves nothing of a recording, as a mistaken one does:
// nothing is written.
var ErrNothingKept = errors.New("no exchange matches the filter")

// Rewrite reads a recording, twice, and writes it tidily. A line that cannot be
// read is an error: it would be lost.
func Rewrite(open func() (*recordings.Reader, error), create func(recordings.Header) (*recordings.Writer, error), o Options) (Counts, error) {
	s := newSurvey(o.Filter)
	header, err := read(open, func(h recordings.Header) func(decode.Event) error {
		values := newValues(h.Start)
		if o.KeepValues {
			values = nil
		}
		return func(e decode.Event) error {
			s.event(e, values)
			return nil
		}
	})
	if err != nil {
		return Counts{}, err
	}
	keep, counts := s.finish()
	if counts.Kept == 0 && counts.Exchanges > 0 {
		return counts, ErrNothingKept
	}
	out, err := create(tidyHeader(header, o))
	if err != nil {
		return counts, err
	}
	_, err = read(open, func(h recordings.Header) func(decode.Event) error {
		w := writer{out: out, opt: o, keep: keep, lengths: s.lengths, values: newValues(h.Start), numbers: newNumbers()}
		return w.event
	})
	if err != nil {
		return counts, errors.Join(err, out.Discard())
	}
	return counts, out.Close()
}

// read hands the events of a recording over.
func read(open func() (*recordings.Reader, error), begin func(recordings.Header) func(decode.Event) error) (recordings.Header, error) {
	in, err := open()
	if err != nil {
		return recordings.Header{}, err
	}
	defer in.Close()
	event := begin(in.Header())
	for e, err := range in.All() {
		if err == nil {
			err = event(e)
		}
		if err != nil {
			return in.Header(), err
		}
	}
	return in.Header(), nil
}

// tidyHeader keeps the day of a recording: its age is of interest to a replay.
func tidyHeader(h recordings.Header, o Options) recordings.Header {
	if !o.KeepTimes {
		y, m, d := h.Start.UTC().Date()
		h.Start = time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return h
}
