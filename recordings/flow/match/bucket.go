package match

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
)

// buckets finds exchanges by a key. Most are never asked for: a bucket is made when it is.
type buckets struct {
	key     func(*entry) *key
	entries []*entry
	order   []int32 // of entries by key, those with the same in the order they were recorded
	made    map[key]*bucket
}

func newBuckets(of func(*entry) *key) buckets { return buckets{key: of, made: map[key]*bucket{}} }

// place is one of an entry while they are sorted by their keys.
type place struct {
	begins uint64 // the key: most differ there already
	i      int32
}

// sort takes the entries that have a key and may be used up. places has room for them.
func (b *buckets) sort(entries []*entry, places []place) {
	b.entries = entries
	for i, e := range entries {
		if k := b.key(e); e.life != session && k != nil {
			places = append(places, place{binary.BigEndian.Uint64(k[:]), int32(i)})
		}
	}
	slices.SortFunc(places, func(p, q place) int {
		if p.begins != q.begins {
			return cmp.Compare(p.begins, q.begins)
		}
		return cmp.Or(bytes.Compare(b.key(entries[p.i])[:], b.key(entries[q.i])[:]), cmp.Compare(p.i, q.i))
	})
	b.order = make([]int32, len(places))
	for at, p := range places {
		b.order[at] = p.i
	}
}

// of is the bucket of a key, nil if nothing has it.
func (b *buckets) of(k key) *bucket {
	if made := b.made[k]; made != nil {
		return made
	}
	order := func(i int32, k key) int { return bytes.Compare(b.key(b.entries[i])[:], k[:]) }
	at, ok := slices.BinarySearchFunc(b.order, k, order)
	if !ok {
		return nil
	}
	made := &bucket{}
	for ; at < len(b.order) && *b.key(b.entries[b.order[at]]) == k; at++ {
		made.entries = append(made.entries, b.entries[b.order[at]])
	}
	b.made[k] = made
	return made
}

// bucket holds exchanges that answer the same request, in the order they were
// recorded and, once it is asked, by the client that made them.
type bucket struct {
	entries []*entry
	sorted  bool           // into queues
	queues  []*queue       // by their first entry
	spent   int            // of queues, how many at the beginning are used up
	byGroup map[int]*queue // once there are many
	named   *nameIndex     // once the likeliest of many is looked for
}

// fewQueues is up to how many queues are looked through one by one: most buckets have
// one, and a map takes more memory than all else of it.
const fewQueues = 8

// of is the queue of a group, nil if it has none.
func (b *bucket) of(group int) *queue {
	b.sort()
	return b.find(group)
}

func (b *bucket) find(group int) *queue {
	if b.byGroup != nil {
		return b.byGroup[group]
	}
	for _, q := range b.queues {
		if q.group == group {
			return q
		}
	}
	return nil
}

// left are the queues that may have an unused entry.
func (b *bucket) left() []*queue {
	b.sort()
	for b.spent < len(b.queues) && b.queues[b.spent].spent() {
		b.spent++
	}
	return b.queues[b.spent:]
}

// queue is the exchanges of a bucket that one client made.
type queue struct {
	group   int
	entries []*entry
	head    int    // entries before it are used
	last    *entry // used, and may be again
}

// sort makes the queues, as they are by now.
func (b *bucket) sort() {
	if b.sorted {
		return
	}
	b.sorted = true
	for _, e := range b.entries {
		b.add(e)
	}
}

func (b *bucket) add(e *entry) {
	q := b.find(e.x.Group)
	if q == nil {
		q = &queue{group: e.x.Group}
		b.queues = append(b.queues, q)
		if len(b.queues) == fewQueues {
			b.byGroup = map[int]*queue{}
			for _, q := range b.queues {
				b.byGroup[q.group] = q
			}
		}
		if b.byGroup != nil {
			b.byGroup[q.group] = q
		}
	}
	q.entries = append(q.entries, e)
	if e.used > 0 && e.life != once {
		q.last = e
	}
}

