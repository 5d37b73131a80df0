package model

import (
	"context"

	"github.com/dockwire/dockwire/decode"
)

// Archive is where exchanges are read back from: a recording, or a private
// one that lasts as long as the screen. Its methods are called from several
// goroutines.
type Archive interface {
	// Exchange delivers the events of an exchange from its beginning, valid
	// during the call, and goes on as more come, until it is over, ctx is done
	// or no more can come. It calls idle from time to time, and whenever there
	// is nothing more for now. at is what IntakeOptions.At said when it began.
	Exchange(ctx context.Context, id decode.ExchangeID, at int64, deliver func(decode.Event), idle func()) error

	// Scan delivers all events from the beginning, valid during the call, and
	// goes on as more come, until ctx is done or no more can come. It calls
	// idle from time to time, and whenever there is nothing more for now, and
	// tells how many bytes of how many it has read.
	Scan(ctx context.Context, deliver func(decode.Event), idle func(done, all int64)) error
}
