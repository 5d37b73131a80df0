package decode

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/decode/http2"
)

// stream is one stream of HTTP/2 that is open.
type stream struct {
	id     uint32
	ex     *exchange
	bodies [2]body
}

// proto is the version of HTTP in the heads of streams.
const proto = "HTTP/2.0"

// head takes a header block: a request, a response, or trailers.
func (l *http2Layer) head(d Direction, f *http2.Frame) {
	st, side := l.streams[f.Stream], l.travels(d)
	if f.Cut {
		defer l.cutHead(f.Stream, d)
	}
	switch {
	case st == nil && side == Request && f.Stream > l.last && f.Stream%2 == 1:
		l.request(f)
	case st == nil && side == Request:
		l.anomaly(nil, d, fmt.Sprintf("HTTP/2: head of stream %d, which cannot begin any more", f.Stream), nil)
	case st == nil && f.Stream > l.last:
		l.anomaly(nil, d, fmt.Sprintf("HTTP/2: response on stream %d, whose request was not seen", f.Stream), nil)
	case st == nil: // in flight when the stream was given up
	case st.ex.sides[side] != sideOpen:
		l.anomaly(st.ex, side, "HTTP/2: head behind the end", nil)
	case side == Request || st.ex.answered:
		l.endDirection(st, side, l.fields(f, new(head)))
	default:
		l.response(st, f)
	}
}

func (l *http2Layer) cutHead(id uint32, d Direction) {
	var ex *exchange
	if st := l.streams[id]; st != nil {
		ex, d = st.ex, l.travels(d)
	}
	l.anomaly(ex, d, "HTTP/2: header fields longer than 1 MiB, the last are missing", nil)
}

// fields copies header fields, and notes in hd what matters for decoding.
func (l *http2Layer) fields(f *http2.Frame, hd *head) []Field {
	*hd = head{length: -1, proto: proto, fields: l.s.takeFields()}
	hd.fields = hd.fields[:0]
	for _, h := range f.Fields {
		hd.fields = append(hd.fields, Field(h))
	}
	for i := range hd.fields {
		hd.note(&hd.fields[i])
	}
	return hd.fields
}

// field returns the first field of that name.
func (hd *head) field(name string) string {
	for i := range hd.fields {
		if hd.fields[i].Name == name {
			return hd.fields[i].Value
		}
	}
	return ""
}

func (hd *head) isGRPC() bool {
	ct := mediaType(hd.contentType)
	return ct == "application/grpc" || strings.HasPrefix(ct, "application/grpc+")
}

// request opens the exchange of a stream.
func (l *http2Layer) request(f *http2.Frame) {
	var hd head
	l.fields(f, &hd)
	method, target := hd.field(":method"), hd.field(":path")
	if method == "CONNECT" && target == "" {
		target = hd.field(":authority")
	}
	ex := l.Conn.begin(method, engine.Lookup(method, target))
	st := &stream{id: f.Stream, ex: ex}
	l.last = f.Stream
	if dir := &l.dirs[l.travels(Response)]; dir.reader.Broken() != "" {
		ex.sides[Response] = sideLost
	} else if dir.over {
		ex.sides[Response] = sideEnded
	}
	framing, content := FramingHTTP2, ContentNone
	switch {
	case f.End:
		framing = FramingNone
	case hd.isGRPC():
		content = ContentGRPC
	default:
		content = requestContent(ex, &hd, framing)
	}
	ex.packing[Request] = hd.field("grpc-encoding")
	l.s.ev.request = RequestHead{
		Origin: l.Conn.origin(ex), Parent: l.parentID(), Stream: f.Stream, ByDaemon: l.reversed,
		Method: method, Target: target, Proto: proto, Fields: hd.fields, Call: ex.call,
		Framing: framing, Length: hd.length, Content: content,
	}
	l.s.emit(&l.s.ev.request)
	l.s.giveFields(hd.fields)
	if len(l.order) >= maxStreams {
		l.Conn.end(ex, Recorder, EndError, "more than 1024 streams are open: not followed")
		return
	}
	l.streams[st.id] = st
	l.order = append(l.order, st)
	if ex.call.Path == "/moby.buildkit.v1.Control/Session" { // its messages carry another connection
		// BuildKit's session the way buildx's docker-container driver opens it:
		// a connection inside, with the daemon as its client.
		ex.inner = newHTTP2(place{Conn: l.Conn, parent: ex, reversed: !l.reversed})
	}
	st.bodies[Request].start(&l.place, ex, Request, splitterFor(onlyMessages(content)))
	st.bodies[Request].peeking = wantsRequest(ex.call.Op)
	if f.End {
		l.endDirection(st, Request, nil)
	}
}

// onlyMessages leaves the bodies of requests as they were read, except for gRPC.
func onlyMessages(c Content) Content {
	if c == ContentGRPC {
		return c
	}
	return ContentUnknown
}

