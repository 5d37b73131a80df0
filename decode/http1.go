package decode

// http1 is the layer for HTTP/1: two directions that take turns, message after
// message, until one of them turns the connection into a byte stream.
type http1 struct {
	place
	request  half
	response half
	open     []*exchange // in the order of their requests
}

func newHTTP1(at place) *http1 {
	c := &http1{place: at}
	c.request = half{c: c, dir: Request}
	c.response = half{c: c, dir: Response}
	return c
}

func (c *http1) half(d Direction) *half {
	if d == Request {
		return &c.request
	}
	return &c.response
}

func (c *http1) feed(d Direction, p []byte) {
	h := c.half(d)
	if h.state == stateLost {
		h.resync(p)
	}
	h.feed(p)
}

func (c *http1) eof(d Direction) { c.half(d).eof() }

// gap goes on where the framing says what was missing: inside a body of known
// length, inside a stream.
func (c *http1) gap(d Direction, n int64, why string) { c.half(d).gap(n, why) }

func (c *http1) close(by Party, how Ending, err string) {
	c.request.abandon()
	c.response.abandon()
	for len(c.open) > 0 {
		c.cutOff(c.open[0], by, how, err)
	}
}
