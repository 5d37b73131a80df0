package recordings

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/dockwire/dockwire/decode"
)

// past is what is known of a recording that is to be continued.
type past struct {
	header    Header
	exchange  decode.ExchangeID
	conn      decode.ConnID
	time      time.Duration
	lines     int64
	exchanges int64
	open      map[decode.ExchangeID]bool
	end       int64 // offset after the last whole line
	torn      int64 // bytes after it
}

// appendTo continues a recording: a torn last line is cut off, and a resume
// line says when this run begins and what the one before had left open.
func appendTo(path string, info fs.FileInfo, o Options) (*Writer, error) {
	if compressed(path) {
		return nil, fmt.Errorf("appending to %s: a compressed recording cannot be continued: record to another file", path)
	}
	if err := private(info); err != nil {
		return nil, fmt.Errorf("appending to %s: %w", path, err)
	}
	f, err := secured(path, os.O_RDWR|os.O_APPEND)
	if err != nil {
		return nil, fmt.Errorf("appending to %s: %w", path, err)
	}
	w, err := resume(f, path, info, o)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("appending to %s: %w", path, err)
	}
	return w, nil
}

func resume(f *os.File, path string, info fs.FileInfo, o Options) (*Writer, error) {
	// What was looked at must be what was opened: no symbolic link in between.
	if opened, err := f.Stat(); err != nil || !os.SameFile(info, opened) {
		return nil, errors.Join(errors.New("the file was replaced meanwhile"), err)
	}
	p, err := survey(f)
	if err != nil {
		return nil, err
	}
	if err := f.Truncate(p.end); err != nil {
		return nil, err
	}
	w := newWriter(&plainSink{f: f, size: p.end, bursts: o.Bursts, most: burstSize}, path, o)
	shift := max(o.Header.Start.Sub(p.header.Start), p.time) // clocks are set back sometimes
	w.base = base{exchange: p.exchange, conn: p.conn, time: shift}
	w.written = p.end
	w.lines, w.exchanges, w.now = p.lines, p.exchanges, int64(shift/time.Microsecond)
	w.opt.Header.Start = o.Header.Start.Add(-shift) // the files after this one count from the same moment
	w.headerLine()
	w.follow(path)
	w.line.Resume(w.now, o.Header.Start, p.torn, slices.Sorted(maps.Keys(p.open)))
	w.put()
	return w, w.Flush()
}

// survey reads a recording to its end.
func survey(f *os.File) (*past, error) {
	r, err := NewReader(f)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	r.warned = true // the torn line is about to be cut off
	p := &past{header: r.Header(), open: make(map[decode.ExchangeID]bool)}
	for e, err := range r.All() {
		var bad *LineError
		if err == nil {
			p.see(e)
		} else if !errors.As(err, &bad) {
			return nil, err
		}
	}
	p.lines, p.end, p.torn = int64(r.lines.number), r.lines.next, r.lines.rest()
	return p, nil
}

func (p *past) see(e decode.Event) {
	o := e.From()
	p.exchange = max(p.exchange, o.Exchange)
	p.conn = max(p.conn, o.Conn)
	p.time = max(p.time, o.Time)
	switch e.(type) {
	case *decode.RequestHead:
		p.exchanges++
		p.open[o.Exchange] = true
	case *decode.ExchangeEnd:
		delete(p.open, o.Exchange)
	}
}
