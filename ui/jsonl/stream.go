package jsonl

import (
	"strconv"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/decode/filter"
)

const (
	// maxStream is how many bytes of written-out frames an exchange lists.
	maxStream = 1 << 20
	// budget is how many all open exchanges list together.
	budget = 16 << 20
)

// stream is what streamed in an exchange, as JSON already.
type stream struct {
	frames      []byte // objects with commas between
	leftOut     int
	bytes       int64 // of what is left out
	requestBody int   // kept bytes of the request that came before the stream
}

// body is how many kept bytes of a direction are no part of the stream.
func (s *stream) body(d decode.Direction) int {
	if d == decode.Request {
		return s.requestBody
	}
	return 0
}

// stream adds a piece to the stream of an exchange, if it is part of one.
func (p *Printer) stream(x *exchange.Exchange, e *decode.Data) {
	if e.Dir == decode.Request && !x.Hijack || e.Dir == decode.Response && !x.Response.Streams() {
		return
	}
	s := p.streams[x.ID]
	if s == nil {
		if p.o.Filter.Decide(x) == filter.No {
			return
		}
		s = &stream{}
		before := x.Request.Size
		if e.Dir == decode.Request {
			before -= int64(len(e.Bytes))
		}
		s.requestBody = int(min(before, int64(len(x.Request.Body))))
		p.streams[x.ID] = s
	}
	before := len(s.frames)
	if before < maxStream && p.kept < budget {
		s.frames = appendFrame(s.frames, x, e)
		if p.kept += len(s.frames) - before; len(s.frames) <= maxStream && p.kept <= budget {
			return
		}
		p.kept -= len(s.frames) - before
		s.frames = s.frames[:before]
	}
	s.leftOut++
	s.bytes += int64(len(e.Bytes))
}

func appendFrame(b []byte, x *exchange.Exchange, e *decode.Data) []byte {
	if len(b) > 0 {
		b = append(b, ',')
	}
	b = appendMillis(append(b, `{"t_ms":`...), max(e.Time-x.Start, time.Duration(0)))
	b = append(b, `,"dir":"`...)
	b = append(b, e.Dir.String()...)
	b = append(b, '"')
	if e.Fd != decode.NoFd {
		b = strconv.AppendInt(append(b, `,"fd":`...), int64(e.Fd), 10)
	}
	if e.More {
		b = append(b, `,"more":true`...)
	}
	asJSON := ""
	if e.Dir == decode.Response && x.Response.Content == decode.ContentJSONStream {
		asJSON = "json"
	}
	return append(appendData(append(b, ','), asJSON, e.Bytes), '}')
}

func (s *stream) append(b []byte) []byte {
	b = append(append(b, `{"frames":[`...), s.frames...)
	b = append(b, ']')
	if s.leftOut > 0 {
		b = appendUint(b, `,"left_out":{"frames":`, uint64(s.leftOut))
		b = append(appendUint(b, `,"bytes":`, uint64(s.bytes)), '}')
	}
	return append(b, '}')
}

func (p *Printer) forget(id decode.ExchangeID) {
	if s := p.streams[id]; s != nil {
		p.kept -= len(s.frames)
		delete(p.streams, id)
	}
}
