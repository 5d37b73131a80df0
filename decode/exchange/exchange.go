package exchange

import (
	"strings"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/build"
	"github.com/dockwire/dockwire/decode/engine"
)

// State is how far an exchange has come.
type State uint8

const (
	Waiting   State = iota // no final response head yet
	Streaming              // the response has begun
	Hijacked               // the connection is a byte stream both ways
	Done                   // nothing more will come
)

func (s State) String() string { return [...]string{"waiting", "streaming", "hijacked", "done"}[s] }

// End says how an exchange or a connection ended.
type End struct {
	By  decode.Party
	How decode.Ending
	Err string
}

// Connection is what the exchanges of one connection share.
type Connection struct {
	ID        decode.ConnID
	Peer      decode.Peer
	Listener  string // endpoint the client connected to
	Upstream  string // endpoint dialled for it
	Dial      time.Duration
	Closed    time.Duration // since the observation began; meaningful when IsClosed
	IsClosed  bool
	End       End // meaningful when IsClosed
	Exchanges int // how many began on it

	command string
	ends    bool // with its latest call, not because the daemon ends
	made    bool // from its number alone: no event will report its end
	open    int  // exchanges of it that are open
}

// Command is the client's command line, its words joined by spaces, or "".
func (c *Connection) Command() string {
	if c.command == "" && len(c.Peer.Command) > 0 { // not of a folder
		c.command = strings.Join(c.Peer.Command, " ")
	}
	return c.command
}

// Exchange is one request with its response or stream. Times count from the
// start of the observation. A folder reuses an exchange and everything it
// points to once its end was watched; Clone and Compact make copies to keep.
type Exchange struct {
	ID   decode.ExchangeID
	Conn *Connection // never nil

	Start        time.Duration // request head seen
	RequestEnd   time.Duration // meaningful when Request.Done
	FirstByte    time.Duration // first response head, 1xx included; meaningful when Answered
	ResponseHead time.Duration // meaningful when Status is not 0
	End          time.Duration // meaningful when State is Done
	Last         time.Duration // latest event

	Parent   decode.ExchangeID // the exchange whose byte stream it travels in; 0: the connection's own
	Stream   uint32            // number of the HTTP/2 stream; 0: not HTTP/2
	ByDaemon bool              // the daemon asks and the client answers
	Streams  int               // exchanges that began in its byte stream

	Method string
	Target string // as on the wire, redacted where needed
	Call   engine.Call
	Status int // 0 until the final response head
	Reason string

	Request  Side
	Response Side
	State    State
	Answered bool // some response head, 1xx included, was seen
	Interim  int  // how many 1xx heads came first
	Hijack   bool // became a byte stream, also after its end
	Ended    End  // meaningful when State is Done

	Build    *build.Build     // the build that the call is part of; nil for most
	Progress *engine.Progress // what a stream of JSON values told; nil where there was none

	Gaps       int   // runs of bytes that were not decoded
	GapBytes   int64 // their size
	Anomalies  int   // runs of bytes that could not be decoded
	Redactions []decode.Redaction
	Found      uint64 // for a filter: which of its terms were found in bytes that passed
	Redacted   int    // how many secrets were replaced; Redactions lists the first maxRedactions

	Command *Command // the client's command; nil where the folder does not group

	judged     Outcome // Pending: as the exchange tells itself
	verdict    string
	things     *Things
	about      *Thing // what a stream belongs to
	summary    string
	summarised bool

	failureText  string
	failureKnown bool
	told         []engine.News
	toldKnown    bool
	next, prev   *Exchange // open exchanges of the folder, oldest first
}

// Name is the operation's id, or method and path where there is none.
func (x *Exchange) Name() string { return x.Call.Name(x.Method) }

// Took is how long the exchange lasted, or has lasted at its latest event.
func (x *Exchange) Took() time.Duration {
	if x.State == Done {
		return x.End - x.Start
	}
	return x.Last - x.Start
}

// TTFB is the time from the request's head to the first byte of an answer, and
// whether one came.
func (x *Exchange) TTFB() (time.Duration, bool) { return x.FirstByte - x.Start, x.Answered }

// Side returns the half of an exchange that travels in that direction.
func (x *Exchange) Side(d decode.Direction) *Side {
	if d == decode.Request {
		return &x.Request
	}
	return &x.Response
}
