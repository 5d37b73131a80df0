package recordings

import (
	"bytes"
	"slices"

	"github.com/dockwire/dockwire/decode"
)

// clone copies an event and what it points to.
func clone(e decode.Event) decode.Event {
	switch e := e.(type) {
	case *decode.ConnOpened:
		c := *e
		c.Peer.Command = slices.Clone(e.Peer.Command)
		return &c
	case *decode.ConnClosed:
		c := *e
		return &c
	case *decode.RequestHead:
		c := *e
		c.Fields, c.Raw, c.Redacted = slices.Clone(e.Fields), bytes.Clone(e.Raw), slices.Clone(e.Redacted)
		c.Call.Params = slices.Clone(e.Call.Params)
		return &c
	case *decode.InterimHead:
		c := *e
		c.Fields = slices.Clone(e.Fields)
		return &c
	case *decode.ResponseHead:
		c := *e
		c.Fields, c.Raw, c.Redacted = slices.Clone(e.Fields), bytes.Clone(e.Raw), slices.Clone(e.Redacted)
		return &c
	case *decode.Data:
		c := *e
		c.Bytes, c.Redacted = bytes.Clone(e.Bytes), slices.Clone(e.Redacted)
		return &c
	case *decode.Message:
		c := *e
		c.JSON, c.Bytes, c.Redacted = bytes.Clone(e.JSON), bytes.Clone(e.Bytes), slices.Clone(e.Redacted)
		return &c
	case *decode.ControlFrames:
		c := *e
		return &c
	case *decode.Omitted:
		c := *e
		c.Tar = slices.Clone(e.Tar)
		return &c
	case *decode.DirectionEnd:
		c := *e
		c.Trailer = slices.Clone(e.Trailer)
		return &c
	case *decode.ExchangeEnd:
		c := *e
		return &c
	case *decode.Gap:
		c := *e
		return &c
	case *decode.Anomaly:
		c := *e
		c.Bytes = bytes.Clone(e.Bytes)
		return &c
	case *decode.Mark:
		c := *e
		return &c
	}
	return e
}
