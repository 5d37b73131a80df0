package intercept

import "time"

// Direction says which way bytes travel.
type Direction uint8

const (
	Request  Direction = iota // client to daemon
	Response                  // daemon to client
)

// A Tap watches connections. It must not hold traffic back: every method
// returns at once (a tap that was asked to keep whole bodies may block in
// Chunk, and says so to the user).
type Tap interface {
	// Open reports a new connection, before any of its bytes.
	Open(c ConnInfo) ConnTap
}

// ConnTap watches one connection. The two directions call concurrently.
type ConnTap interface {
	// Chunk reports bytes that were read and are about to be written to the
	// other side. It is called before the write so that what the tap queues
	// is in the order of cause and effect over all connections: the peer
	// cannot have reacted yet. The tap only queues; it looks at nothing here.
	//
	// The tap keeps b until it calls b.Release, exactly once.
	Chunk(d Direction, at time.Time, b *Buffer)

	// Sent is called after the last chunk of that direction was written, as
	// far as it could be: now is the time to wake the decoder.
	Sent(d Direction)

	// EOF ends that direction: a half-close.
	EOF(d Direction, at time.Time)

	// Close is the last call: both directions are over.
	Close(at time.Time, end Ending)
}

// ConnInfo is what is known when a connection has been accepted and upstream
// was dialled.
type ConnInfo struct {
	Accepted time.Time
	Dial     time.Duration // how long connecting upstream took
	Listener string        // endpoint the client connected to
	Upstream string        // endpoint that was dialled
	Peer     Peer
}

// Peer is the client's process, as far as the kernel knows it. Zero values mean
// unknown.
type Peer struct {
	PID     int
	UID     int
	HasUID  bool
	User    string
	Command []string
	Address string // remote address, TCP only
	Name    string // common name of a verified TLS client certificate
}

// Ending says how a connection ended.
type Ending struct {
	By  Party
	How How
	Err error // nil for an orderly end
}

// Party names the side that ended a connection.
type Party string

const (
	Client   Party = "client"
	Upstream Party = "server"
	Proxy    Party = "proxy" // dockwire itself: upstream could not be reached, or it is shutting down
)

// How says how a connection ended.
type How string

const (
	HowEOF     How = "eof"     // closed in order
	HowReset   How = "reset"   // connection reset
	HowTimeout How = "timeout" // the network gave up
	HowError   How = "error"   // anything else
)
