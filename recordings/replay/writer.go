package replay

import (
	"encoding/binary"
	"net/http"
	"strconv"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/websocket"
	"github.com/dockwire/dockwire/recordings/flow/bind"
	"github.com/dockwire/dockwire/recordings/flow/load"
)

// writer turns recorded events into bytes, framed as they were, with live
// values in place of recorded ones.
type writer struct {
	a        *answer
	buf      []byte
	piece    []byte
	names    *bind.Replacer  // for heads; nil: nothing is replaced
	replacer *bind.Replacer  // for what follows
	streams  [5]*bind.Stream // by stdcopy stream, the last without frames
	framing  decode.Framing
	instead  []byte // the whole body in place of the recorded one; nil: that
	headSize int    // of buf, bytes of the head
	noBody   bool
	close    bool // the head says that the connection ends
	opens    bool // the head of a stream is to be sent
	more     bool // the piece goes on
	text     bool // a WebSocket message that is text
	inside   bool // a WebSocket message goes on
	closes   bool // the stream's end is to be sent as a half-close
}

func (w *writer) init(a *answer) {
	w.a, w.buf, w.instead = a, a.c.buf, a.withoutAbsent()
	w.use(a.x.Answers)
}

// use takes what puts live names into the answer. A tar says how long its
// files are, and frames how long they are: nothing is replaced in them.
func (w *writer) use(r *bind.Replacer) {
	w.names, w.replacer = r, r
	switch w.a.x.Content {
	case decode.ContentTar, decode.ContentHTTP2, decode.ContentWebSocket, decode.ContentWSData:
		w.replacer = nil
	}
}

func (w *writer) begin() { w.buf = w.buf[:0] }

// learn takes up names that were bound since, unless the length of what comes
// is settled.
func (w *writer) learn() {
	if w.framing == decode.FramingLength {
		return
	}
	p := w.a.p
	p.mu.Lock()
	r := p.matcher.Answers()
	p.mu.Unlock()
	w.use(r)
	for _, s := range w.streams {
		if s != nil {
			s.Use(w.replacer)
		}
	}
}

// head appends the response head as it was recorded, except for a new length.
func (w *writer) head(e *decode.ResponseHead) error {
	raw := w.a.negotiate(w.a.c.rawHead(e), e)
	if w.framing = e.Framing; e.Proto == "HTTP/2.0" {
		raw, w.framing = asHTTP1(e)
	}
	w.opens = e.Framing == decode.FramingHijack
	w.noBody = w.a.in.method == http.MethodHead || e.Framing == decode.FramingNone
	if w.names != nil {
		raw = w.names.All(nil, raw, false)
	}
	if w.framing == decode.FramingLength && (w.replacer != nil || w.instead != nil || w.a.x.Redacted || w.a.x.Edited(e.Fields)) {
		n, err := w.length()
		if err != nil {
			return err
		}
		raw = withLength(raw, n)
	}
	if key := w.a.in.webSocketKey; key != "" && e.Status == 101 {
		raw = withWebSocketAccept(raw, key)
	}
	w.close = saysClose(e.Fields)
	if w.a.x.Method == http.MethodHead && w.a.in.method == http.MethodGet {
		raw = append(withLength(raw, int64(len(pong))), pong...)
	}
	w.buf = append(w.buf, raw...)
	w.headSize = len(raw)
	return nil
}

// pong is the body of a ping, the one operation whose recorded HEAD answers a
// GET too: what the head says of the API version counts.
const pong = "OK"

// length counts the bytes of a body as it will be written.
func (w *writer) length() (int64, error) {
	counter := writer{a: w.a, replacer: w.replacer, framing: decode.FramingClose, instead: w.instead}
	n := int64(0)
	for _, s := range w.a.x.Steps() {
		counter.begin()
		err := w.a.p.rec.Events(s.Line, func(e decode.Event) error {
			if d, ok := e.(*decode.Data); ok && d.Dir == decode.Response {
				counter.data(d, s)
			}
			return nil
		})
		if err != nil {
			return 0, err
		}
		n += int64(len(counter.buf))
	}
	counter.begin()
	counter.release()
	return n + int64(len(counter.buf)), nil
}

