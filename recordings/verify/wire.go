package verify

import (
	"bytes"
	"os"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/decode/redact"
	"github.com/dockwire/dockwire/recordings/flow/compare"
)

// wire decodes what is said live: decoder, redactor and collector of all
// calls. r.mu is held wherever it is used.
type wire struct {
	run     *run
	session *decode.Session
	collect *compare.Collector
	by      map[decode.ConnID]*call
}

func (w *wire) init(r *run) {
	w.run, w.by = r, map[decode.ConnID]*call{}
	w.collect = compare.NewCollector(nil, w.over)
	if !r.opt.Existing {
		w.collect.Wanted = func(value []byte) bool { return r.now.has(value) }
	}
	plain := r.rec.Header.Redact == "off"
	redactor := redact.New(r.opt.Redact, func(e decode.Event) {
		if !plain {
			w.collect.Event(e)
		}
		if r.opt.Events != nil {
			r.opt.Events(e)
		}
	})
	w.session = decode.NewSession(func(e decode.Event) {
		w.note(e)
		if plain {
			w.collect.Event(e)
		}
		redactor.Event(e)
	})
}

func (w *wire) open(c *call) *decode.Conn {
	id := decode.ConnID(len(w.by) + 1)
	w.by[id] = c
	return w.session.Open(decode.ConnOpened{
		Origin: decode.Origin{Time: w.now(), Conn: id},
		Peer:   decode.Peer{PID: os.Getpid(), Command: []string{"dockwire", "verify"}},
	})
}

func (w *wire) now() time.Duration { return time.Since(w.run.start) }

// note tells waiting calls what has come.
func (w *wire) note(e decode.Event) {
	c := w.by[e.From().Conn]
	switch e := e.(type) {
	case *decode.ResponseHead:
		c.phase, c.hijacked = headed, e.Framing == decode.FramingHijack
	case *decode.Data:
		if e.Dir == decode.Request {
			return
		}
		c.came += c.amount(e)
	case *decode.DirectionEnd:
		if e.Dir == decode.Response && c.phase == headed {
			c.phase = answered
		}
	case *decode.ExchangeEnd:
		if c.phase == answered {
			c.phase = over
		} else {
			c.phase = broken
		}
	default:
		return
	}
	c.at = time.Now()
	w.run.wake()
}

// over takes a live exchange apart.
func (w *wire) over(x *exchange.Exchange, parts func() *compare.Parts) {
	w.by[x.Conn.ID].live = take(x, parts)
}

// answer is what an answer consists of.
type answer struct {
	parts  *compare.Parts
	status int
	body   []byte // of JSON, or of a stream of it: ids are learned from it
	values bool   // it is a stream
}

// maxLearn bounds what is looked at for ids.
const maxLearn = 4 << 20

func take(x *exchange.Exchange, parts func() *compare.Parts) *answer {
	a := &answer{parts: parts(), status: x.Status, values: x.Response.Content == decode.ContentJSONStream}
	if (a.values || x.Response.Content == decode.ContentJSON) && len(x.Response.Body) <= maxLearn {
		a.body = bytes.Clone(x.Response.Body)
	}
	return a
}

// recorded reads a recorded exchange back.
func (r *run) recorded(c *call) (a *answer, err error) {
	in := compare.NewCollector(nil, func(x *exchange.Exchange, parts func() *compare.Parts) { a = take(x, parts) })
	if !r.opt.Existing {
		in.Wanted = func(value []byte) bool {
			r.mu.Lock()
			defer r.mu.Unlock()
			return r.then.has(value)
		}
	}
	err = r.rec.Again(c.x, in.Event)
	return a, err
}
