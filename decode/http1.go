package decode

// http1 is the layer for HTTP/1: two directions that alternate, message by message,
// until one of them turns the connection into a byte stream.
type http1 struct {
	place
	request  requestHalf
	response half
	open     []*exchange // in the order of their requests
	shown    int         // bytes given out that could not be decoded
	answered bool        // an answer was read to its end
}

func newHTTP1(at place) *http1 {
	c := &http1{place: at}
	c.request.half = newHalf(c, Request)
	c.response = newHalf(c, Response)
	return c
}

func (c *http1) half(d Direction) *half {
	if d == Request {
		return &c.request.half
	}
	return &c.response
}

func (c *http1) feed(d Direction, p []byte) {
	c.half(1 - d).skipped.flush() // a run ends when the other side sends
	h := c.half(d)
	if h.state == stateLost {
		h.resync(p)
	}
	h.feed(p)
	c.unblock()
	c.count()
}

func (c *http1) count() {
	c.request.count()
	c.response.count()
}

func (c *http1) eof(d Direction) {
	c.half(d).eof()
	c.count()
}

// gap goes on where the framing says what was missing: inside a body of known
// length, inside a stream.
func (c *http1) gap(d Direction, n int64, why string) {
	c.half(d).gap(n, why)
	c.count()
}

func (c *http1) close(by Party, how Ending, err string) {
	if c.request.state == stateBacklog {
		c.response.over = true // what waits is decoded all the same
		c.noMoreAnswers(sideEnded)
	}
	c.request.abandon()
	c.response.abandon()
	c.count()
	for len(c.open) > 0 {
		c.cutOff(c.open[0], by, how, err)
	}
}
