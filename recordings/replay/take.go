package replay

import (
	"fmt"
	"sort"
	"strings"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/recordings/flow/load"
	"github.com/dockwire/dockwire/recordings/flow/match"
	"github.com/dockwire/dockwire/recordings/flow/play"
)

// take finds what answers a request. When nothing does, it answers it itself
// and returns nil.
func (c *conn) take(in *incoming) (*match.Taken, *play.Part) {
	taken, part, miss := c.p.take(c.clientKey(in), in)
	if miss == nil {
		in.stream.frames = taken.Content == decode.ContentWSData
		in.decide(taken.Hijacked())
		return &taken, part
	}
	switch own := c.p.ownAnswer(in, miss); {
	case own != nil:
		in.decide(false)
		c.send(own)
	case c.p.cfg.Forward != nil && (miss.Reason == "" || in.mayHijack): // a build by BuildKit, too, when none was recorded
		c.forward(in)
	default:
		in.decide(false)
		c.refuse(in, miss)
	}
	return nil, nil
}

// instead waits until a client leaves, as the recorded one did before it had an answer. One
// that stays wants one: it gets another recorded answer to its request, if there is one,
// and is refused when it has stayed longer than the recorded one did, too.
func (c *conn) instead(in *incoming, x *match.Taken, part *play.Part) (*match.Taken, *play.Part) {
	patience := c.p.cfg.gateTimeout()
	if !c.stays(patience) {
		return x, part
	}
	in.waited = true
	taken, other, miss := c.p.take(c.clientKey(in), in)
	if miss != nil {
		if wait, known := c.p.waited(x.Exchange); !known || !c.stays(wait) {
			return x, part
		}
		c.p.mu.Lock()
		miss = c.p.missed(c.p.matcher.Refuse(c.p.live(c.clientKey(in), in), "the recorded client left without an answer"), in)
		c.p.mu.Unlock()
		c.refuse(in, miss)
	}
	c.p.mu.Lock()
	defer c.p.mu.Unlock()
	c.p.order.Leave(part)
	c.p.wake()
	if miss != nil {
		return nil, nil
	}
	return &taken, other
}

// stays waits, and reports whether the client is still there after that time.
func (c *conn) stays(wait time.Duration) bool {
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-c.gone:
	case <-c.p.closed:
	case <-t.C:
		return true
	}
	return false
}

// waited is how long the client of an exchange stayed at most when it was recorded, as
// what came next tells; known is false where nothing does.
func (p *Player) waited(x *load.Exchange) (wait time.Duration, known bool) {
	all := p.rec.Exchanges
	i := sort.Search(len(all), func(i int) bool { return all[i].Pos > x.EndPos })
	if x.EndPos == 0 || i == len(all) || all[i].File() != x.File() {
		return 0, false
	}
	return all[i].Time - x.Time, true
}

// take matches under the lock, so that two requests never get one exchange.
func (p *Player) take(client string, in *incoming) (match.Taken, *play.Part, *match.Miss) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.live(client, in)
	p.noteVersion(l.Call.Version)
	if reason := notReplayed(&l.Call); reason != "" {
		return match.Taken{}, nil, p.missed(p.matcher.Refuse(l, reason), in)
	}
	l.Waited = in.waited
	taken, miss := p.matcher.Take(l)
	if miss != nil && in.waited {
		p.matcher.Forgive(miss)
		return taken, nil, miss
	}
	if miss != nil {
		return taken, nil, p.missed(miss, in)
	}
	p.builds.asked(l, taken.Exchange)
	if l.Call.Op != nil && l.Call.Op.ID == "ContainerCreate" {
		p.asksForPorts(l.Body.Bytes)
	}
	p.book.Come(taken.Exchange, now())
	if later := p.book.Overtook(taken.Exchange); later != nil && !taken.Again {
		p.disorder = append(p.disorder, fmt.Sprintf("%s %s (%v) came before %s %s (%v), after which it was recorded",
			later.Method, later.Call.Path, later, taken.Method, taken.Call.Path, taken.Exchange))
	}
	part := p.order.Join(taken.Exchange, taken.FirstStep(), p.book.Thing(taken.Exchange))
	p.wake()
	return taken, part, nil
}

// missed reports a miss, unless it is of a kind that is answered anyhow.
func (p *Player) missed(m *match.Miss, in *incoming) *match.Miss {
	if p.ownAnswer(in, m) != nil {
		p.matcher.Forgive(m)
		if m.Operation == "SystemVersion" && !p.versionMade {
			p.versionMade = true
			p.warn(nil, "GET /version was not recorded: it is answered with the version, API and OS that recorded answers name")
		}
	} else if p.cfg.OnMiss != nil {
		p.cfg.OnMiss(m)
	}
	if x := m.InPlaceOf; x != nil { // it has come: nothing waits for it
		p.book.Release(x)
		p.wake()
	}
	return m
}

// live is a request with its secrets taken out, as those of the recording
// were; p.mu is held.
func (p *Player) live(client string, in *incoming) *match.Live {
	l := &match.Live{Client: client}
	l.Method, l.Target, l.Body = in.method, in.target, in.body
	l.Call = engine.Lookup(in.method, in.target)
	if p.redactor == nil {
		return l
	}
	if t, red := p.redactor.Target(l.Call.Op, in.target); len(red) > 0 {
		l.Target, l.RawTarget = strings.Clone(t), in.target
		l.Call = engine.Lookup(in.method, l.Target)
	}
	if l.Body.Size > 0 && l.Body.Whole && !l.Body.IsTar {
		if b, red := p.redactor.Body(l.Call.Op, decode.Request, l.Body.Bytes); len(red) > 0 {
			l.Raw = l.Body.Bytes
			l.Body.Bytes = append([]byte(nil), b...)
			l.Body.Size = int64(len(b))
		}
	}
	return l
}

// notReplayed says why a request cannot be answered from any recording.
func notReplayed(c *engine.Call) string {
	if c.Path == "/session" || c.Path == "/grpc" || strings.HasPrefix(c.Path, "/moby.buildkit.") || strings.HasPrefix(c.Path, "/grpc.") {
		return "the recording has no builds by BuildKit"
	}
	return ""
}

// Warning is something a person should know of a replay that was no miss.
type Warning struct {
	Exchange decode.ExchangeID `json:"exchange,omitempty"` // 0: of no single one
	File     string            `json:"file,omitempty"`     // of it, where several are replayed
	Text     string            `json:"text"`
}

func (w Warning) String() string {
	if w.Exchange == 0 {
		return w.Text
	}
	if w.File != "" {
		return fmt.Sprintf("#%d of %s: %s", w.Exchange, w.File, w.Text)
	}
	return fmt.Sprintf("#%d: %s", w.Exchange, w.Text)
}
