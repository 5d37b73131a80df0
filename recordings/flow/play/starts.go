package play

import (
	"time"

	"github.com/dockwire/dockwire/recordings/flow/load"
)

// starts knows which containers were made and run, to tell in which order they were
// started.
type starts struct {
	made    map[string]asked // by thing
	running map[string]asked // by thing: the start
}

// asked is a request that has come.
type asked struct {
	by *load.Exchange
	at time.Time
}

// come notes a request about a container.
func (s *starts) come(x *load.Exchange, thing string, at time.Time) {
	if x.Call.Op == nil || thing == "" {
		return
	}
	switch x.Call.Op.ID {
	case "ContainerCreate":
		s.made[thing] = asked{x, at}
	case "ContainerStart":
		s.running[thing] = asked{x, at}
	case "ContainerStop", "ContainerKill", "ContainerDelete":
		delete(s.running, thing)
	}
}

// Overtook returns a start that came before x, another start, but was recorded after x
// was over, or nil. The same client made both, or the client of one began when that of
// the other had ended. Both containers were made before either was started, in the
// recording and now: tests that make their own may come in any order.
func (b *Book) Overtook(x *load.Exchange) *load.Exchange {
	if x.Call.Op == nil || x.Call.Op.ID != "ContainerStart" || x.EndPos == 0 {
		return nil
	}
	made := b.starts.made[b.Thing(x)].at
	var first *load.Exchange
	for thing, r := range b.starts.running {
		y := r.by
		if m := b.starts.made[thing].by; m != nil && m.Pos > x.Pos {
			continue
		}
		if y.Pos > x.EndPos && made.Before(r.at) && (y.Group == x.Group || b.last[x.Group] < b.begun[y.Group]) && (first == nil || y.Pos < first.Pos) {
			first = y
		}
	}
	return first
}
