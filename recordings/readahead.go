package recordings

import "bytes"

// Bounds of what is read together. A batch ends before it has to wait for bytes,
// so that what has come is delivered.
const (
	batchLines = 256
	batchBytes = 256 << 10
	// keptLine is from which length on a line's memory is not used again.
	keptLine = 64 << 10
)

// readAhead reads and parses the lines after those whose events are delivered,
// beside the caller who works on them.
type readAhead struct {
	beside bool // in a goroutine: a read does not wait for anybody
	now    *batch
	next   *batch
	filled chan struct{} // next is being filled, until it is closed; nil: it is not
}

// batch is lines that were read and parsed together.
type batch struct {
	lines []parsedLine // n of them are in use
	n, i  int          // i were delivered
	text  []byte       // memory of lines
	err   error        // why there are no more
}

// parsedLine is a line with the decoder that has its events.
type parsedLine struct {
	text []byte
	position
	decoder decoder
	err     error // it could not be read
}

// position is where a line stands in the text.
type position struct {
	offset int64 // of its first byte
	next   int64 // offset of the line after it
	number int   // from 1
}

// advance goes to the next line.
func (r *Reader) advance() (*parsedLine, error) {
	a := &r.ahead
	for a.now == nil || a.now.i == a.now.n {
		if a.now != nil && a.now.err != nil {
			err := a.now.err
			a.now.err = nil // the file may have grown by the next call
			return nil, err
		}
		r.turn()
	}
	a.now.i++
	p := &a.now.lines[a.now.i-1]
	r.position, r.decoder = p.position, p.decoder
	if p.err == nil {
		r.line, r.says, r.now = p.text, p.decoder.Says(), p.decoder.Now()
	}
	return p, nil
}

// turn makes the next batch the one that is delivered.
func (r *Reader) turn() {
	a := &r.ahead
	if a.now == nil {
		a.now, a.next = &batch{}, &batch{}
	}
	if a.filled == nil {
		r.fill(a.next)
	}
	a.wait()
	a.now, a.next = a.next, a.now
	if a.beside && a.now.err == nil {
		filled := make(chan struct{})
		a.filled = filled
		go func(b *batch) { // ends with the batch; Close waits for it
			defer close(filled)
			r.fill(b)
		}(a.next)
	}
}

func (a *readAhead) wait() {
	if a.filled != nil {
		<-a.filled
		a.filled = nil
	}
}

// fill reads and parses the lines that have come, and waits for the first. At the end
// of the recording it sets the error of the batch.
func (r *Reader) fill(b *batch) {
	b.n, b.i, b.text, b.err = 0, 0, b.text[:0], nil
	if cap(b.text) > 2*batchBytes {
		b.text = nil
	}
	for b.n == 0 || b.n < batchLines && len(b.text) < batchBytes && r.lines.ready() {
		line, err := r.lines.read()
		if err == nil && r.skips(line) {
			continue
		}
		if err != nil && err != errTooLong {
			b.err = err
			return
		}
		p := b.line(r.fresh)
		p.position, p.err = r.lines.position, err
		if err == nil {
			b.text = append(b.text, line...)
			p.text = b.text[len(b.text)-len(line) : len(b.text) : len(b.text)]
			p.err = p.decoder.Parse(p.text)
		}
	}
}

// line is the next one of a batch, with a decoder.
func (b *batch) line(fresh func() decoder) *parsedLine {
	if b.n == len(b.lines) {
		b.lines = append(b.lines, parsedLine{})
	}
	p := &b.lines[b.n]
	if p.decoder == nil || len(p.text) > keptLine {
		p.decoder = fresh()
	}
	p.text = nil
	b.n++
	return p
}

// ready reports whether the next line is there without reading.
func (l *lines) ready() bool { return bytes.IndexByte(l.buf[l.seen:l.end], '\n') >= 0 }
