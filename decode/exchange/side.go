package exchange

import (
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/digest"
)

// Side is one direction of an exchange: a head, then a body or a stream.
type Side struct {
	Proto   string
	Fields  []decode.Field // in order, case and duplicates as on the wire
	Raw     []byte         // the head as on the wire; empty when redacted or not recorded
	Framing decode.Framing
	Length  int64 // Content-Length, -1 if none
	Content decode.Content
	Trailer []decode.Field

	Size   int64    // body or stream bytes so far, unkept ones included
	Body   []byte   // the first of them, up to what the folder keeps
	Cut    bool     // Body is not all of them
	Frames int      // complete stdcopy frames, JSON values, gRPC messages or chunks
	Fds    [4]int64 // bytes of each stdcopy stream
	Done   bool     // the direction is complete: end of body or half-close

	Omitted *Omitted // what a recording did not keep; nil: nothing
	partial bool     // the latest frame or value goes on
}

// Omitted reports body bytes that a recording did not keep.
type Omitted struct {
	Bytes  int64         // how many
	Total  int64         // size of the whole body
	Digest digest.Digest // of the whole body
	Tar    []decode.TarEntry
	TarCut int
	TarErr string
	Why    string
}

// Header returns the value of the first field of that name, in any case, or "".
func (s *Side) Header(name string) string {
	for i := range s.Fields {
		if f := &s.Fields[i]; len(f.Name) == len(name) && strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// Streams says whether what travels is a stream that a person follows, not
// one document.
func (s *Side) Streams() bool { return s.Content.Streams() || s.Framing == decode.FramingHijack }

// reset empties the side for reuse and keeps its small buffers.
func (s *Side) reset() {
	*s = Side{Fields: s.Fields[:0], Raw: s.Raw[:0], Trailer: s.Trailer[:0], Body: recycle(s.Body), Length: -1}
}

// maxRecycled is how much body memory a finished exchange hands on: most
// bodies are smaller, and what a big one needed is not held for ever.
const maxRecycled = 8 << 10

func recycle(b []byte) []byte {
	if cap(b) > maxRecycled {
		return nil
	}
	return b[:0]
}
