package model

import (
	"sync"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
)

// queueLimit is how many updates may wait for the screen. What an exchange
// that is listed has still to say comes on top: that is bounded by how many
// are open.
const queueLimit = 1 << 15

// update is news of an exchange: all that its row needs.
type update struct {
	begin   bool
	id      decode.ExchangeID
	judged  bool    // only the outcome of an exchange that is over
	client  *client // with begin
	command CommandID
	title   string // of the command, with begin
	texts   Texts  // with begin all of them, later summary and failure
	start   time.Duration
	ttfb    time.Duration
	took    time.Duration
	dial    time.Duration // with begin
	up      int64
	down    int64
	at      int64
	conn    decode.ConnID
	status  int
	flags   Flags
	state   exchange.State
	content decode.Content
	by      decode.Party
	how     decode.Ending
}

// client is the client of a connection.
type client struct {
	peer     decode.Peer
	agent    string // User-Agent of its first request
	asked    bool   // there was one
	command  CommandID
	listener string
	upstream string
}

// queue is between the deliverer of events and the screen.
type queue struct {
	mu      sync.Mutex
	room    *sync.Cond // nil: never wait
	waiting []update
	missed  int // exchanges that found no room, since the last take
	notes   []string
	unkept  int // notes for which there was no room
	now     time.Duration
	conns   int // open
	closed  bool
	takes   int // how often it was emptied
	parts   []indexPart

	verdicts map[CommandID]exchange.Verdict // of commands whose calls have ended since
}

// place is where an update waits, as long as it does.
type place struct{ takes, i int }

// begin queues the beginning of an exchange, unless there is no room.
func (q *queue) begin(u update) (place, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.waiting) >= queueLimit {
		if q.room == nil || q.closed {
			q.missed++
			return place{}, false
		}
		q.room.Wait()
	}
	return q.push(u), true
}

// add queues news of an exchange. Where the last of it still waits, the two
// become one: most exchanges are over before the screen looks.
func (q *queue) add(u update, last place) place {
	q.mu.Lock()
	defer q.mu.Unlock()
	if last.takes != q.takes {
		return q.push(u)
	}
	w := &q.waiting[last.i]
	u.begin, u.client, u.command, u.title, u.conn, u.at, u.dial = w.begin, w.client, w.command, w.title, w.conn, w.at, w.dial
	w.texts.Summary, w.texts.Failure = u.texts.Summary, u.texts.Failure
	u.texts = w.texts
	*w = u
	return last
}

// judge queues the outcome of an exchange that is over. There are fewer of
// these than of exchanges.
func (q *queue) judge(u update) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.push(u)
}

func (q *queue) push(u update) place {
	q.waiting = append(q.waiting, u)
	return place{q.takes, len(q.waiting) - 1}
}

// maxParts is how many parts of an index may wait for the screen.
const maxParts = 32

// show queues a part of an index, unless there is no screen any more.
func (q *queue) show(p indexPart) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.parts) >= maxParts && q.room != nil && !q.closed {
		q.room.Wait()
	}
	q.parts = append(q.parts, p)
	return !q.closed
}

// busy says that what can wait should not be queued.
func (q *queue) busy() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.waiting) > queueLimit/2
}

// taken is what the screen gets of the queue.
type taken struct {
	updates []update
	missed  int
	notes   []string
	unkept  int
	now     time.Duration
	conns   int
	parts   []indexPart // come before the updates

	verdicts map[CommandID]exchange.Verdict
}

// take empties the queue; spare is memory for what comes next.
func (q *queue) take(spare []update) taken {
	q.mu.Lock()
	defer q.mu.Unlock()
	t := taken{q.waiting, q.missed, q.notes, q.unkept, q.now, q.conns, q.parts, q.verdicts}
	q.parts, q.verdicts = nil, nil
	q.waiting, q.missed, q.notes, q.unkept = spare[:0], 0, nil, 0
	q.takes++
	if q.room != nil {
		q.room.Broadcast()
	}
	return t
}
