package exchangetest

import (
	"bytes"
	"slices"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
)

// Play delivers the events. Each is lent as a copy that is spoilt after its
// delivery, so that a consumer who kept it shows.
func (s *Script) Play(deliver func(decode.Event)) {
	for _, e := range s.list {
		c, spoil := lend(e)
		deliver(c)
		spoil()
	}
}

func lend(e decode.Event) (decode.Event, func()) {
	switch e := e.(type) {
	case *decode.ConnOpened:
		c := *e
		c.Peer.Command = slices.Clone(e.Peer.Command)
		return &c, func() { spoilStrings(c.Peer.Command); c = decode.ConnOpened{} }
	case *decode.RequestHead:
		c := *e
		c.Fields, c.Raw, c.Redacted = slices.Clone(e.Fields), bytes.Clone(e.Raw), slices.Clone(e.Redacted)
		c.Call.Params = slices.Clone(e.Call.Params)
		return &c, func() {
			spoilFields(c.Fields)
			spoilBytes(c.Raw)
			for i := range c.Call.Params {
				c.Call.Params[i] = engine.Param{Name: "spoilt", Value: "spoilt"}
			}
			for i := range c.Redacted {
				c.Redacted[i] = decode.Redaction{At: "spoilt"}
			}
			c = decode.RequestHead{}
		}
	case *decode.ResponseHead:
		c := *e
		c.Fields, c.Raw = slices.Clone(e.Fields), bytes.Clone(e.Raw)
		return &c, func() { spoilFields(c.Fields); spoilBytes(c.Raw); c = decode.ResponseHead{} }
	case *decode.Data:
		c := *e
		c.Bytes = bytes.Clone(e.Bytes)
		return &c, func() { spoilBytes(c.Bytes); c = decode.Data{} }
	case *decode.DirectionEnd:
		c := *e
		c.Trailer = slices.Clone(e.Trailer)
		return &c, func() { spoilFields(c.Trailer); c = decode.DirectionEnd{} }
	case *decode.Message:
		c := *e
		c.JSON, c.Bytes = bytes.Clone(e.JSON), bytes.Clone(e.Bytes)
		return &c, func() { spoilBytes(c.JSON); spoilBytes(c.Bytes); c = decode.Message{} }
	case *decode.Omitted:
		c := *e
		c.Tar = slices.Clone(e.Tar)
		return &c, func() {
			for i := range c.Tar {
				c.Tar[i] = decode.TarEntry{Name: "spoilt"}
			}
			c = decode.Omitted{}
		}
	case *decode.Anomaly:
		c := *e
		c.Bytes = bytes.Clone(e.Bytes)
		return &c, func() { spoilBytes(c.Bytes); c = decode.Anomaly{} }
	}
	return e, func() {}
}

func spoilBytes(b []byte) {
	for i := range b {
		b[i] = '?'
	}
}

func spoilStrings(s []string) {
	for i := range s {
		s[i] = "spoilt"
	}
}

func spoilFields(f []decode.Field) {
	for i := range f {
		f[i] = decode.Field{Name: "Spoilt", Value: "spoilt"}
	}
}
