package decode

import (
	"bytes"
	"slices"
)

// Clone copies an event and what it points to, for a consumer that keeps it.
func Clone(e Event) Event {
	switch e := e.(type) {
	case *ConnOpened:
		c := *e
		c.Peer.Command = slices.Clone(e.Peer.Command)
		return &c
	case *ConnClosed:
		return new(*e)
	case *RequestHead:
		c := *e
		c.Fields, c.Raw, c.Redacted = slices.Clone(e.Fields), bytes.Clone(e.Raw), slices.Clone(e.Redacted)
		c.Call.Params = slices.Clone(e.Call.Params)
		return &c
	case *InterimHead:
		c := *e
		c.Fields = slices.Clone(e.Fields)
		return &c
	case *ResponseHead:
		c := *e
		c.Fields, c.Raw, c.Redacted = slices.Clone(e.Fields), bytes.Clone(e.Raw), slices.Clone(e.Redacted)
		return &c
	case *Data:
		c := *e
		c.Bytes, c.Redacted = bytes.Clone(e.Bytes), slices.Clone(e.Redacted)
		return &c
	case *Message:
		c := *e
		c.JSON, c.Bytes, c.Redacted = bytes.Clone(e.JSON), bytes.Clone(e.Bytes), slices.Clone(e.Redacted)
		return &c
	case *ControlFrames:
		return new(*e)
	case *Omitted:
		c := *e
		c.Tar = slices.Clone(e.Tar)
		return &c
	case *DirectionEnd:
		c := *e
		c.Trailer = slices.Clone(e.Trailer)
		return &c
	case *ExchangeEnd:
		return new(*e)
	case *Gap:
		return new(*e)
	case *Anomaly:
		c := *e
		c.Bytes = bytes.Clone(e.Bytes)
		return &c
	case *Mark:
		return new(*e)
	}
	return e
}
