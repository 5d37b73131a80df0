package engine

// Kind says what travels in a body or stream of an operation. The empty Kind
// is not used: what carries nothing is None.
type Kind string

// Kinds of bodies: Operation.Request and Operation.Result.
const (
	None       Kind = "none"        // no body
	JSON       Kind = "json"        // one JSON document
	JSONStream Kind = "json-stream" // concatenated JSON values: progress, events, stats
	Text       Kind = "text"        // plain text or HTML
	Tar        Kind = "tar"         // a tar, possibly compressed; ImageBuild: or a bare Dockerfile
	Stdio      Kind = "stdio"       // stdout and stderr: stdcopy frames, or raw bytes of a TTY
	Binary     Kind = "binary"      // anything else
	WebSocket  Kind = "websocket"   // RFC 6455 frames
	HTTP2      Kind = "http2"       // an HTTP/2 connection
	GRPC       Kind = "grpc"        // gRPC messages in HTTP/2 data frames
)

// Ways an exchange behaves: Operation.Stream. It may also be None (request,
// then response), JSONStream (the response goes on for as long as the work
// does) and WebSocket.
const (
	Hijack      Kind = "hijack"       // the connection becomes a byte stream both ways
	Logs        Kind = "logs"         // chunked Stdio from the daemon
	Deferred    Kind = "deferred"     // head at once, body when something happens
	Build       Kind = "build"        // JSONStream that may start before the upload ends
	TarUpload   Kind = "tar-upload"   // long request body
	TarDownload Kind = "tar-download" // long response body
	H2C         Kind = "h2c"          // becomes HTTP/2; the client speaks first
	SessionBack Kind = "session"      // becomes HTTP/2 with the daemon as its client
)

// Operation is one call of the Engine API. Operations are shared and must not
// be changed; compare them by pointer or by ID.
type Operation struct {
	ID      string // operationId of the API's description, e.g. ContainerCreate
	Method  string
	Path    string // template without version, e.g. /containers/{id}/json
	Tag     string // group of the API's description, e.g. Container
	Since   string // first API version whose documentation has it, "" if none
	Stream  Kind   // how the exchange behaves: "none", "hijack", "json-stream", …
	Request Kind   // what the request body is
	Result  Kind   // what the response body is
	Query   []string
	Headers []string // headers with a meaning of their own in this operation
}
