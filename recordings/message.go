package recordings

import (
	"bytes"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/grpc"
)

// message writes a gRPC message. The bytes of a file stand beside its JSON,
// which is written without them, too.
func (k *keeper) message(e *decode.Message) {
	k.release()
	x := k.exchange(&e.Origin)
	m, why := *e, k.withheld(x, e)
	if why == whyFile {
		m.Bytes, m.Cut, why = nil, whyFile, ""
	}
	k.line.Message(k.at(x, e.Time), &m, k.micros(e.First), why)
	k.put()
}

const whyFile = "file upload"

// withheld says why the content of a message is not kept, "" if it is.
func (k *keeper) withheld(x *exchange, e *decode.Message) string {
	up := (e.Dir == decode.Request) != x.byDaemon
	if up && isFile(e) && !k.opt.TarUploads {
		return whyFile
	}
	s := &x.side[e.Dir]
	if s.kept += int64(max(len(e.Bytes), len(e.JSON))); k.keep >= 0 && s.kept > k.keep {
		return "max-body"
	}
	s.total = s.kept
	return ""
}

// isFile tells messages that carry people's files, as a tar that goes up does.
func isFile(e *decode.Message) bool {
	return len(e.Bytes) > 0 && grpc.HoldsFile(e.Type) &&
		(e.JSON == nil || bytes.Contains(e.JSON, []byte(`"data":{"n":`)))
}
