package recordings

import (
	"bytes"
	"runtime"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings/v1"
)

// Bounds of what is read together. A batch ends before it has to wait for bytes,
// so that what has come is delivered.
const (
	batchLines = 128
	batchBytes = 256 << 10
	// keptLine is from which length on a line's memory is not used again.
	keptLine = 64 << 10
)

// readAhead reads and parses the lines after those whose events are delivered,
// beside the caller who works on them.
type readAhead struct {
	beside bool // in goroutines: a read does not wait for anybody
	now    *batch
	filled []*batch  // that are being filled, in the order of their lines
	ended  chan bool // gets whether there are no more lines, when those of the last were read
	spare  []*batch
	sieves func() Sieve // nil: all lines are wanted
	left   func(decode.ConnID)
}

// batch is lines that were read and parsed together.
type batch struct {
	lines []parsedLine // n of them are in use
	n, i  int          // i were delivered
	most  int          // lines
	text  []byte       // memory of lines
	err   error        // why there are no more

	fresh  func() decoder // makes those of its lines, which are parsed one after the other
	sifter *sifter        // nil: all lines are wanted
	parsed chan struct{}  // closed when its lines were parsed, too
}

// parsedLine is a line with the decoder that has its events.
type parsedLine struct {
	text []byte
	position
	decoder decoder
	err     error // it could not be read
	left    leftOut
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
	r.line, r.position = p.text, p.position
	if p.left.exchange != 0 {
		if _, open := r.open.exchanges[p.left.exchange]; !open {
			r.says, r.now = v1.Says{}, p.left.time
			if a.left != nil && p.left.conn != 0 {
				a.left(p.left.conn)
			}
			return p, nil
		}
		p.left = leftOut{}
		p.parse(a.now.fresh)
	}
	if p.err == nil {
		r.decoder, r.says, r.now = p.decoder, p.decoder.Says(), p.decoder.Now()
	}
	return p, nil
}

// turn makes the next batch the one that is delivered.
func (r *Reader) turn() {
	a := &r.ahead
	if a.now != nil {
		a.spare = append(a.spare, a.now)
	}
	if !a.beside {
		a.now = a.take(r.decoders)
		a.now.empty()
		r.read(a.now)
		a.now.parse()
		return
	}
	for len(a.filled) <= runtime.GOMAXPROCS(0) {
		r.fillBeside()
	}
	a.now = a.filled[0]
	a.filled = append(a.filled[:0], a.filled[1:]...)
	<-a.now.parsed
	if a.now.err != nil { // nothing was read behind it
		a.wait()
	}
}

// take returns an empty batch.
func (a *readAhead) take(fresh func() func() decoder) *batch {
	n := len(a.spare)
	if n == 0 {
		b := &batch{fresh: fresh(), most: batchLines}
		if a.sieves != nil {
			b.most, b.sifter = siftLines, b.newSifter(a.sieves())
		}
		return b
	}
	b := a.spare[n-1]
	a.spare = a.spare[:n-1]
	return b
}

// fillBeside fills a further batch in a goroutine, which ends with the batch; Close
// waits for it. Lines are read by one of them after the other, and parsed by all.
func (r *Reader) fillBeside() {
	a := &r.ahead
	ended := a.ended
	b := a.take(r.decoders)
	a.ended, b.parsed = make(chan bool, 1), make(chan struct{})
	a.filled = append(a.filled, b)
	go func(mine chan<- bool) {
		defer close(b.parsed)
		over := ended != nil && <-ended
		if b.empty(); !over {
			r.read(b)
		}
		mine <- over || b.err != nil
		b.parse()
	}(a.ended)
}

// wait waits for the batches that are being filled, and drops them.
func (a *readAhead) wait() {
	for _, b := range a.filled {
		<-b.parsed
	}
	a.spare = append(a.spare, a.filled...)
	a.filled, a.ended = a.filled[:0], nil
}

func (b *batch) empty() {
	b.n, b.i, b.text, b.err = 0, 0, b.text[:0], nil
	if cap(b.text) > 2*batchBytes {
		b.text = nil
	}
}

// read reads the lines that have come, and waits for the first. At the end of the
// recording it sets the error of the batch.
func (r *Reader) read(b *batch) {
	for b.n == 0 || b.n < b.most && len(b.text) < batchBytes && r.lines.ready() {
		line, err := r.lines.read()
		if err == nil && r.skips(line) {
			continue
		}
		if err != nil && err != errTooLong {
			b.err = err
			return
		}
		p := b.line()
		p.position, p.err = r.lines.position, err
		if err == nil {
			b.text = append(b.text, line...)
			p.text = b.text[len(b.text)-len(line) : len(b.text) : len(b.text)]
		}
	}
}

func (b *batch) parse() {
	if b.sifter != nil {
		b.sifter.sift(b.lines[:b.n])
	}
	for i := range b.lines[:b.n] {
		p := &b.lines[i]
		if p.err == nil && p.left.exchange == 0 {
			p.parse(b.fresh)
		}
	}
}

func (p *parsedLine) parse(fresh func() decoder) {
	if p.decoder == nil {
		p.decoder = fresh()
	}
	p.err = p.decoder.Parse(p.text)
}

// line is the next one of a batch.
func (b *batch) line() *parsedLine {
	if b.n == len(b.lines) {
		b.lines = append(b.lines, parsedLine{})
	}
	p := &b.lines[b.n]
	if len(p.text) > keptLine {
		p.decoder = nil
	}
	p.text, p.left = nil, leftOut{}
	b.n++
	return p
}

// ready reports whether the next line is there without reading.
func (l *lines) ready() bool {
	i := bytes.IndexByte(l.buf[l.seen:l.end], '\n')
	if i < 0 {
		i = l.end - l.seen
	}
	l.seen += i // read goes on from there
	return l.seen < l.end
}