// response takes an answer's head.
func (l *http2Layer) response(st *stream, f *http2.Frame) {
	var hd head
	l.fields(f, &hd)
	ex, s := st.ex, l.s
	for _, ch := range []byte(hd.field(":status")) {
		hd.status = hd.status*10 + int(ch-'0')
	}
	if hd.status >= 100 && hd.status < 200 && !f.End {
		s.ev.interim = InterimHead{Origin: l.Conn.origin(ex), Status: hd.status, Proto: proto, Fields: hd.fields}
		s.emit(&s.ev.interim)
		s.giveFields(hd.fields)
		return
	}
	ex.answered = true
	framing := FramingHTTP2
	if f.End {
		framing = FramingNone
	}
	content, why := ContentGRPC, "Content-Type"
	if !hd.isGRPC() || f.End {
		content, why = responseContent(s, ex, &hd, framing)
	}
	ex.packing[Response] = hd.field("grpc-encoding")
	s.ev.response = ResponseHead{
		Origin: l.Conn.origin(ex), Status: hd.status, Proto: proto, Fields: hd.fields,
		Framing: framing, Length: hd.length, Content: content, Why: why,
	}
	s.emit(&s.ev.response)
	s.giveFields(hd.fields)
	st.bodies[Response].start(&l.place, ex, Response, splitterFor(content))
	st.bodies[Response].peeking = wantsResponse(ex, hd.status)
	if f.End {
		l.endDirection(st, Response, nil)
	}
}

// data takes a run of a stream's bytes.
func (l *http2Layer) data(d Direction, f *http2.Frame) {
	if l.latest == nil || l.latest.id != f.Stream {
		l.latest = l.streams[f.Stream]
	}
	st, side := l.latest, l.travels(d)
	if st == nil || st.ex.sides[side] != sideOpen || st.bodies[side].split == nil {
		l.noStream(d, f)
		return
	}
	st.bodies[side].deliver(f.Bytes)
	if f.End {
		l.endDirection(st, side, nil)
	}
}

// noStream counts the data of a stream that is not open. What was under way
// when its receiver gave the stream up is dropped by that one (RFC 9113 section
// 5.1): nothing of the exchange is missing.
func (l *http2Layer) noStream(d Direction, f *http2.Frame) {
	if slices.Contains(l.given[:], resetStream{f.Stream, 1 - d}) {
		l.dirs[d].counts.Late += int64(len(f.Bytes))
	} else {
		l.dirs[d].stray += int64(len(f.Bytes))
	}
}

// endDirection completes one direction of a stream.
func (l *http2Layer) endDirection(st *stream, side Direction, trailer []Field) {
	st.bodies[side].eof()
	st.ex.sides[side] = sideDone
	e := &l.s.ev.dirEnd
	*e = DirectionEnd{Origin: l.Conn.origin(st.ex), Dir: side, Trailer: trailer}
	l.s.emit(e)
	if trailer != nil {
		l.s.giveFields(trailer)
	}
	l.endIfOver(st)
}

// endIfOver ends a stream if neither direction can bring anything more.
func (l *http2Layer) endIfOver(st *stream) {
	req, resp := st.ex.sides[Request], st.ex.sides[Response]
	switch {
	case req == sideOpen || resp == sideOpen:
	case req == sideDone && resp == sideDone:
		l.finish(st, Server, EndEOF, "")
	case req == sideLost || resp == sideLost:
		l.finish(st, Recorder, EndError, "not all of it could be decoded")
	default:
		l.finish(st, l.leaver(), EndCancel, "")
	}
}

// reset ends a stream that one side gives up. A server may do so behind its
// whole answer, to say that it wants no more of the request.
func (l *http2Layer) reset(d Direction, f *http2.Frame) {
	st := l.streams[f.Stream]
	if st == nil {
		return
	}
	l.given[l.resets%len(l.given)] = resetStream{f.Stream, d}
	l.resets++
	calm := f.Code == "NO_ERROR" || f.Code == "CANCEL"
	switch {
	case calm && st.ex.sides[Response] == sideDone:
		l.finish(st, sender(d), EndEOF, "")
	case calm:
		l.finish(st, sender(d), EndCancel, f.Code)
	default:
		l.finish(st, sender(d), EndReset, f.Code)
	}
}

// goAway reports that one side accepts no more streams, unless the connection
// ends in order and nothing is lost.
func (l *http2Layer) goAway(d Direction, f *http2.Frame) {
	lost := 0
	for _, st := range l.order {
		if st.id > f.Last && l.travels(d) == Response {
			lost++
		}
	}
	if f.Code == "NO_ERROR" && lost == 0 {
		return
	}
	text := fmt.Sprintf("HTTP/2: the %s says GOAWAY: %s, last stream %d", sender(d), f.Code, f.Last)
	if f.Why != "" {
		text += fmt.Sprintf(", %q", f.Why)
	}
	if lost > 0 {
		text += fmt.Sprintf("; open streams that are not answered: %d", lost)
	}
	l.s.ev.mark = Mark{Origin: l.origin(nil), Text: text}
	l.s.emit(&l.s.ev.mark)
}

// finish ends the exchange of a stream.
func (l *http2Layer) finish(st *stream, by Party, how Ending, err string) {
	for d := range st.bodies {
		st.bodies[d].end()
	}
	delete(l.streams, st.id)
	if l.latest == st {
		l.latest = nil
	}
	if i := slices.Index(l.order, st); i >= 0 {
		l.order = slices.Delete(l.order, i, i+1)
	}
	l.Conn.end(st.ex, by, how, err)
}
