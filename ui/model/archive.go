package model

import (
	"context"

	"github.com/dockwire/dockwire/decode"
)

// Archive is where exchanges are read back from: a recording, or a private
// one that lasts as long as the screen. Its methods are called from several
// goroutines.
type Archive interface {
	// Exchange returns the events of an exchange, as copies: those there are
	// by now, where it still goes on. at is what IntakeOptions.At told when it
	// began. Very long ones may be cut; their last event is then an Omitted.
	Exchange(ctx context.Context, id decode.ExchangeID, at int64) ([]decode.Event, error)

	// Scan delivers all events from the beginning, valid during the call, and
	// goes on as more come, until ctx is done or no more can come. It calls
	// idle from time to time, and whenever there is nothing more for now, and
	// tells how many bytes of how many it has read.
	Scan(ctx context.Context, deliver func(decode.Event), idle func(done, all int64)) error
}