// next is the first unused entry of a queue that is wanted, or nil.
func (q *queue) next(want func(*entry) bool) *entry {
	for q.head < len(q.entries) && q.entries[q.head].used > 0 {
		q.head++
	}
	for _, e := range q.entries[q.head:] {
		if e.used == 0 && want(e) {
			return e
		}
	}
	return nil
}

// after are the entries of a queue behind a position.
func (q *queue) after(pos int) []*entry {
	at, _ := slices.BinarySearchFunc(q.entries, pos+1, func(e *entry, pos int) int { return cmp.Compare(e.x.Pos, pos) })
	return q.entries[at:]
}

// spent reports whether all of a queue is used.
func (q *queue) spent() bool {
	for q.head < len(q.entries) && q.entries[q.head].used > 0 {
		q.head++
	}
	return q.head == len(q.entries)
}

// fresh picks an unused entry that is wanted for a client: of its own groups,
// the latest first; then of those without a client; then of others'.
func (b *bucket) fresh(c *client, clients *clients, want func(*entry) bool) *entry {
	for i := len(c.groups) - 1; i >= 0; i-- {
		if q := b.of(c.groups[i]); q != nil {
			if e := q.next(want); e != nil {
				return e
			}
		}
	}
	if e := b.nobodys(c, clients, want); e != nil {
		return e
	}
	for _, q := range b.left() {
		if o := clients.owner[q.group]; o != nil && o != c {
			if e := q.next(want); e != nil {
				return e
			}
		}
	}
	return nil
}

// nobodys picks an unused entry of a group without a live client, in the order they
// were recorded. A client that was not seen before should begin with it.
func (b *bucket) nobodys(c *client, clients *clients, want func(*entry) bool) *entry {
	var amid *entry
	looked := 0
	for _, q := range b.left() {
		if clients.owner[q.group] != nil {
			continue
		}
		e := q.next(want)
		if e == nil {
			continue
		}
		if e.begins || len(c.groups) > 0 {
			return e
		}
		amid = cmp.Or(amid, e)
		if looked++; looked > maxAlike {
			break
		}
	}
	return amid
}

// latest is the used entry that a client should get again: of its own groups
// first, else the one recorded last of those used.
func (b *bucket) latest(c *client, want func(*entry) bool) *entry {
	for i := len(c.groups) - 1; i >= 0; i-- {
		if q := b.of(c.groups[i]); q != nil {
			if e := q.latest(want); e != nil {
				return e
			}
		}
	}
	var last *entry
	b.sort()
	for _, q := range b.queues {
		if e := q.latest(want); e != nil && (last == nil || e.x.Pos > last.x.Pos) {
			last = e
		}
	}
	return last
}

// latest is the wanted entry of a queue that was used, and may be again, recorded last.
func (q *queue) latest(want func(*entry) bool) *entry {
	if q.last == nil || want(q.last) {
		return q.last
	}
	for _, e := range slices.Backward(q.entries) {
		if e.used > 0 && e.life != once && want(e) {
			return e
		}
	}
	return nil
}

// oldest is the wanted entry that was used least, the first of them.
func (b *bucket) oldest(want func(*entry) bool) *entry {
	var least *entry
	for _, e := range b.entries {
		if want(e) && (least == nil || e.used < least.used) {
			least = e
		}
	}
	return least
}

// use notes that an entry was given out.
func (b *bucket) use(e *entry) {
	if q := b.of(e.x.Group); q != nil && e.life != once && (q.last == nil || e.x.Pos >= q.last.x.Pos) {
		q.last = e
	}
}

// unuse takes back that an entry was given out.
func (b *bucket) unuse(e *entry) {
	if b.named != nil {
		b.named.unused++
	}
	q := b.of(e.x.Group)
	if q == nil {
		return
	}
	q.head, q.last = 0, nil
	for _, o := range q.entries {
		if o != e && o.used > 0 && o.life != once {
			q.last = o
		}
	}
	b.spent = min(b.spent, slices.Index(b.queues, q))
}
