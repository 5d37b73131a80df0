package export

import (
	"errors"
	"fmt"
	"io"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/recordings"
)

// Write exports a recording as far as it can be read. Where again is given it
// reads it twice, as the outcome of a call may be known only from later calls.
// Each line that cannot be read goes to warn, and so does what the end lacks; the
// error says how many lines there were.
func Write(f *Format, w io.Writer, o Options, in *recordings.Reader, again func() (*recordings.Reader, error), warn func(error)) error {
	o.Header = in.Header()
	if again != nil && o.Judged == nil {
		if in, err := again(); err == nil { // an error is reported by the second reading
			o.Judged = exchange.NewJudged()
			_, _ = each(in, o.Judged.Event, func(error) {})
			o.Judged.Close()
			_ = in.Close()
		}
	}
	e := f.New(w, &o)
	bad, err := each(in, e.Event, warn)
	if err != nil {
		o.Notes = append(o.Notes, "The recording could not be read to its end: "+err.Error())
	}
	if bad > 0 {
		o.Notes = append(o.Notes, count(bad, "line")+" of the recording could not be read.")
	}
	err = errors.Join(err, e.Close())
	if err == nil && bad > 0 {
		err = fmt.Errorf("%s could not be read; the rest is exported", count(bad, "line"))
	}
	return err
}

// each hands on all events that can be read.
func each(in *recordings.Reader, event func(decode.Event), warn func(error)) (bad int, err error) {
	for e, err := range in.All() {
		var line *recordings.LineError
		switch {
		case err == nil:
			event(e)
		case errors.As(err, &line):
			warn(err)
			bad++
		default:
			return bad, err
		}
	}
	if torn := in.Torn(); torn != "" {
		warn(errors.New(torn))
	}
	return bad, nil
}
