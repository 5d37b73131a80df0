package recordings

import (
	"bytes"

	"github.com/dockwire/dockwire/decode"
)

// message writes a gRPC message.
func (w *Writer) message(e *decode.Message) {
	w.release()
	x := w.exchange(&e.Origin)
	w.line.Message(w.at(x, e.Time), e, w.micros(e.First), w.withheld(x, e))
	w.put()
}

// withheld says why the content of a message is not kept, "" if it is.
func (w *Writer) withheld(x *exchange, e *decode.Message) string {
	up := (e.Dir == decode.Request) != x.byDaemon
	if up && isFile(e) && !w.opt.TarUploads {
		return "file upload"
	}
	s := &x.side[e.Dir]
	if s.kept += int64(len(e.Bytes)); w.keep >= 0 && s.kept > w.keep {
		return "max-body"
	}
	s.total = s.kept
	return ""
}

// isFile tells messages that carry people's files, as a tar that goes up does.
func isFile(e *decode.Message) bool {
	switch e.Type {
	case "fsutil.types.Packet":
		// Without data it is the end of a file.
		return e.JSON == nil || bytes.HasPrefix(e.JSON, []byte(`{"type":"PACKET_DATA"`)) && bytes.Contains(e.JSON, []byte(`"data":`))
	case "moby.filesync.v1.BytesMessage":
		return true
	}
	return false
}
