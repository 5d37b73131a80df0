package http2

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// blocks reads whole frames, a header block with its continuations as one, by
// golang.org/x/net/http2.
type blocks struct {
	src    bytes.Reader
	framer *http2.Framer
	of     uint32 // stream of the header block that is being collected
	fields []Field
}

func (b *blocks) start() {
	b.framer = http2.NewFramer(nil, &b.src)
	b.framer.SetMaxReadFrameSize(1<<24 - 1)
	b.framer.MaxHeaderListSize = maxList
	b.framer.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	// The decoder of the peer says how large the table may grow, on the other
	// direction. An encoder that keeps to it stays below this in any case.
	b.framer.ReadMetaHeaders.SetAllowedMaxDynamicTableSize(maxTable)
}

// read reads the frame in p. An error says that the connection cannot be
// followed any more.
func (b *blocks) read(p []byte) (Frame, error) {
	b.src.Reset(p)
	fr, err := b.framer.ReadFrame()
	var ofStream http2.StreamError
	switch {
	case errors.As(err, &ofStream):
		f := Frame{Kind: Odd, Stream: ofStream.StreamID, Why: "a frame that HTTP/2 does not allow: " + name(ofStream.Code)}
		if d := b.framer.ErrorDetail(); d != nil {
			f.Why += ", " + d.Error()
		}
		return f, nil
	case err != nil:
		if d := b.framer.ErrorDetail(); d != nil {
			err = fmt.Errorf("%w, %w", err, d)
		}
		return Frame{}, err
	}
	f := Frame{Stream: fr.Header().StreamID}
	switch fr := fr.(type) {
	case *http2.MetaHeadersFrame:
		f.Kind, f.End, f.Cut = Head, fr.StreamEnded(), fr.Truncated
		b.fields = b.fields[:0]
		for _, h := range fr.Fields {
			b.fields = append(b.fields, Field{h.Name, h.Value})
		}
		f.Fields = b.fields
	case *http2.RSTStreamFrame:
		f.Kind, f.Code = Reset, name(fr.ErrCode)
	case *http2.GoAwayFrame:
		f.Kind, f.Last, f.Code = GoAway, fr.LastStreamID, name(fr.ErrCode)
		d := fr.DebugData()
		f.Why = strings.ToValidUTF8(string(d[:min(len(d), maxDebug)]), "\uFFFD")
	case *http2.SettingsFrame:
		f.Kind = Settings
	case *http2.PingFrame:
		f.Kind = Ping
	case *http2.WindowUpdateFrame:
		f.Kind = WindowUpdate
	case *http2.PriorityFrame:
		f.Kind = Priority
	case *http2.PushPromiseFrame:
		return b.push(fr)
	default:
		f.Kind = Other
	}
	return f, nil
}

// maxDebug is how much is kept of the text of a GOAWAY.
const maxDebug = 256

// push says that a server pushes, which no client of Docker allows.
func (b *blocks) push(fr *http2.PushPromiseFrame) (Frame, error) {
	if !fr.HeadersEnded() {
		return Frame{}, errors.New("a pushed request whose header block goes on")
	}
	// What it adds to the table of headers is needed by those that follow.
	if _, err := b.framer.ReadMetaHeaders.DecodeFull(fr.HeaderBlockFragment()); err != nil {
		return Frame{}, err
	}
	return Frame{Kind: Odd, Stream: fr.StreamID, Why: "the server pushes a request"}, nil
}

// name is the name of an error code.
func name(c http2.ErrCode) string { return c.String() }
