package decode

import (
	"bytes"

	"github.com/dockwire/dockwire/decode/http2"
)

// opening is the layer of a connection until the client's first bytes show its
// protocol: HTTP/2 begins with a preface that is no request of HTTP/1 (RFC 9113,
// section 3.4). Engine 29.2 and later accept both on any listener (moby
// daemon/command/httphandler.go).
type opening struct {
	place
	chosen layer
	first  []byte // of the client, as long as it may be the preface
	early  []byte // of the daemon, which need not wait for the preface
}

func newOpening(at place) *opening { return &opening{place: at} }

// maxEarly bounds what the daemon sends before the client.
const maxEarly = 64 << 10

func (o *opening) feed(d Direction, p []byte) {
	switch {
	case o.chosen != nil:
		o.chosen.feed(d, p)
	case d == Request && len(o.first) == 0 && !mayBePreface(p):
		o.choose(newHTTP1(o.place))
		o.chosen.feed(d, p)
	case d == Request:
		o.first = append(o.first, p...)
		switch {
		case !mayBePreface(o.first):
			o.choose(newHTTP1(o.place))
		case len(o.first) >= len(http2.Preface):
			o.choose(newHTTP2(o.place))
		}
	case len(o.early) == 0 && p[0] != 0 || len(o.early)+len(p) > maxEarly:
		// An answer of HTTP/1 begins with a letter, a frame of HTTP/2 that is
		// shorter than 64 KiB with a zero.
		o.choose(newHTTP1(o.place))
		o.chosen.feed(d, p)
	default:
		o.early = append(o.early, p...)
	}
}

// choose passes what was kept to the layer.
func (o *opening) choose(l layer) {
	o.chosen = l
	first, early := o.first, o.early
	o.first, o.early = nil, nil
	if len(first) > 0 {
		l.feed(Request, first)
	}
	if len(early) > 0 {
		l.feed(Response, early)
	}
}

// choice is the chosen layer. It chooses HTTP/1 when there is nothing to wait for.
func (o *opening) choice() layer {
	if o.chosen == nil {
		o.choose(newHTTP1(o.place))
	}
	return o.chosen
}

func (o *opening) eof(d Direction)                        { o.choice().eof(d) }
func (o *opening) gap(d Direction, n int64, why string)   { o.choice().gap(d, n, why) }
func (o *opening) close(by Party, how Ending, err string) { o.choice().close(by, how, err) }

// mayBePreface reports whether p begins with the preface, or is its beginning.
func mayBePreface(p []byte) bool {
	n := min(len(p), len(http2.Preface))
	return bytes.Equal(p[:n], []byte(http2.Preface[:n]))
}
