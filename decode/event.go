package decode

import (
	"strings"
	"time"

	"github.com/dockwire/dockwire/decode/digest"
	"github.com/dockwire/dockwire/decode/engine"
)

// Direction says which way bytes travelled. In an exchange that the daemon
// began (RequestHead.ByDaemon) a request goes from daemon to client.
type Direction uint8

const (
	Request  Direction = iota // client to daemon
	Response                  // daemon to client
)

func (d Direction) String() string {
	if d == Request {
		return "request"
	}
	return "response"
}

// ConnID numbers the connections of one observation from 1.
type ConnID uint64

// ExchangeID numbers the exchanges of one observation from 1, in the order
// their requests began.
type ExchangeID uint64

// An Event is something that was seen on the wire. Events come from a live
// connection (Session) or from a recording (recordings.Reader) and are the
// same in both cases.
//
// An event and everything it points to, except strings, is valid only during the
// call that delivers it: the producer reuses its memory. A consumer copies what it
// keeps.
type Event interface {
	// From tells when and where the event was seen.
	From() *Origin
}

// Origin places an event in time and on a connection.
type Origin struct {
	Time     time.Duration // since the observation began, monotonic, never decreasing within a connection
	Conn     ConnID        // 0: not tied to a connection
	Exchange ExchangeID    // 0: not tied to an exchange
}

// From makes every event that embeds an Origin an Event.
func (o *Origin) From() *Origin { return o }

// Field is one header line as it was on the wire: name with its case, value
// without the white space around it. Fields keep their order and duplicates.
type Field struct{ Name, Value string }

// FieldValue is the value of the first field of a name in any case, or "".
func FieldValue(fields []Field, name string) string {
	for i := range fields {
		if strings.EqualFold(fields[i].Name, name) {
			return fields[i].Value
		}
	}
	return ""
}

// Peer is the client's process, as far as the kernel knows it. Zero values mean
// unknown.
type Peer struct {
	PID     int      // process id; 0 across pid namespaces, TCP and ssh
	UID     int      // user id; meaningful only when HasUID
	HasUID  bool     // UID was reported
	User    string   // user name for UID
	Command []string // argv
	Address string   // remote address where there is one (TCP)
	Name    string   // common name of a verified TLS client certificate
}

// ConnOpened is the first event of a connection.
type ConnOpened struct {
	Origin
	Peer     Peer
	Listener string        // endpoint the client connected to, e.g. unix:///tmp/x.sock
	Upstream string        // endpoint dialled for it
	Dial     time.Duration // how long connecting upstream took
}

// Party names the side that did something to an exchange or a connection.
type Party string

const (
	Client   Party = "client"
	Server   Party = "server"   // the daemon
	Proxy    Party = "proxy"    // dockwire itself, e.g. the upstream was down
	Recorder Party = "recorder" // observation stopped, traffic may have gone on
)

// Ending says how an exchange or a connection ended.
type Ending string

const (
	EndEOF     Ending = "eof"     // orderly: complete message, or end of stream
	EndReset   Ending = "reset"   // connection reset
	EndCancel  Ending = "cancel"  // closed before the exchange was complete
	EndTimeout Ending = "timeout" // the network gave up
	EndError   Ending = "error"   // anything else; Err says what
)

// ConnClosed is the last event of a connection.
type ConnClosed struct {
	Origin
	By  Party
	How Ending
	Err string
}

// Content says what the bytes of a body or stream are. It is decided by route
// and header, never by guessing at bytes.
type Content uint8

const (
	ContentUnknown    Content = iota // shown raw
	ContentNone                      // no body
	ContentJSON                      // one JSON document
	ContentJSONStream                // concatenated JSON values: progress, events, stats
	ContentText
	ContentTar       // possibly compressed
	ContentStdcopy   // multiplexed stdout and stderr in 8-byte-header frames
	ContentRaw       // a raw byte stream: TTY output, stdin
	ContentHTTP2     // HTTP/2 after an upgrade or from the first byte
	ContentWebSocket // RFC 6455 frames as they are, in recordings before dockwire decoded them
	ContentGRPC      // gRPC: a row of messages, see Message
	ContentWSData    // WebSocket: what its frames carry, unmasked; More where a message goes on

	Contents // how many there are
)

// Framing says how the end of a body is found.
type Framing uint8

const (
	FramingNone    Framing = iota // no body
	FramingLength                 // Content-Length
	FramingChunked                // Transfer-Encoding: chunked
	FramingClose                  // until the connection ends
	FramingHijack                 // the connection became a byte stream both ways
	FramingHTTP2                  // until the HTTP/2 stream ends
)

// Redaction says that a secret was replaced by a placeholder.
type Redaction struct {
	At    string // where: "h/X-Registry-Auth", "q/buildargs", "body/Env/1", "stream"
	As    string // placeholder without braces and prefix: "registry_auth.1"
	Rule  string // name of the rule that matched
	Shape string // optional JSON object that tells which fields were set, never their values
}

// RequestHead opens an exchange.
//
// For a stream of HTTP/2, Method and Target come from its pseudo-headers, which
// are first in Fields under their names (":method", ":path").
type RequestHead struct {
	Origin
	Parent   ExchangeID // the exchange whose byte stream carries this one; 0: the connection's own
	Stream   uint32     // number of the HTTP/2 stream; 0: not HTTP/2
	ByDaemon bool       // the daemon sends the request, as on BuildKit's /session
	Method   string
	Target   string // raw request target as on the wire, redacted where needed
	Proto    string // "HTTP/1.1"
	Fields   []Field
	Raw      []byte // the head as on the wire including the empty line; nil when redacted or read from a recording without it
	Call     engine.Call
	Framing  Framing
	Length   int64 // Content-Length, -1 if none
	Content  Content
	Redacted []Redaction
}

