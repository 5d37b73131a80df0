package exchange

import (
	"time"

	"github.com/dockwire/dockwire/decode/build"
)

// traceOf is the W3C trace that a call belongs to by its own header, or by the
// build that it is of; "" for most. All calls of a buildx run share one.
func traceOf(x *Exchange) string {
	if t := build.TraceID(x.Request.Fields); t != "" || x.Build == nil {
		return t
	}
	return x.Build.Trace
}

// ofTrace finds the command of a client whose process is not known, by a trace.
// A connection is one process's, whatever traces its calls have: some clients
// begin one with each call. On another connection another trace is another
// command.
func (cs *Commands) ofTrace(conn *Connection, agent, trace string, start time.Duration) *Command {
	key := "trace\x00" + trace
	c := cs.byKey[key]
	if c == nil {
		own := keyOf(&conn.Peer, agent)
		if last := cs.byKey[own]; cs.conns[conn.ID] == nil && last != nil && last.traced {
			c = cs.add(conn, agent, own, start)
			cs.byKey[own] = c
		} else {
			c = cs.ofClient(conn, agent, start)
		}
		cs.byKey[key] = c
	}
	c.traced = true
	cs.join(conn, c)
	return c
}
