package http2

import (
	"encoding/binary"
	"strconv"

	"golang.org/x/net/http2"
)

// Kind says what a Frame is.
type Kind uint8

const (
	Head         Kind = iota + 1 // a whole header block: of a request, a response, or trailers
	Data                         // a run of a stream's bytes
	Reset                        // the stream is given up
	GoAway                       // no more streams are taken
	Settings                     // the rest is about the connection, and only counted
	Ping                         //
	WindowUpdate                 //
	Priority                     //
	Other                        // of a type that HTTP/2 does not define
	Odd                          // what HTTP/2 does not allow; the reader goes on unless it is Broken
)

// Field is one header field, pseudo-headers included.
type Field struct{ Name, Value string }

// Frame is a frame, or what is known of one.
type Frame struct {
	Kind   Kind
	Stream uint32
	End    bool    // the sender ends its direction of the stream with it
	Fields []Field // of a Head, in their order
	Cut    bool    // the header block is too long, and the last fields are missing
	Bytes  []byte  // of Data; valid until the next call
	Last   uint32  // of a GoAway: the last stream that was taken
	Code   string  // of Reset and GoAway: the error's name
	Why    string  // of Odd; of GoAway the text that came with it
}

// Bounds of what is collected, in bytes.
const (
	maxBlock   = 2 << 20  // a header block as it travels
	maxList    = 1 << 20  // a header block decoded, as HTTP counts it; net/http's limit
	maxControl = 16 << 10 // any other frame that is collected
	maxTable   = 1 << 20  // the table of a header block's encoder
)

// Preface is what the client of a connection sends first.
const Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

const headerSize = 9

// Reader reads one direction of a connection, behind the preface. NewReader
// makes one.
type Reader struct {
	block  blocks
	buf    []byte // of the frame, or the header block, that is being collected
	header [headerSize]byte
	have   int   // bytes of header
	left   int64 // payload still to come
	pad    int64 // how much of it is padding, once known
	padLen bool  // the next byte says how much
	how    collecting
	broken string
}

// collecting says what is done with the payload that comes.
type collecting uint8

const (
	skipping collecting = iota // ignored
	data
	whole // collected
)

// NewReader makes a reader.
func NewReader() *Reader {
	r := &Reader{}
	r.block.start()
	return r
}

// Broken says why the bytes can no longer be followed, "" while they can.
func (r *Reader) Broken() string { return r.broken }

// Inside reports whether the bytes so far end inside a frame or header block.
func (r *Reader) Inside() bool { return r.broken == "" && (r.have > 0 || len(r.buf) > 0) }

// Next takes bytes and returns the first frame that they complete, if any, and
// the rest of p. Once the reader is broken nothing more comes, and rest is
// what could not be read.
func (r *Reader) Next(p []byte) (f Frame, rest []byte, ok bool) {
	for r.have < headerSize {
		if r.broken != "" || len(p) == 0 {
			return Frame{}, p, false
		}
		r.header[r.have] = p[0]
		r.have++
		p = p[1:]
		if r.have == headerSize {
			if f, ok = r.begin(); ok {
				return f, p, true
			}
			if r.left == 0 {
				f, ok = r.end()
				return f, p, ok
			}
		}
	}
	if r.broken != "" || len(p) == 0 {
		return Frame{}, p, false
	}
	if r.padLen {
		return r.padding(p)
	}
	n := int(min(int64(len(p)), r.left))
	b := p[:n]
	r.left -= int64(n)
	switch r.how {
	case data:
		return r.data(b, p[n:])
	case whole:
		r.buf = append(r.buf, b...)
	}
	if r.left > 0 {
		return Frame{}, nil, false
	}
	f, ok = r.end()
	return f, p[n:], ok
}

func (r *Reader) typ() http2.FrameType   { return http2.FrameType(r.header[3]) }
func (r *Reader) flags() http2.Flags     { return http2.Flags(r.header[4]) }
func (r *Reader) stream() uint32         { return binary.BigEndian.Uint32(r.header[5:]) & (1<<31 - 1) }
func (r *Reader) has(f http2.Flags) bool { return r.flags().Has(f) }

