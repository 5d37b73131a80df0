package compare

import (
	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings/flow/match"
)

// What became of a call.
type Kind string

const (
	Changed Kind = "changed"  // asked or answered differently
	Missing Kind = "missing"  // only the first recording has it
	Added   Kind = "added"    // only the second has it
	Moved   Kind = "moved"    // both have it, in another order; it may be changed, too
	NotSent Kind = "not sent" // only when a recording is sent to a daemon: Why tells
)

// Call is a call that is not the same in both recordings.
type Call struct {
	Kind      Kind               `json:"kind"`
	Operation string             `json:"operation"`
	Method    string             `json:"method"`
	Target    string             `json:"target"`
	Recorded  decode.ExchangeID  `json:"recorded,omitempty"` // exchange in the first recording, 0: none
	Other     decode.ExchangeID  `json:"other,omitempty"`    // in the second
	Line      int                `json:"line"`               // of the request, in the first recording if it is there
	Differ    []match.Difference `json:"differences,omitempty"`
	Why       string             `json:"why,omitempty"`   // it was not sent
	Notes     []string           `json:"notes,omitempty"` // what a person should know of it
}

// Command is a client command with calls that are not the same.
type Command struct {
	Name  string `json:"command"` // its command line or user agent, "" when unknown
	Kind  Kind   `json:"kind"`    // Changed, Missing or Added
	Calls []Call `json:"calls"`
}

// Name is a name that the second recording has instead of another.
type Name struct {
	Recorded string `json:"recorded"`
	Other    string `json:"other"`
}
