package pipeline

import (
	"sync/atomic"

	"github.com/dockwire/dockwire/decode"
)

// Counts counts what has passed. Only Open may be called while the pipeline runs.
type Counts struct {
	Connections, Exchanges, Failed int
	open                           atomic.Int64 // connections
}

// Open is the number of connections that are open.
func (c *Counts) Open() int { return int(c.open.Load()) }

// Event counts an event.
func (c *Counts) Event(e decode.Event) {
	switch e := e.(type) {
	case *decode.ConnOpened:
		c.Connections++
		c.open.Add(1)
	case *decode.ConnClosed:
		c.open.Add(-1)
	case *decode.RequestHead:
		c.Exchanges++
	case *decode.ResponseHead:
		if e.Status >= 400 {
			c.Failed++
		}
	}
}
