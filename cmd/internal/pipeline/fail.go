package pipeline

import (
	"fmt"
	"runtime"
	"strings"

	"github.com/dockwire/dockwire/decode"
)

// failure is a connection of which nothing more can be decoded.
type failure struct {
	missed [2]int64 // bytes that were not decoded, by direction
}

// losses are all failures of an observation. They are the loop's own until it
// has ended.
type losses struct {
	conns int
	bytes int64
	said  map[string]bool
}

// fail says that nothing more of a connection can be decoded, and what it
// carries from here on is counted.
func (p *Pipeline) fail(it *item, caught any) {
	why := reason(caught)
	it.conn.failed = &failure{}
	p.losses.conns++
	p.tell(fmt.Sprintf("connection %d can no longer be decoded (traffic is not affected); please report this: %s", it.conn.id, why))
	origin := decode.Origin{Time: it.at, Conn: it.conn.id}
	if it.kind == opened {
		// Consumers must hear of each connection. What made the decoder fail may
		// be the command line, and it may hold a secret.
		open := connOpened(it.conn.id, it)
		open.Peer.Command = nil
		p.deliver(&open)
	}
	p.deliver(&decode.Anomaly{Origin: origin, Dir: it.dir, Reason: "the decoder failed: " + why})
	p.after(it)
}

// after takes an item of a connection whose decoder failed.
func (p *Pipeline) after(it *item) {
	f := it.conn.failed
	switch it.kind {
	case chunk, missed:
		f.missed[it.dir] += int64(it.size)
		p.losses.bytes += int64(it.size)
	case closed:
		origin := decode.Origin{Time: it.at, Conn: it.conn.id}
		for d, n := range f.missed {
			if n > 0 {
				p.deliver(&decode.Gap{Origin: origin, Dir: decode.Direction(d), Bytes: n, Why: "the decoder failed"})
			}
		}
		p.deliver(&decode.ConnClosed{Origin: origin, By: decode.Party(it.end.By), How: decode.Ending(it.end.How), Err: errorText(it.end.Err)})
	}
}

// deliver hands an event without any content of the connection to each
// consumer, past the filter, which may be what failed. A consumer that fails on
// it does not keep it from the others.
func (p *Pipeline) deliver(e decode.Event) {
	for _, c := range p.cfg.Consumers {
		p.guard(func() { c.Event(e) })
	}
}

// guard runs f and reports its panic: a consumer that fails must not end the
// process, and traffic with it.
func (p *Pipeline) guard(f func()) {
	defer func() {
		if r := recover(); r != nil {
			p.tell("a part of dockwire failed (traffic is not affected); please report this: " + reason(r))
		}
	}()
	f()
}

// tell says the same thing once.
func (p *Pipeline) tell(message string) {
	if p.cfg.Trouble == nil || p.losses.said[message] {
		return
	}
	if p.losses.said == nil {
		p.losses.said = map[string]bool{}
	}
	if len(p.losses.said) < 100 {
		p.losses.said[message] = true
		p.cfg.Trouble(message)
	}
}

// reason says what a panic was about and where. Only the runtime's own errors
// are quoted: others may hold what the connection carried.
func reason(caught any) string {
	what := "panic"
	if err, ok := caught.(runtime.Error); ok {
		what = err.Error()
	}
	pcs := make([]uintptr, 32)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(0, pcs)])
	for panicked := false; ; {
		f, more := frames.Next()
		switch {
		case f.Function == "runtime.gopanic":
			panicked = true
		case panicked && !strings.HasPrefix(f.Function, "runtime."):
			return fmt.Sprintf("%s in %s, line %d", what, f.Function, f.Line)
		}
		if !more {
			return what
		}
	}
}

// Failed reports how many connections the decoder failed, and how many bytes
// of theirs were not decoded. It is called after Close.
func (p *Pipeline) Failed() (conns int, bytes int64) { return p.losses.conns, p.losses.bytes }
