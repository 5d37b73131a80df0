package exchangetest

import (
	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
)

// Play delivers the events. It overwrites each after its delivery, so that a
// test notices a consumer that keeps one.
func (s *Script) Play(deliver func(decode.Event)) {
	for _, e := range s.list {
		c := decode.Clone(e)
		deliver(c)
		spoil(c)
	}
}

// spoil overwrites an event and what it points to.
func spoil(e decode.Event) {
	switch e := e.(type) {
	case *decode.ConnOpened:
		spoilAll(e.Peer.Command, "spoilt")
		*e = decode.ConnOpened{}
	case *decode.RequestHead:
		spoilAll(e.Fields, spoilt)
		spoilAll(e.Raw, '?')
		spoilAll(e.Call.Params, engine.Param{Name: "spoilt", Value: "spoilt"})
		spoilAll(e.Redacted, decode.Redaction{At: "spoilt"})
		*e = decode.RequestHead{}
	case *decode.ResponseHead:
		spoilAll(e.Fields, spoilt)
		spoilAll(e.Raw, '?')
		spoilAll(e.Redacted, decode.Redaction{At: "spoilt"})
		*e = decode.ResponseHead{}
	case *decode.InterimHead:
		spoilAll(e.Fields, spoilt)
		*e = decode.InterimHead{}
	case *decode.Data:
		spoilAll(e.Bytes, '?')
		spoilAll(e.Redacted, decode.Redaction{At: "spoilt"})
		*e = decode.Data{}
	case *decode.Message:
		spoilAll(e.JSON, '?')
		spoilAll(e.Bytes, '?')
		spoilAll(e.Redacted, decode.Redaction{At: "spoilt"})
		*e = decode.Message{}
	case *decode.DirectionEnd:
		spoilAll(e.Trailer, spoilt)
		*e = decode.DirectionEnd{}
	case *decode.Omitted:
		spoilAll(e.Tar, decode.TarEntry{Name: "spoilt"})
		*e = decode.Omitted{}
	case *decode.Anomaly:
		spoilAll(e.Bytes, '?')
		*e = decode.Anomaly{}
	}
}

var spoilt = decode.Field{Name: "Spoilt", Value: "spoilt"}

func spoilAll[T any](list []T, with T) {
	for i := range list {
		list[i] = with
	}
}
