package recordings

import (
	"bytes"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/grpc"
)

// message writes a gRPC message. The bytes of a file stand beside its JSON,
// which is written without them, too.
func (w *Writer) message(e *decode.Message) {
	w.release()
	x := w.exchange(&e.Origin)
	m, why := *e, w.withheld(x, e)
	if why == whyFile {
		m.Bytes, m.Cut, why = nil, whyFile, ""
	}
	w.line.Message(w.at(x, e.Time), &m, w.micros(e.First), why)
	w.put()
}

const whyFile = "file upload"

// withheld says why the content of a message is not kept, "" if it is.
func (w *Writer) withheld(x *exchange, e *decode.Message) string {
	up := (e.Dir == decode.Request) != x.byDaemon
	if up && isFile(e) && !w.opt.TarUploads {
		return whyFile
	}
	s := &x.side[e.Dir]
	if s.kept += int64(max(len(e.Bytes), len(e.JSON))); w.keep >= 0 && s.kept > w.keep {
		return "max-body"
	}
	s.total = s.kept
	return ""
}

// isFile tells messages that carry people's files, as a tar that goes up does.
func isFile(e *decode.Message) bool {
	return len(e.Bytes) > 0 && grpc.TypeNamed(e.Type).HoldsFile() &&
		(e.JSON == nil || bytes.Contains(e.JSON, []byte(`"data":{"n":`)))
}
