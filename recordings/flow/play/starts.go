package play

import (
	"time"

	"github.com/dockwire/dockwire/recordings/flow/load"
)

// starts knows which containers were made and run, to tell in which order they were
// started.
type starts struct {
	made    map[string]time.Time // by thing: when it was asked for
	running map[string]run       // by thing
}

// run is a container that was started.
type run struct {
	by *load.Exchange
	at time.Time
}

func newStarts() starts { return starts{map[string]time.Time{}, map[string]run{}} }

// come notes a request about a container.
func (s *starts) come(x *load.Exchange, thing string, at time.Time) {
	if x.Call.Op == nil || thing == "" {
		return
	}
	switch x.Call.Op.ID {
	case "ContainerCreate":
		s.made[thing] = at
	case "ContainerStart":
		s.running[thing] = run{x, at}
	case "ContainerStop", "ContainerKill", "ContainerDelete":
		delete(s.running, thing)
	}
}

// Overtook is a start that came before x, another start, and was recorded after x was
// over: by the same client, or by one that began when the other had ended. nil if
// there is none. The container of x must have been there by then: in which order
// tests come that make their own does not matter.
func (b *Book) Overtook(x *load.Exchange) *load.Exchange {
	if x.Call.Op == nil || x.Call.Op.ID != "ContainerStart" || x.End.Pos == 0 {
		return nil
	}
	made := b.starts.made[b.Thing(x)]
	var first *load.Exchange
	for _, r := range b.starts.running {
		y := r.by
		if y.Pos > x.End.Pos && made.Before(r.at) && (y.Group == x.Group || b.last[x.Group] < b.begun[y.Group]) && (first == nil || y.Pos < first.Pos) {
			first = y
		}
	}
	return first
}
