package decode

// HTTP/2 is recognised and passed on as bytes: after "Upgrade: h2c" on /grpc
// and /session, and with prior knowledge, which Engine 29.2 and later take on
// any plain listener (moby daemon/command/httphandler.go). A decoder of its
// frames would take the place of the raw bodies started here and for
// ContentHTTP2 in sinkFor.

// isPreface tells whether the head is the first part of the client connection
// preface "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" (RFC 9113, section 3.4), which is
// made to read like an HTTP/1 request. The rest of it is the stream's
// beginning.
func (hd *head) isPreface() bool {
	return hd.method == "PRI" && hd.target == "*" && hd.proto == "HTTP/2.0"
}

// beginHTTP2 makes the connection one exchange that goes on to its end. There
// is no ResponseHead: the daemon sends none.
func (c *Conn) beginHTTP2(ex *exchange) {
	ex.upgraded, ex.answered = true, true
	c.request.state = stateStream
	c.request.body.start(contentBytes)
	if h := &c.response; !h.over {
		h.abandon()
		h.ex, h.state = ex, stateStream
		h.body.start(contentBytes)
	}
}
