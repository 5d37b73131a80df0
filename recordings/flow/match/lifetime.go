package match

import (
	"fmt"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/recordings/flow/load"
)

// Reuse says what happens to a request that was recorded, and all whose
// recordings are used.
type Reuse string

const (
	ReuseDefault Reuse = ""      // finite answers to GET and HEAD stay at the last one, anything else is a miss
	ReuseNone    Reuse = "none"  // a miss
	ReuseLast    Reuse = "last"  // the last one again
	ReuseCycle   Reuse = "cycle" // from the first one again
)

// ParseReuse reads the name of a Reuse.
func ParseReuse(s string) (Reuse, error) {
	switch r := Reuse(s); r {
	case ReuseNone, ReuseLast, ReuseCycle, ReuseDefault:
		return r, nil
	}
	return "", fmt.Errorf("no such reuse: %q (none, last, cycle)", s)
}

// life is how often an exchange may be used.
type life uint8

const (
	once    life = iota
	last         // again, when it is the last of its kind
	cycle        // again, in turn
	session      // any number of times, and it does not matter if never
)

func lifeOf(x *load.Exchange, r Reuse) life {
	if x.Call.Op != nil {
		switch x.Call.Op.ID {
		case "SystemPing", "SystemPingHead", "SystemVersion", "SystemInfo":
			return session
		}
	}
	switch r {
	case ReuseNone:
		return once
	case ReuseLast:
		return last
	case ReuseCycle:
		return cycle
	}
	if (x.Method == "GET" || x.Method == "HEAD") && finite(x) {
		return last
	}
	return once
}

// look reports whether an exchange is a look at something, and may be made more or
// less often than it was.
func (e *entry) look() bool { return e.life == last && (e.x.Method == "GET" || e.x.Method == "HEAD") }

// finite reports whether the daemon, not the client, ended the answer.
func finite(x *load.Exchange) bool { return x.Complete() && x.End.By == decode.Server && !x.Hijacked() }

// GaveUp reports whether the client left before it had the answer it was waiting
// for, rather than a stream that it had enough of.
func GaveUp(x *load.Exchange) bool {
	if x.Status == 0 {
		return true
	}
	if x.End.By != decode.Client || !x.End.Open || x.Hijacked() {
		return false
	}
	if op := x.Call.Op; op != nil {
		switch op.Stream {
		case engine.Hijack, engine.Logs, engine.WebSocket:
			return false
		}
		return op.ID != "SystemEvents" && op.ID != "ContainerStats"
	}
	return false
}
