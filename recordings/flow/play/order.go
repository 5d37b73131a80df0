package play

import "github.com/dockwire/dockwire/recordings/flow/load"

// Order keeps the order among answers that are played at the same time.
type Order struct {
	active map[*Part]struct{}
}

// Part is an answer that is being played.
type Part struct {
	Now    *load.Exchange // what it was taken for, or has turned out to stand for since
	x      *load.Exchange
	object string
	next   int  // position of the next step, 0: none is to come
	waits  bool // for the client: nobody waits for it
}

// NewOrder makes an order without parts.
func NewOrder() *Order { return &Order{active: map[*Part]struct{}{}} }

// Join begins an answer, the first step of which is at a position.
func (o *Order) Join(x *load.Exchange, first int, object string) *Part {
	p := &Part{Now: x, x: x, object: object, next: first}
	o.active[p] = struct{}{}
	return p
}

// Instead notes that what was taken for one exchange of each pair was the other.
func (o *Order) Instead(pairs [][2]*load.Exchange) {
	to := make(map[*load.Exchange]*load.Exchange, len(pairs))
	for _, p := range pairs {
		to[p[0]] = p[1]
	}
	for p := range o.active {
		if now := to[p.Now]; now != nil {
			p.Now = now
		}
	}
}

// Leave ends an answer.
func (o *Order) Leave(p *Part) { delete(o.active, p) }

// Next says which step comes next, and whether it waits for something the
// client has to do first. It reports whether that is news to others.
func (o *Order) Next(p *Part, pos int, waits bool) (news bool) {
	news = p.next != pos || p.waits != waits
	p.next, p.waits = pos, waits
	return news
}

// Earlier is an answer whose next step was recorded before pos and that p has
// to let go first; nil if there is none.
func (o *Order) Earlier(p *Part, pos int) *Part {
	for q := range o.active {
		if q != p && !q.waits && q.next > 0 && q.next < pos && q.x.Pos < pos && related(p, q) {
			return q
		}
	}
	return nil
}

// Pass stops everybody from waiting for a part until its next step.
func (o *Order) Pass(p *Part) { p.waits = true }

// related reports whether the order of two answers may matter to somebody.
func related(p, q *Part) bool {
	return p.x.Group == q.x.Group || p.object != "" && p.object == q.object || everywhere(p.x.Call.Op) || everywhere(q.x.Call.Op)
}
