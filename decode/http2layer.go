package decode

import (
	"slices"

	"github.com/dockwire/dockwire/decode/http2"
)

// http2Layer is the layer for HTTP/2. Each stream is an exchange of its own.
//
// Its maps and orders follow the streams, its directions the way the bytes
// travel; place.travels leads from one to the other.
type http2Layer struct {
	place
	dirs    [2]http2Direction // by the way the bytes travel
	streams map[uint32]*stream
	latest  *stream         // one of them, or nil; most frames are of the same as the one before
	order   []*stream       // that are open, in the order they began
	last    uint32          // the highest number of a stream that began
	given   [64]resetStream // the latest that were given up, a ring
	resets  int
}

// http2Direction is what one direction of the connection sends.
type http2Direction struct {
	reader *http2.Reader
	start  int  // bytes of the preface that were seen
	begun  bool // behind the preface
	over   bool
	counts ControlFrames
	stray  int64 // bytes of no open stream
	unread int64 // bytes that could not be followed
}

// resetStream is a stream that one side gave up.
type resetStream struct {
	id uint32
	by Direction // the way its RST_STREAM travelled
}

// maxStreams bounds the streams that are followed at a time. A server of Go
// takes 250 unless told otherwise.
const maxStreams = 1024

func newHTTP2(at place) *http2Layer {
	l := &http2Layer{place: at, streams: map[uint32]*stream{}}
	for d := range l.dirs {
		l.dirs[d].reader = http2.NewReader()
	}
	return l
}

func (l *http2Layer) feed(d Direction, p []byte) {
	dir := &l.dirs[d]
	dir.counts.Bytes += int64(len(p))
	if !dir.begun {
		p = l.begin(d, p)
	}
	for len(p) > 0 {
		f, rest, ok := dir.reader.Next(p)
		if p = rest; ok {
			l.frame(d, &f)
		}
		if dir.reader.Broken() != "" {
			dir.unread += int64(len(p))
			return
		}
	}
}

// begin takes the preface off. The side that sends it is the client, whatever
// the route says: there is no HTTP/2 where it is not.
func (l *http2Layer) begin(d Direction, p []byte) []byte {
	dir := &l.dirs[d]
	n := 0
	for n < len(p) && dir.start+n < len(http2.Preface) && p[n] == http2.Preface[dir.start+n] {
		n++
	}
	had := dir.start
	dir.start += n
	switch {
	case dir.start == len(http2.Preface):
		dir.begun = true
		if l.last == 0 {
			l.reversed = d == Response
		}
		return p[n:]
	case n == len(p):
		return nil
	}
	dir.begun = true
	if had == 0 {
		return p
	}
	return slices.Concat([]byte(http2.Preface[:had]), p)
}

func (l *http2Layer) frame(d Direction, f *http2.Frame) {
	c := &l.dirs[d].counts
	switch f.Kind {
	case http2.Head:
		l.head(d, f)
	case http2.Data:
		l.data(d, f)
	case http2.Reset:
		l.reset(d, f)
	case http2.GoAway:
		c.GoAway++
		l.goAway(d, f)
	case http2.Settings:
		c.Settings++
	case http2.Ping:
		c.Ping++
	case http2.WindowUpdate:
		c.WindowUpdate++
	case http2.Priority:
		c.Priority++
	case http2.Other:
		c.Other++
	case http2.Odd:
		l.odd(d, f)
	}
}

// odd reports something that HTTP/2 does not allow, without its bytes: they mean
// nothing without the table of the headers before, and may hold a secret.
func (l *http2Layer) odd(d Direction, f *http2.Frame) {
	var ex *exchange
	side := d
	if st := l.streams[f.Stream]; st != nil {
		ex, side = st.ex, l.travels(d)
	}
	l.anomaly(ex, side, "HTTP/2: "+f.Why, nil)
	if l.dirs[d].reader.Broken() != "" {
		l.lose(l.travels(d), sideLost)
	}
}

// lose marks that a direction of all open streams brings nothing more.
func (l *http2Layer) lose(d Direction, how side) {
	for _, st := range slices.Clone(l.order) {
		if st.ex.sides[d] == sideOpen {
			st.bodies[d].end()
			st.ex.sides[d] = how
			l.endIfOver(st)
		}
	}
}

func (l *http2Layer) eof(d Direction) {
	dir := &l.dirs[d]
	dir.over = true
	if dir.reader.Inside() {
		l.anomaly(nil, d, "HTTP/2: ended inside a frame", nil)
	}
	l.lose(l.travels(d), sideEnded)
	if l.travels(d) == Response {
		for len(l.order) > 0 { // no answer will come
			l.finish(l.order[0], l.leaver(), EndCancel, "")
		}
	}
}

// leaver is the side that ended its direction first.
func (l *http2Layer) leaver() Party {
	asks := l.travels(Request)
	if l.dirs[asks].over {
		return sender(asks)
	}
	return sender(1 - asks)
}

// sender is the side that sends in direction d.
func sender(d Direction) Party {
	if d == Request {
		return Client
	}
	return Server
}

func (l *http2Layer) gap(d Direction, n int64, why string) {
	dir := &l.dirs[d]
	dir.counts.Bytes += n
	stream, end, ok := dir.reader.Gap(n)
	st := l.streams[stream]
	switch {
	case ok && st != nil && st.ex.sides[l.travels(d)] == sideOpen:
		st.bodies[l.travels(d)].gap(n, why)
		if end {
			l.endDirection(st, l.travels(d), nil)
		}
	case ok:
		l.gapEvent(nil, d, n, why)
	default:
		l.gapEvent(nil, d, n, why)
		l.odd(d, &http2.Frame{Why: dir.reader.Broken()})
	}
}

func (l *http2Layer) close(by Party, how Ending, err string) {
	if how == EndEOF {
		how = EndCancel
	}
	for len(l.order) > 0 {
		l.finish(l.order[0], by, how, err)
	}
	for d := range l.dirs {
		l.account(Direction(d))
	}
}

// account reports the parts of a direction that no stream reported.
func (l *http2Layer) account(d Direction) {
	dir := &l.dirs[d]
	if dir.stray > 0 {
		l.gapEvent(nil, d, dir.stray, "HTTP/2: of no open stream")
	}
	if dir.unread > 0 {
		l.gapEvent(nil, d, dir.unread, "HTTP/2: not decoded")
	}
	if dir.counts.Bytes > 0 {
		e := &l.s.ev.control
		*e = dir.counts
		e.Origin, e.Dir = l.origin(nil), d
		l.s.emit(e)
	}
}
