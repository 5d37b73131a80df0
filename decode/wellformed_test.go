package decode

import "fmt"

// wellFormed checks the order that consumers rely on: connections open and
// close once, an exchange begins with its request head, has at most one
// response head before its response data, ends each direction at most once,
// and nothing of it follows its end. Time does not run backwards.
func wellFormed(events []Event) error {
	w := checker{conns: map[ConnID]*connSeen{}, exchanges: map[ExchangeID]*exchangeSeen{}}
	for i, e := range events {
		if err := w.check(e); err != nil {
			return fmt.Errorf("event %d, %s: %w", i, render(e), err)
		}
	}
	for id, c := range w.conns {
		for x, seen := range w.exchanges {
			if c.closed && seen.conn == id && !seen.ended {
				return fmt.Errorf("exchange %d did not end with its connection", x)
			}
		}
	}
	return nil
}

type checker struct {
	conns     map[ConnID]*connSeen
	exchanges map[ExchangeID]*exchangeSeen
	last      ExchangeID
}

type connSeen struct {
	closed bool
	at     int64
}

type exchangeSeen struct {
	conn     ConnID
	response bool
	done     [2]bool
	ended    bool
	prior    bool
}

func (w *checker) check(e Event) error {
	o := e.From()
	if _, ok := e.(*ConnOpened); ok {
		if w.conns[o.Conn] != nil {
			return fmt.Errorf("opened twice")
		}
		w.conns[o.Conn] = &connSeen{at: int64(o.Time)}
		return nil
	}
	c := w.conns[o.Conn]
	switch {
	case c == nil:
		return fmt.Errorf("connection is not open")
	case c.closed:
		return fmt.Errorf("connection is closed")
	case int64(o.Time) < c.at:
		return fmt.Errorf("time runs backwards")
	}
	c.at = int64(o.Time)
	if _, ok := e.(*ConnClosed); ok {
		c.closed = true
		return nil
	}
	return w.checkExchange(e, o)
}

func (w *checker) checkExchange(e Event, o *Origin) error {
	if r, ok := e.(*RequestHead); ok {
		if o.Exchange != w.last+1 {
			return fmt.Errorf("exchange ids do not follow each other")
		}
		w.last++
		w.exchanges[o.Exchange] = &exchangeSeen{conn: o.Conn, prior: r.Method == "PRI"}
		return nil
	}
	if o.Exchange == 0 {
		switch e.(type) {
		case *Anomaly, *Gap, *Mark, *ControlFrames:
			return nil
		}
		return fmt.Errorf("belongs to no exchange")
	}
	x := w.exchanges[o.Exchange]
	switch {
	case x == nil:
		return fmt.Errorf("no request head before it")
	case x.ended:
		return fmt.Errorf("exchange has ended")
	case x.conn != o.Conn:
		return fmt.Errorf("wrong connection")
	}
	return x.check(e)
}

func (x *exchangeSeen) check(e Event) error {
	switch e := e.(type) {
	case *InterimHead:
		if x.response {
			return fmt.Errorf("interim head after the final one")
		}
	case *ResponseHead:
		if x.response {
			return fmt.Errorf("second response head")
		}
		x.response = true
	case *Data:
		if x.done[e.Dir] {
			return fmt.Errorf("direction has ended")
		}
		if e.Dir == Response && !x.response && !x.prior {
			return fmt.Errorf("no response head before it")
		}
		if e.First > e.Time {
			return fmt.Errorf("first byte after the last")
		}
	case *DirectionEnd:
		if x.done[e.Dir] {
			return fmt.Errorf("direction ends twice")
		}
		x.done[e.Dir] = true
	case *ExchangeEnd:
		if e.OpenRequest == x.done[Request] || e.OpenResponse == x.done[Response] {
			return fmt.Errorf("open flags contradict the directions seen")
		}
		x.ended = true
	}
	return nil
}
