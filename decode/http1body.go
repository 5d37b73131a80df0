package decode

// messageBody is the body of a message. One that belongs to no exchange, because
// the request was not read, is given out as bytes that could not be decoded.
type messageBody struct {
	body
	unread *skipped // nil: the body is of an exchange
}

func (m *messageBody) start(at *place, ex *exchange, d Direction, s splitter) {
	m.unread = nil
	m.body.start(at, ex, d, s)
}

func (m *messageBody) deliver(p []byte) {
	if m.unread != nil {
		m.unread.add(p, "body of a response to a request that was not read")
		return
	}
	m.body.deliver(p)
}

func (m *messageBody) gap(n int64, why string) {
	if m.unread != nil {
		m.unread.gap(n, why)
		return
	}
	m.body.gap(n, why)
}

func (m *messageBody) pause() {
	if m.unread == nil {
		m.body.pause()
	}
}

func (m *messageBody) end() {
	m.endUnread()
	m.body.end()
}

func (m *messageBody) eof() {
	m.endUnread()
	m.body.eof()
}

func (m *messageBody) endUnread() {
	if m.unread != nil {
		m.unread.flush()
		m.unread = nil
	}
}