// data appends a piece of the body or stream.
func (w *writer) data(e *decode.Data, s *load.Step) {
	if w.noBody {
		return
	}
	w.more, w.text = e.More, e.Text
	body := e.Bytes
	if w.instead != nil {
		body, w.instead = w.instead, w.instead[len(w.instead):]
	}
	if w.replacer == nil {
		w.chunk(e.Fd, body, s)
		return
	}
	w.piece = w.stream(e.Fd).Next(w.piece[:0], body)
	if len(w.piece) > 0 || len(body) == 0 {
		w.chunk(e.Fd, w.piece, &load.Step{})
	}
}

// stream numbers the parts that must not be joined when names are searched.
func (w *writer) stream(fd int) *bind.Stream {
	i := len(w.streams) - 1
	if fd >= 0 && fd < i {
		i = fd
	}
	if w.streams[i] == nil {
		c := w.a.x.Content
		w.streams[i] = bind.NewStream(w.replacer, c == decode.ContentJSON || c == decode.ContentJSONStream)
	}
	return w.streams[i]
}

// release appends what is held back.
func (w *writer) release() {
	for i, s := range w.streams {
		if s == nil || !s.Holds() {
			continue
		}
		fd := i
		if i == len(w.streams)-1 {
			fd = decode.NoFd
		}
		w.piece = s.Flush(w.piece[:0])
		w.chunk(fd, w.piece, &load.Step{})
	}
}

// chunk appends bytes with the framing around them.
func (w *writer) chunk(fd int, b []byte, s *load.Step) {
	if w.a.x.Content == decode.ContentWSData {
		w.message(b)
		return
	}
	n := len(b)
	frame := fd >= 0 && !s.Continues
	if frame {
		n += 8
	}
	chunked := w.framing == decode.FramingChunked
	if chunked {
		if n == 0 {
			return // it would be the last chunk
		}
		w.buf = append(strconv.AppendInt(w.buf, int64(n), 16), "\r\n"...)
	}
	if frame {
		size := max(s.Frame, int64(len(b)))
		w.buf = append(w.buf, byte(fd), 0, 0, 0)
		w.buf = binary.BigEndian.AppendUint32(w.buf, uint32(size))
	}
	w.buf = append(w.buf, b...)
	if chunked {
		w.buf = append(w.buf, "\r\n"...)
	}
}

// end appends the end of the body or stream.
func (w *writer) end(trailer []decode.Field) {
	w.release()
	switch {
	case w.framing == decode.FramingHijack:
		w.closeFrame(trailer)
		w.closes = true
	case w.framing == decode.FramingChunked && !w.noBody:
		w.buf = append(w.buf, "0\r\n"...)
		for _, f := range trailer {
			w.buf = append(append(append(append(w.buf, f.Name...), ": "...), f.Value...), "\r\n"...)
		}
		w.buf = append(w.buf, "\r\n"...)
	}
}

// message appends a piece of a WebSocket message as a frame.
func (w *writer) message(b []byte) {
	kind := websocket.Binary
	switch {
	case w.inside:
		kind = websocket.Continuation
	case w.text:
		kind = websocket.Text
	}
	w.inside = w.more
	w.buf = websocket.AppendFrame(w.buf, kind, !w.more, b)
}

// closeFrame says why a WebSocket is closed, where that was said.
func (w *writer) closeFrame(trailer []decode.Field) {
	for _, f := range trailer {
		if f.Name == decode.CloseField {
			w.buf = websocket.AppendFrame(w.buf, websocket.Close, true, websocket.ClosePayload(f.Value))
		}
	}
}