// begin looks at the header of a frame.
func (r *Reader) begin() (f Frame, ok bool) {
	r.left = int64(r.header[0])<<16 | int64(r.header[1])<<8 | int64(r.header[2])
	r.pad, r.padLen, r.how = 0, false, whole
	t := r.typ()
	inBlock := len(r.buf) > 0
	switch {
	case inBlock != (t == http2.FrameContinuation):
		return r.fail("a header block was broken off by a frame of another kind"), true
	case inBlock && r.block.of != r.stream():
		return r.fail("a header block goes on in another stream"), true
	case t == http2.FrameData && r.stream() == 0:
		return r.fail("data without a stream"), true
	case t == http2.FrameData:
		r.how = data
		r.padLen = r.has(http2.FlagDataPadded)
		if r.padLen && r.left == 0 {
			return r.fail("padding longer than its frame"), true
		}
		return Frame{}, false
	case t == http2.FrameHeaders, t == http2.FramePushPromise, inBlock:
		if int64(len(r.buf))+r.left > maxBlock {
			return r.fail("a header block longer than 2 MiB"), true
		}
		r.block.of = r.stream()
	case t > http2.FrameContinuation:
		r.how = skipping
		return Frame{}, false
	case r.left > maxControl:
		r.how = skipping
		return Frame{}, false
	}
	r.buf = append(r.buf, r.header[:]...)
	return Frame{}, false
}

// padding reads how much of a data frame is padding.
func (r *Reader) padding(p []byte) (f Frame, rest []byte, ok bool) {
	r.padLen = false
	r.left--
	r.pad = int64(p[0])
	if r.pad > r.left {
		return r.fail("padding longer than its frame"), p, true
	}
	if r.left > 0 {
		return Frame{}, p[1:], false
	}
	f, ok = r.end()
	return f, p[1:], ok
}

// data gives out what is no padding of a run of payload.
func (r *Reader) data(b, rest []byte) (Frame, []byte, bool) {
	if left := r.left + int64(len(b)) - r.pad; int64(len(b)) > left {
		b = b[:max(left, 0)]
	}
	f := Frame{Kind: Data, Stream: r.stream(), Bytes: b}
	if r.left == 0 {
		f.End = r.has(http2.FlagDataEndStream)
		r.have = 0
	}
	return f, rest, len(b) > 0 || f.End
}

// end is called when all of a frame has come.
func (r *Reader) end() (Frame, bool) {
	r.have = 0
	f := Frame{Stream: r.stream()}
	switch t := r.typ(); {
	case r.how == data:
		f.Kind, f.End = Data, r.has(http2.FlagDataEndStream)
		return f, f.End
	case t > http2.FrameContinuation:
		f.Kind = Other
		return f, true
	case r.how == skipping && t == http2.FrameSettings:
		f.Kind = Settings
		return f, true
	case r.how == skipping:
		f.Kind, f.Why = Odd, "a frame of type "+t.String()+" that is longer than 16 KiB"
		return f, true
	case (t == http2.FrameHeaders || t == http2.FramePushPromise || t == http2.FrameContinuation) && !r.has(http2.FlagHeadersEndHeaders):
		return Frame{}, false // the block goes on
	}
	f, err := r.block.read(r.buf)
	if r.buf = r.buf[:0]; cap(r.buf) > 64<<10 {
		r.buf = nil
	}
	if err != nil {
		return r.fail(err.Error()), true
	}
	return f, true
}

// fail ends the reading: where the next frame begins, or what the header
// blocks to come mean, is not known.
func (r *Reader) fail(why string) Frame {
	r.broken = why
	r.buf, r.have = nil, 0
	return Frame{Kind: Odd, Stream: r.stream(), Why: why}
}

// Gap goes on behind n missing bytes if all of them were payload of one frame
// that does not matter beside its length, and reports whether it could. Then
// stream is the one whose data is missing, if it is data.
func (r *Reader) Gap(n int64) (stream uint32, end, ok bool) {
	if r.broken != "" {
		return 0, false, false
	}
	if r.have < headerSize || r.padLen || r.how == whole || n > r.left {
		r.fail("frames cannot be followed over a gap of " + strconv.FormatInt(n, 10) + " bytes")
		return 0, false, false
	}
	if r.how == data {
		stream = r.stream()
	}
	if r.left -= n; r.left == 0 {
		end = stream != 0 && r.has(http2.FlagDataEndStream)
		r.have = 0
	}
	return stream, end, true
}
