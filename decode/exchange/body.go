package exchange

import (
	"slices"

	"github.com/dockwire/dockwire/decode"
)

// data folds body or stream bytes in.
func (f *Folder) data(x *Exchange, e *decode.Data) {
	s := x.Side(e.Dir)
	s.Size += int64(len(e.Bytes))
	if e.Fd >= 0 && e.Fd < len(s.Fds) {
		s.Fds[e.Fd] += int64(len(e.Bytes))
	}
	whole := !s.partial && !e.More
	s.partial = e.More
	if !e.More {
		s.Frames++
	}
	f.store(s, e.Bytes)
	x.redacted(e.Redacted)
	if e.Dir == decode.Response && s.Content == decode.ContentJSONStream && whole {
		x.value(e.Bytes)
	}
}

// message folds a gRPC message in. Body is a row of their JSON, a line each;
// of one without JSON there is only its size.
func (f *Folder) message(x *Exchange, e *decode.Message) {
	s := x.Side(e.Dir)
	s.Size += e.Size
	s.Frames++
	x.redacted(e.Redacted)
	if e.JSON == nil {
		s.Cut = s.Cut || e.Size > 0
		return
	}
	f.store(s, e.JSON)
	f.store(s, newline)
}

var newline = []byte("\n")

// store keeps what still fits of a body.
func (f *Folder) store(s *Side, b []byte) {
	room := min(f.keep-len(s.Body), budget-f.kept)
	if s.Cut || len(b) > room {
		// After a cut nothing is kept, so that Body stays one piece.
		if s.Cut {
			return
		}
		s.Cut = true
		b = b[:max(room, 0)]
	}
	f.kept += len(b)
	s.Body = append(s.Body, b...)
}

// omitted notes what a recording did not keep.
func (x *Exchange) omitted(e *decode.Omitted) {
	s := x.Side(e.Dir)
	s.Size += e.Bytes
	s.Cut = true
	before := int64(0)
	if s.Omitted != nil {
		before = s.Omitted.Bytes // redaction leaves a body out piece by piece
	}
	s.Omitted = &Omitted{
		Bytes: before + e.Bytes, Total: e.Total, Digest: e.Digest, Why: e.Why,
		Tar: slices.Clone(e.Tar), TarCut: e.TarCut, TarErr: e.TarErr,
	}
}
