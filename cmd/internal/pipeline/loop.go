package pipeline

import (
	"sync"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/digest"
	"github.com/dockwire/dockwire/intercept"
)

// tickEvery is how often consumers may do what waits for time to pass.
const tickEvery = 50 * time.Millisecond

// While chunks come, the loop decodes what has come together in gatherFor, or as
// soon as it is gatherBytes. Woken for each chunk, it would take the processor away
// from client and daemon just when they are about to answer each other, and every
// wake-up is dear, of a virtual machine above all. Five milliseconds are not visible
// on a screen.
const (
	gatherFor   = 5 * time.Millisecond
	gatherBytes = 1 << 20
)

// idleTicks is after how many ticks without traffic the clock slows down to
// idleEvery: all that waits for a short time has happened by then, and a
// recorder looks after its file.
const (
	idleTicks = 40
	idleEvery = time.Second
)

// freeEvery is how much is decoded before the waiting chunks get room.
const freeEvery = 256 << 10

// A Consumer receives every event, in order, on the decode loop. It must not
// wait for anything slower than a disk; a screen sits behind a queue of its
// own. Events are valid only during the call.
type Consumer interface {
	Event(decode.Event)
	// Flush is called when all that had come has been decoded, before the loop
	// waits for more.
	Flush()
	Tick(now time.Duration)
}

// EachEvent is a Consumer that takes events and nothing else.
type EachEvent func(decode.Event)

func (f EachEvent) Event(e decode.Event) { f(e) }
func (EachEvent) Flush()                 {}
func (EachEvent) Tick(time.Duration)     {}

// Config says what a pipeline does with what it sees.
type Config struct {
	Start    time.Time // zero of all event times
	Lossless bool      // hold traffic back rather than lose a byte to a slow consumer
	// Filter is between decoder and consumers: it gets every event and
	// passes it on to next, changed where a secret was. nil: no filter.
	Filter    func(next func(decode.Event)) func(decode.Event)
	Consumers []Consumer
	Digest    digest.Kind // of files that builds send
	// Trouble is told, on the decode loop, of failures that traffic does not
	// notice but the user should. It may be nil.
	Trouble func(message string)
}

// Pipeline is one observation: a Tap for the relay and the decode loop behind
// it.
type Pipeline struct {
	cfg     Config
	queue   *queue
	session *decode.Session
	emit    func(decode.Event)
	stop    chan struct{}
	done    sync.WaitGroup
	losses  losses
}

// Start starts the decode loop. Close ends it.
func Start(cfg Config) *Pipeline {
	p := &Pipeline{cfg: cfg, queue: newQueue(cfg.Start, cfg.Lossless), stop: make(chan struct{})}
	p.emit = p.fanOut
	if cfg.Filter != nil {
		p.emit = cfg.Filter(p.fanOut)
	}
	p.session = decode.NewSession(p.emit)
	p.session.Digests(cfg.Digest)
	p.done.Go(p.loop)
	return p
}

// Tap is what the relay reports to.
func (p *Pipeline) Tap() intercept.Tap { return p.queue }

// Close decodes what still waits and ends the loop. The relay has to be
// closed before, or its last bytes are not seen.
func (p *Pipeline) Close() {
	close(p.stop)
	p.done.Wait()
}

// Pressure says how long traffic was held back for the decode loop, and how
// many bytes were given up instead.
func (p *Pipeline) Pressure() (waited time.Duration, lost int64) {
	p.queue.mu.Lock()
	defer p.queue.mu.Unlock()
	return p.queue.waited, p.queue.lost
}

func (p *Pipeline) fanOut(e decode.Event) {
	for _, c := range p.cfg.Consumers {
		c.Event(e)
	}
}

func (p *Pipeline) loop() {
	ticker := time.NewTicker(tickEvery)
	defer ticker.Stop()
	gathered := time.NewTimer(gatherFor)
	defer gathered.Stop()
	var b batch
	var quiet int
	var idle, slow bool // nothing comes, for the moment and for long
	for {
		wake := p.queue.wake
		if !idle {
			wake = nil // the timer is set, and no chunk has to wake the loop
		}
		select {
		case <-wake:
			idle = false
			gathered.Reset(gatherFor)
			continue
		case <-p.queue.full:
		case <-gathered.C:
		case <-ticker.C:
			p.tick()
			if quiet++; quiet > idleTicks && !slow {
				ticker.Reset(idleEvery)
				slow = true
			}
			continue
		case <-p.stop:
			p.queue.end()
			p.decode(b)
			p.tick()
			return
		}
		b = p.decode(b)
		if idle = len(b.items) == 0; idle {
			continue
		}
		gathered.Reset(gatherFor)
		if quiet = 0; slow {
			ticker.Reset(tickEvery)
			slow = false
		}
	}
}

func (p *Pipeline) tick() {
	now := time.Since(p.cfg.Start)
	for _, c := range p.cfg.Consumers {
		p.guard(func() { c.Tick(now) })
	}
}

// decode works off all that waits, and returns its memory for reuse.
func (p *Pipeline) decode(done batch) batch {
	b := p.queue.take(done)
	if len(b.items) == 0 {
		return b
	}
	freed, began := 0, time.Now()
	for i := range b.items {
		it := &b.items[i]
		if len(p.queue.full) == 0 && time.Since(began) < gatherFor {
			giveWay()
		}
		p.step(it, b.arena)
		if it.buf != nil {
			it.buf.Release()
		}
		if freed += it.cost; freed >= freeEvery {
			p.queue.free(freed)
			freed = 0
		}
		*it = item{}
	}
	p.queue.free(freed)
	for _, c := range p.cfg.Consumers {
		p.guard(c.Flush)
	}
	return b
}

// step decodes one item. A decoder that fails is cut off from its connection,
// which goes on.
func (p *Pipeline) step(it *item, arena []byte) {
	if it.conn.failed != nil {
		p.after(it)
		return
	}
	defer func() {
		if r := recover(); r != nil {
			p.fail(it, r)
		}
	}()
	c := it.conn
	switch it.kind {
	case opened:
		c.decoder = p.session.Open(connOpened(c.id, it))
	case chunk:
		c.decoder.Feed(it.dir, it.at, it.bytes(arena))
	case missed:
		c.decoder.Gap(it.dir, it.at, int64(it.size), "the decoder was behind")
	case halfClosed:
		c.decoder.EOF(it.dir, it.at)
	case closed:
		c.decoder.Close(it.at, decode.Party(it.end.By), decode.Ending(it.end.How), errorText(it.end.Err))
	}
}

func connOpened(id decode.ConnID, it *item) decode.ConnOpened {
	in := it.info
	return decode.ConnOpened{
		Origin:   decode.Origin{Time: it.at, Conn: id},
		Peer:     decode.Peer(in.Peer),
		Listener: in.Listener,
		Upstream: in.Upstream,
		Dial:     in.Dial,
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
