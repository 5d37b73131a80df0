package replay

import (
	"net"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings/flow/load"
	"github.com/dockwire/dockwire/recordings/flow/match"
	"github.com/dockwire/dockwire/recordings/flow/play"
)

// answer plays one recorded answer to one live request.
type answer struct {
	c    *conn
	p    *Player
	in   *incoming
	x    *match.Taken
	part *play.Part
	out  writer

	asked  time.Time
	played play.Moment // the latest step
	room   int64       // bytes of the body that a fault leaves; -1: all
	inLive time.Time   // when the input a step waits for had come
}

func newAnswer(c *conn, in *incoming, x *match.Taken, part *play.Part) *answer {
	a := &answer{c: c, p: c.p, in: in, x: x, part: part, asked: now(), room: -1}
	a.played = play.Moment{Recorded: x.Time, Live: a.asked}
	a.out.init(a)
	return a
}

// play plays all steps and reports whether the connection goes on.
func (a *answer) play() bool {
	defer a.leave()
	for i, s := range a.x.Steps() {
		if !a.await(s) {
			return false
		}
		if why := a.p.builds.failure(a.x.Exchange); why != "" {
			a.c.breakOff(a.in, why, i > 0)
			return false
		}
		if !a.step(s) {
			return false
		}
		a.played = play.Moment{Recorded: s.Time, Live: now()}
	}
	return a.end()
}

// step writes what one line of the recording says, in one go.
func (a *answer) step(s *load.Step) bool {
	a.out.begin()
	a.out.learn()
	err := a.p.rec.Events(s.Line, func(e decode.Event) error {
		switch e := e.(type) {
		case *decode.ResponseHead:
			return a.out.head(e)
		case *decode.Data:
			if e.Dir == decode.Response {
				a.out.data(e, s)
			}
		case *decode.DirectionEnd:
			if e.Dir == decode.Response {
				a.out.end(e.Trailer)
			}
		}
		return nil
	})
	if err != nil {
		a.p.warnNow(a.x.Exchange, "%v", err)
		a.c.cut = true
		return false
	}
	return a.flush()
}

// flush writes what is ready, lets a stream's head arrive by itself, and
// half-closes when that was the end of a stream.
func (a *answer) flush() bool {
	cut := a.room >= 0 && int64(len(a.out.buf)-a.out.headSize) > a.room
	if cut {
		a.out.buf = a.out.buf[:a.out.headSize+int(a.room)]
	}
	a.room -= min(max(a.room, 0), int64(len(a.out.buf)-a.out.headSize))
	a.out.headSize = 0
	if len(a.out.buf) > 0 {
		if a.c.write(a.out.buf) != nil {
			return false // the client left
		}
		a.p.mu.Lock()
		a.p.lately[a.x.Group] = played{a.c, now()}
		a.p.mu.Unlock()
	}
	a.out.buf = a.out.buf[:0]
	if cut {
		a.c.cut = true
		return false
	}
	if a.out.opens {
		a.out.opens = false
		a.c.awaitHeadRead()
	}
	if a.out.closes {
		a.out.closes = false
		halfClose(a.c.nc)
	}
	return true
}

func halfClose(nc net.Conn) {
	if h, ok := nc.(interface{ CloseWrite() error }); ok {
		_ = h.CloseWrite() // the client may have left
	}
}

// leave takes the answer out of the order among all.
func (a *answer) leave() {
	a.p.mu.Lock()
	defer a.p.mu.Unlock()
	a.c.buf = a.out.buf[:0]
	a.p.order.Leave(a.part)
	if a.x.Hijacked() {
		a.p.compareInput(a)
	}
	a.p.wake()
}
