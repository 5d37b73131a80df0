package pipeline

import (
	"sync"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/intercept"
)

// queueLimit bounds the memory that waits for the decode loop, all
// connections together.
const queueLimit = 8 << 20

// itemCost is what an item weighs beside its bytes.
const itemCost = 160

// copyBelow is the size up to which a chunk is copied into the queue instead
// of pinning the relay's buffer, which may be eight times as large. A record of TLS
// is no larger.
const copyBelow = 16 << 10

// patience is how long a chunk may wait for a decode loop that is behind
// before it is given up as a gap. A loop that is merely busy frees room within
// microseconds; one that hangs on a dead disk must not hold traffic back.
const patience = 100 * time.Millisecond

type kind uint8

const (
	opened kind = iota
	chunk
	missed // size bytes were given up
	halfClosed
	closed
)

// item is one thing a connection did.
type item struct {
	conn *conn
	kind kind
	dir  decode.Direction
	at   time.Duration
	buf  *intercept.Buffer // a large chunk, held until decoded
	from int               // a small chunk: arena[from : from+size]
	size int
	cost int // its share of queue.held
	info *intercept.ConnInfo
	end  intercept.Ending
}

// bytes is the chunk an item stands for.
func (it *item) bytes(arena []byte) []byte {
	if it.buf != nil {
		return it.buf.Bytes()
	}
	return arena[it.from : it.from+it.size : it.from+it.size]
}

// conn is one connection as the queue sees it: intercept.ConnTap for the
// relay, and the decoder's state for the loop.
type conn struct {
	queue *queue
	id    decode.ConnID

	missed [2]int64 // bytes given up and not yet announced; guarded by queue.mu

	decoder *decode.Conn // the loop's own
	failed  *failure     // the decoder failed on this connection; the loop's own
}

// batch is what the loop takes out at once.
type batch struct {
	items []item
	arena []byte
}

// queue keeps what connections did, in one order, until the loop takes it.
type queue struct {
	start    time.Time
	lossless bool // wait for room however long it takes

	mu     sync.Mutex
	next   batch
	came   int  // bytes of memory since the loop took the last batch
	held   int  // bytes of memory that wait or are being decoded
	stuck  bool // the loop made no room within patience; nobody waits until it does
	over   bool // the loop has ended
	lastID decode.ConnID
	waited time.Duration // total time that traffic was held back
	lost   int64         // total bytes given up

	wake    chan struct{} // one token: there is something to do
	full    chan struct{} // one token: it is much
	waiting int           // how many wait for room
	freed   chan struct{} // closed and replaced when the loop made room for waiting chunks
}

func newQueue(start time.Time, lossless bool) *queue {
	return &queue{start: start, lossless: lossless, wake: make(chan struct{}, 1), full: make(chan struct{}, 1), freed: make(chan struct{})}
}

// Open implements intercept.Tap.
func (q *queue) Open(info intercept.ConnInfo) intercept.ConnTap {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.lastID++
	c := &conn{queue: q, id: q.lastID}
	q.push(item{conn: c, kind: opened, at: info.Accepted.Sub(q.start), info: &info})
	token(q.wake)
	return c
}

// Chunk implements intercept.ConnTap.
func (c *conn) Chunk(d intercept.Direction, at time.Time, b *intercept.Buffer) {
	q, p := c.queue, b.Bytes()
	it := item{conn: c, kind: chunk, dir: decode.Direction(d), at: at.Sub(q.start), size: len(p), cost: itemCost + len(p)}
	if len(p) > copyBelow {
		it.cost = itemCost + b.Size()
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.room(it.cost) {
		c.missed[d] += int64(len(p))
		q.lost += int64(len(p))
		b.Release()
		return
	}
	if len(p) > copyBelow {
		it.buf = b
	} else {
		it.from = len(q.next.arena)
		q.next.arena = append(q.next.arena, p...)
		b.Release()
	}
	q.held += it.cost
	q.push(it)
	if q.came += it.cost; q.came >= gatherBytes {
		token(q.full)
	}
}

// Sent implements intercept.ConnTap.
func (c *conn) Sent(intercept.Direction) { token(c.queue.wake) }

// EOF implements intercept.ConnTap.
func (c *conn) EOF(d intercept.Direction, at time.Time) {
	c.push(item{conn: c, kind: halfClosed, dir: decode.Direction(d), at: at.Sub(c.queue.start)})
}

// Close implements intercept.ConnTap.
func (c *conn) Close(at time.Time, end intercept.Ending) {
	c.push(item{conn: c, kind: closed, at: at.Sub(c.queue.start), end: end})
}

func (c *conn) push(it item) {
	c.queue.mu.Lock()
	c.queue.push(it)
	c.queue.mu.Unlock()
	token(c.queue.wake)
}

// push adds an item; what a connection missed so far is announced first, so
// that the gap stands where the bytes are missing. Called with mu held.
func (q *queue) push(it item) {
	if q.over {
		if it.buf != nil {
			it.buf.Release()
		}
		return
	}
	for d, n := range it.conn.missed {
		if n > 0 {
			it.conn.missed[d] = 0
			q.next.items = append(q.next.items, item{conn: it.conn, kind: missed, dir: decode.Direction(d), at: it.at, size: int(n)})
		}
	}
	q.next.items = append(q.next.items, it)
}

// room reports whether cost more bytes may wait, after waiting for the loop
// if that helps. Called with mu held, which it gives up while it waits.
func (q *queue) room(cost int) bool {
	if q.held+cost <= queueLimit || q.held == 0 {
		return true
	}
	began := time.Now()
	defer func() { q.waited += time.Since(began) }()
	var giveUp <-chan time.Time
	if !q.lossless {
		if q.stuck {
			return false
		}
		t := time.NewTimer(patience)
		defer t.Stop()
		giveUp = t.C
	}
	q.waiting++
	defer func() { q.waiting-- }()
	for q.held+cost > queueLimit && q.held > 0 && !q.over {
		freed := q.freed
		token(q.full)
		q.mu.Unlock()
		select {
		case <-freed:
			q.mu.Lock()
		case <-giveUp:
			q.mu.Lock()
			q.stuck = true
			return false
		}
	}
	return true
}

// token puts a token where none is.
func token(where chan struct{}) {
	select {
	case where <- struct{}{}:
	default:
	}
}

// take hands all that waits to the loop and gets the last batch back for
// reuse, unless that has far more memory than it needed: a loop that was behind for a
// moment would keep some 40 MB.
func (q *queue) take(done batch) batch {
	q.mu.Lock()
	defer q.mu.Unlock()
	b := q.next
	q.came = 0
	q.next = batch{items: reuse(done.items, 4<<10), arena: reuse(done.arena, gatherBytes)}
	return b
}

// reuse empties s, or drops it if it is larger than least and four times its content.
func reuse[T any](s []T, least int) []T {
	if cap(s) > max(least, 4*len(s)) {
		return nil
	}
	return s[:0]
}

// free makes room for n bytes, which have been decoded.
func (q *queue) free(n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.held -= n
	q.stuck = false
	if q.waiting > 0 {
		close(q.freed)
		q.freed = make(chan struct{})
	}
}

// end closes the queue and releases all callers that wait for room.
func (q *queue) end() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.over = true
	close(q.freed)
	q.freed = make(chan struct{})
}
