package decode

// responseHead pairs a response with its request and decides what follows.
func (c *http1) responseHead(raw []byte) {
	h, s := &c.response, c.s
	var hd head
	ok := hd.parse(Response, raw, s.takeFields())
	if !ok {
		s.giveFields(hd.fields)
		h.lose(h.noHead(), raw)
		return
	}
	ex := c.answering()
	if ex == nil && c.request.state == stateBacklog {
		c.unblock()
		ex = c.answering()
	}
	if ex == nil && hd.status >= 400 {
		ex = c.early()
	}
	if ex == nil {
		c.beginUnread()
		ex = c.answering()
	}
	if hd.status < 200 && hd.status != 101 {
		c.interim(ex, &hd, raw)
		return
	}
	h.ex, ex.answered = ex, true
	c.refusedExpectation(ex)
	framing := hd.responseFraming(ex.method)
	if hd.switches(ex, framing) {
		framing = FramingHijack
	} else {
		c.notSwitched(ex)
	}
	kind, why := responseContent(s, ex, &hd, framing)
	if ex.id == 0 {
		h.anomaly("response to a request that was not read", raw)
		h.skipped.begin(ex, len(raw))
		h.body.unread = &h.skipped
	} else {
		s.ev.response = ResponseHead{
			Origin: c.origin(ex), Status: hd.status, Reason: hd.reason, Proto: hd.proto,
			Fields: hd.fields, Raw: raw,
			Framing: framing, Length: hd.length, Content: kind, Why: why,
		}
		s.emit(&s.ev.response)
		h.startContent(kind)
		h.body.peeking = wantsResponse(ex, hd.status)
	}
	s.giveFields(hd.fields)
	if framing == FramingHijack {
		h.state = stateStream
		if ex.id != 0 {
			ex.inner = c.layerInside(ex, kind)
		}
		c.switched(ex)
		return
	}
	if framing == FramingClose && hd.badFraming != "" {
		h.anomaly(hd.badFraming+": reading on to the connection's end", nil)
	}
	h.startBody(framing, hd.length)
}

// interim passes on a 1xx; the final response is still to come.
func (c *http1) interim(ex *exchange, hd *head, raw []byte) {
	if hd.status == 100 {
		ex.expects = false
	}
	if ex.id == 0 {
		c.response.anomaly("response to a request that was not read", raw)
	} else {
		c.s.ev.interim = InterimHead{
			Origin: c.origin(ex), Status: hd.status, Reason: hd.reason, Proto: hd.proto, Fields: hd.fields,
		}
		c.s.emit(&c.s.ev.interim)
	}
	c.s.giveFields(hd.fields)
}

// responseFraming applies RFC 9112, section 6.3 to the response to a request
// with this method.
func (hd *head) responseFraming(method string) Framing {
	switch {
	case method == "HEAD", hd.status < 200, hd.status == 204, hd.status == 304:
		return FramingNone
	case hd.chunked:
		return FramingChunked
	case hd.coding != "", hd.badFraming != "", hd.length < 0:
		return FramingClose
	}
	return FramingLength
}

// switches reports whether the connection is a byte stream from here on.
func (hd *head) switches(ex *exchange, f Framing) bool {
	switch {
	case hd.status == 101:
		return true
	case hd.status == 200 && ex.bare:
		return f == FramingClose
	}
	return ex.method == "CONNECT" && hd.status/100 == 2
}
