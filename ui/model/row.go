package model

import (
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/decode/exchange"
)

// Pos numbers rows in the order in which their exchanges began, from 0. It
// stays the same as older rows are forgotten.
type Pos uint32

// CommandID numbers client commands, as the folder does.
type CommandID = exchange.CommandID

// NotKept as Row.At says that an exchange cannot be read back.
const NotKept = -1

// Flags tell what a row has besides its numbers.
type Flags uint16

const (
	Failed    Flags = 1 << iota
	Hijack          // became a byte stream both ways
	Redacted        // secrets were replaced
	Gap             // bytes passed unseen
	Anomaly         // bytes could not be decoded
	Omitted         // a body is not in the recording
	streamErr       // the error came inside a stream that began well
	ByDaemon        // the daemon asks, the client answers
	Aside           // tells a person nothing: what clients do around builds
	Refused         // the daemon said no, which is or may be only an answer
	Probe           // a look for what was not there, as expected
)

// Row is what is kept of an exchange. It holds no pointers, so that a million
// of them are no work for the garbage collector; its texts are with the Store.
type Row struct {
	ID       decode.ExchangeID
	Start    time.Duration // since the observation began
	TTFB     time.Duration // from the request to the first byte of an answer; -1: none yet
	Took     time.Duration // so far
	Up, Down int64         // bytes of bodies and streams
	At       int64         // where the Archive finds it; NotKept

	path, query, summary, failure ref

	Command CommandID
	Conn    uint32
	Dial    uint32 // microseconds that connecting upstream took, with the first of a connection
	op      uint16
	Status  uint16 // 0: no answer yet
	Flags   Flags
	method  uint8
	version uint8
	State   exchange.State
	Content decode.Content // of the response
	by, how uint8
}

// Has says whether all of these flags are set.
func (r *Row) Has(f Flags) bool { return r.Flags&f == f }

// Open says that more may come.
func (r *Row) Open() bool { return r.State != exchange.Done }

// Texts are the texts of a row.
type Texts struct {
	Op      *engine.Operation // nil: no operation of the Engine API
	Method  string
	Version string // API version the path asks for
	Path    string
	Query   string
	Summary string
	Failure string // what went wrong; "" when nothing did
}

// Name is the operation's id, or method and path where there is none.
func (t *Texts) Name() string {
	if t.Op != nil {
		return t.Op.ID
	}
	return t.Method + " " + t.Path
}