// InterimHead is a 1xx response other than 101.
type InterimHead struct {
	Origin
	Status int
	Reason string
	Proto  string
	Fields []Field
}

// ResponseHead is the final response head of an exchange, 101 included.
type ResponseHead struct {
	Origin
	Status   int
	Reason   string
	Proto    string
	Fields   []Field
	Raw      []byte // as in RequestHead
	Framing  Framing
	Length   int64   // Content-Length, -1 if none
	Content  Content // of the response body or of the daemon's half of a hijack
	Why      string  // the reason for Content, e.g. "Content-Type", "Tty of ContainerCreate", "not known: shown raw"
	Redacted []Redaction
}

// NoFd is the Fd of data that is no stdcopy frame.
const NoFd = -1

// Data is a run of body or stream bytes: after transfer decoding, before
// content decoding. Bodies come in the pieces they were read in; stdcopy
// frames and the values of JSON streams come whole up to 64 KiB and in pieces
// with More above that.
type Data struct {
	Origin                 // Time is when the last byte was read
	First    time.Duration // when the first byte was read
	Dir      Direction
	Fd       int  // stdcopy stream 0 to 3, or NoFd
	More     bool // the frame or value goes on in the next Data of this direction
	Text     bool // of a WebSocket: the message is text, not binary
	Bytes    []byte
	Redacted []Redaction
}

// TarEntry is one file of a tar that was seen.
type TarEntry struct {
	Name string
	Type byte // tar typeflag
	Mode int64
	Size int64
	Link string
	XXH3 string // hex XXH3 of 128 bits of its content; "" if it has none or not all was seen
}

// Message is one gRPC message of an exchange whose content is ContentGRPC. Its
// bytes do not come as Data, too.
type Message struct {
	Origin                    // Time is when its last byte was read
	First       time.Duration // when its first byte was read
	Dir         Direction
	Type        string        // full protobuf name, "" if it is not known
	JSON        []byte        // the message in protobuf's JSON; nil where that would lose something
	Bytes       []byte        // the protobuf bytes, decompressed; only a part of them when Cut is set
	Size        int64         // on the wire, without the prefix of five bytes
	Compression string        // how it travelled: "gzip"; "" if it was not compressed
	Cut         string        // why Bytes are not the whole message; "" if they are
	Digest      digest.Digest // of the file that is complete with this message; "" if none is
	Redacted    []Redaction
}

// ControlFrames counts the frames in one direction of an HTTP/2 connection that
// belong to no stream, or the pings and pongs of a WebSocket. It is emitted once
// for each direction, when the connection ends. Exchange is the one that carries
// the connection, if any.
type ControlFrames struct {
	Origin
	Dir                                            Direction
	Bytes                                          int64 // of the whole direction, streams included
	Settings, Ping, WindowUpdate, Priority, GoAway int64
	Other                                          int64 // of a type that HTTP/2 does not define
	Late                                           int64 // bytes that were under way when the receiver gave their stream up
}

// FrameCount is how many frames of a kind there were.
type FrameCount struct {
	Name string
	N    int64
}

// Counts lists the kinds of frames.
func (e *ControlFrames) Counts() []FrameCount {
	return []FrameCount{
		{"settings", e.Settings}, {"ping", e.Ping}, {"window_update", e.WindowUpdate},
		{"priority", e.Priority}, {"goaway", e.GoAway}, {"other", e.Other},
	}
}

// Omitted replaces bytes that were on the wire: a recording did not keep them, or
// redaction could not read them. Redaction emits one for each Data that it leaves
// out, with no digest, and with Total counting the direction's bytes so far. A
// Session emits none.
type Omitted struct {
	Origin
	Dir    Direction
	Bytes  int64         // how many were not kept
	Total  int64         // size of the whole body or stream
	Digest digest.Digest // of the whole body or stream
	Tar    []TarEntry
	TarCut int    // entries of the tar that are not listed
	TarErr string // why there is no (full) listing, e.g. "gzip"
	Why    string // "max-body", "tar upload", "redacted: HTTP/2 is not decoded"
}

// DirectionEnd says that one direction of an exchange is complete: the body's
// end, or the half-close of a stream.
type DirectionEnd struct {
	Origin
	Dir     Direction
	Trailer []Field
}

// ExchangeEnd closes an exchange; no event of it follows.
type ExchangeEnd struct {
	Origin
	By           Party
	How          Ending
	Err          string
	OpenRequest  bool // the request direction was not complete
	OpenResponse bool // the response direction was not complete
}

// Gap says that bytes passed which were not decoded.
type Gap struct {
	Origin
	Dir   Direction
	Bytes int64
	Why   string
}

// Anomaly holds bytes that could not be decoded.
type Anomaly struct {
	Origin
	Dir    Direction
	Reason string
	Bytes  []byte
}

// Mark is a remark in the stream: a torn last line, a recording that was
// continued, a wall clock that jumped, an HTTP/2 connection that was told to
// go away.
type Mark struct {
	Origin
	Text string
}
