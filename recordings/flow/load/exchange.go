package load

import (
	"fmt"
	"mime"
	"strconv"
	"strings"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/digest"
	"github.com/dockwire/dockwire/decode/engine"
)

// Exchange is a recorded exchange. Positions are numbers of lines in the
// recording, from 1, one file after the other: they say what came before what.
// It is small, as a recording may have millions: what exchanges have in common they
// share, and what is needed only when one is played is packed.
type Exchange struct {
	*Asking
	*Facts
	ID     decode.ExchangeID
	Pos    int // of the request head
	EndPos int // of its end; 0: the recording does not say when
	Time   time.Duration
	Group  int // index in Recording.Groups: the client that made the request
	packed int // where the rest is; see pack.go
}

// Asking is what was asked: the same of all exchanges that have it.
type Asking struct {
	Method string
	Target string // redacted as recorded
	Call   engine.Call
}

// Facts are what else is known of an exchange: the same of all that have them.
type Facts struct {
	Request Body

	Status   int // 0: no answer was recorded
	Framing  decode.Framing
	Content  decode.Content
	Redacted bool // something in the answer was replaced: lengths in its head may be wrong
	Input    Input
	End      End
	Unkept   string // why the answer cannot be replayed, "" if it can

	Parent   decode.ExchangeID // the exchange this one travels in, 0: none
	ByDaemon bool              // the daemon asked, and the client answered
	*Lists

	rec    *Recording
	source int32 // index of its file
}

// Lists are lines that few exchanges have.
type Lists struct {
	Sent  []Sent  // what Input is made of, with Options.Inputs
	Asked []Asked // gRPC messages of the request
}

// String is how texts call an exchange: by its number, and by its file where
// several are replayed.
func (x *Exchange) String() string {
	if x.File() == "" {
		return fmt.Sprintf("#%d", x.ID)
	}
	return fmt.Sprintf("#%d of %s", x.ID, x.File())
}

// File is the file that an exchange is in, "" where there is only one.
func (x *Exchange) File() string {
	if x.Facts == nil || x.rec == nil || len(x.rec.sources) < 2 {
		return ""
	}
	return x.rec.sources[x.source].path
}

// Line is the number of the line of the request head, in its file.
func (x *Exchange) Line() int { return x.Pos - x.rec.sources[x.source].before }

// Line is where a line is in the text of the recording.
type Line struct {
	Offset int64
	Length int32
	file   int32 // index of its file
}

// Step is a line of the answer. Before it is played, the client must have sent
// what it had sent when it was recorded.
type Step struct {
	Line
	Pos       int
	Time      time.Duration
	In        int64         // stream bytes that had come from the client (hijack), or messages (gRPC)
	InEOF     bool          // the client had half-closed the stream (hijack)
	InTime    time.Duration // when the last of that came
	Frame     int64         // size of the stdcopy frame that begins here and goes on in later steps, else 0
	Continues bool          // the bytes belong to a frame that began before
}

// Asked is a gRPC message of a request.
type Asked struct {
	Line
	Pos   int
	After int // messages of the answer that had come before it
}

// GRPC reports whether the exchange is a gRPC call.
func (x *Exchange) GRPC() bool { return x.Request.Content == decode.ContentGRPC }

// BuildKit reports whether the exchange is part of how BuildKit and its clients talk:
// where a connection begins to speak gRPC, or a call in it.
func (x *Exchange) BuildKit() bool {
	return x.GRPC() || x.Call.Path == "/grpc" || x.Call.Path == "/session"
}

// Body is what is known of a request body. Its bytes are read with
// Recording.RequestBody.
type Body struct {
	Size     int64
	Digest   digest.Digest // of the whole body, where it was not kept whole
	Tar      *Tar          // nil: none is known
	Kept     bool          // all bytes are in the recording
	Whole    bool          // ... and are looked at in one piece: they are at most MaxBody
	Listed   bool          // a tar of which the recording has only the listing
	Redacted bool
	Content  decode.Content
	Type     string // see OtherThanJSON
}

// OtherThanJSON is the media type of a request whose operation takes JSON, if it is
// another, else "": dockerd refuses such a body, whatever is in it.
func OtherThanJSON(c *engine.Call, contentType string) string {
	if c.Op == nil || c.Op.Request != engine.JSON || contentType == "" {
		return ""
	}
	if t, _, err := mime.ParseMediaType(contentType); err != nil || t != "application/json" {
		return strings.Clone(contentType)
	}
	return ""
}

// Tar is the listing of a tar.
type Tar struct {
	Entries []decode.TarEntry
	Cut     int
	Err     string
}

// Listing is that of the tar, or an empty one.
func (b *Body) Listing() Tar {
	if b.Tar == nil {
		return Tar{}
	}
	return *b.Tar
}

// Input is what the client sent into a hijacked stream, in all.
type Input struct {
	Bytes  int64
	SHA256 [32]byte
	Known  bool // the bytes were kept and not redacted
}

// End says how an exchange ended.
type End struct {
	By   decode.Party // "": the recording does not say, it went on
	How  decode.Ending
	Open bool // the answer was not complete
}

// Sent is a line of what the client sent into a hijacked stream.
type Sent struct {
	Line
	Pos  int
	Idle time.Duration // how long nothing had happened before it
	EOF  bool          // the client has half-closed the stream with it
}

// Complete reports whether the whole answer was recorded.
func (x *Exchange) Complete() bool { return x.End.By != "" && !x.End.Open && x.Status != 0 }

// Edited reports whether an answer's body is not as long as its head says: somebody
// changed it by hand.
func (x *Exchange) Edited(head []decode.Field) bool {
	for _, f := range head {
		if n, err := strconv.ParseInt(f.Value, 10, 64); err == nil && strings.EqualFold(f.Name, "Content-Length") {
			return x.Method != "HEAD" && n != x.Size()
		}
	}
	return false
}

// Hijacked reports whether the connection became a byte stream.
func (x *Exchange) Hijacked() bool { return x.Framing == decode.FramingHijack }

// ChangesState reports whether the request may have changed something in the
// daemon: answers that come after it may be because of it.
func (x *Exchange) ChangesState() bool {
	switch x.Method {
	case "GET", "HEAD", "OPTIONS":
		return false
	}
	// Waits and attaches, unlike starts, cause nothing by themselves.
	if x.Call.Op != nil {
		switch x.Call.Op.ID {
		case "ContainerWait", "ContainerAttach", "ContainerResize", "ExecResize", "SystemAuth":
			return false
		}
	}
	return true
}
