package recordings

import (
	"bytes"
	"time"

	"github.com/dockwire/dockwire/decode"
)

// siftLines is how many lines are read together when they are sifted: only calls whose
// lines are together can be.
const siftLines = 1024

// Sieve judges calls by their events: it gets whole calls, one after the other. Event
// says whether somebody may want something of the call.
type Sieve interface {
	Event(e decode.Event) bool
	// Target says whether the target of requests is looked at. Where it is not, it may be
	// missing, as heads as they were on the wire are.
	Target() bool
}

// Sift makes the reader leave out calls of which a sieve wants nothing, where the two
// lines of a call stand near each other and its number is of no other call that is
// open. Everything else is delivered, and lines that cannot be read are reported. Each
// sieve that fresh makes works beside the caller. left, which may be nil, hears of the
// connection of each call that is left out, in order. Sift is called before Next.
func (r *Reader) Sift(fresh func() Sieve, left func(decode.ConnID)) {
	r.ahead.sieves, r.ahead.left = fresh, left
}

// sifter judges the calls of a batch, where they were parsed.
type sifter struct {
	sieve    Sieve
	request  decoder
	response decoder
	end      decode.ExchangeEnd
	begun    map[decode.ExchangeID]int // lines of requests whose answer may come
}

// leftOut is a line that nobody wants.
type leftOut struct {
	exchange decode.ExchangeID // 0: it is wanted
	conn     decode.ConnID     // of a request
	time     time.Duration
}

func (b *batch) newSifter(sieve Sieve) *sifter {
	s := &sifter{sieve: sieve, request: b.fresh(), response: b.fresh(), begun: map[decode.ExchangeID]int{}}
	s.request.Lean(sieve.Target())
	s.response.Lean(sieve.Target())
	return s
}

// sift marks the lines of a batch that may be left out.
func (s *sifter) sift(lines []parsedLine) {
	clear(s.begun)
	for i := range lines {
		kind, x := placed(lines[i].text)
		switch {
		case x == 0: // a remark, a connection: it may be about all of them
			clear(s.begun)
		case kind == kindRequest && complete(lines[i].text):
			s.begun[x] = i
		default:
			j, ok := s.begun[x]
			if ok && kind == kindResponse && complete(lines[i].text) {
				s.leaveOut(x, &lines[j], &lines[i])
			}
			delete(s.begun, x)
		}
	}
}

const (
	kindRequest  = "req"
	kindResponse = "res"
)

// placed reads the kind and the exchange of a line that begins as it is written; the
// exchange is 0 of any other.
func placed(line []byte) (kind string, x decode.ExchangeID) {
	rest, ok := bytes.CutPrefix(line, []byte(`{"e":"`))
	end := bytes.IndexByte(rest[:min(len(rest), 16)], '"')
	if !ok || end < 0 {
		return "", 0
	}
	switch string(rest[:end]) {
	case kindRequest:
		kind = kindRequest
	case kindResponse:
		kind = kindResponse
	}
	if rest, ok = bytes.CutPrefix(rest[end:], []byte(`","x":`)); !ok {
		return "", 0
	}
	for i, c := range rest {
		if c -= '0'; c > 9 || i == 18 {
			break
		}
		x = x*10 + decode.ExchangeID(c)
	}
	return kind, x
}

// complete says that a direction ends with its line.
func complete(line []byte) bool { return bytes.HasSuffix(line, []byte(`"fin":true}`)) }

// leaveOut leaves two lines out that are a whole call which the sieve does not want. It
// wants all that others may be about, or that is about others.
func (s *sifter) leaveOut(x decode.ExchangeID, request, response *parsedLine) {
	if s.request.Parse(request.text) != nil || s.response.Parse(response.text) != nil || !s.request.Says().Fin || !s.response.Says().Fin {
		return
	}
	asked, isRequest := s.request.Next().(*decode.RequestHead)
	answered, isResponse := s.response.Next().(*decode.ResponseHead)
	if !isRequest || !isResponse || asked.Exchange != x || answered.Exchange != x || asked.Parent != 0 || answered.Framing == decode.FramingHijack {
		return
	}
	wanted := s.sieve.Event(asked)
	for e := s.request.Next(); e != nil; e = s.request.Next() {
		wanted = s.sieve.Event(e) || wanted
	}
	wanted = s.sieve.Event(answered) || wanted
	for e := s.response.Next(); e != nil; e = s.response.Next() {
		wanted = s.sieve.Event(e) || wanted
		s.end.Origin = *e.From()
	}
	s.end.By, s.end.How = decode.Server, decode.EndEOF
	if !s.sieve.Event(&s.end) && !wanted {
		request.left = leftOut{x, asked.Conn, s.request.Now()}
		response.left = leftOut{exchange: x, time: s.response.Now()}
	}
}
