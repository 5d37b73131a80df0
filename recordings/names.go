package recordings

import "github.com/dockwire/dockwire/decode"

// The names of enumerations in a file. They are appended to, never changed.
var (
	contentNames = [...]string{
		decode.ContentUnknown:    "unknown",
		decode.ContentNone:       "none",
		decode.ContentJSON:       "json",
		decode.ContentJSONStream: "json-stream",
		decode.ContentText:       "text",
		decode.ContentTar:        "tar",
		decode.ContentStdcopy:    "stdcopy",
		decode.ContentRaw:        "raw",
		decode.ContentHTTP2:      "http2",
		decode.ContentWebSocket:  "websocket",
		decode.ContentGRPC:       "grpc",
	}
	framingNames = [...]string{
		decode.FramingNone:    "none",
		decode.FramingLength:  "length",
		decode.FramingChunked: "chunked",
		decode.FramingClose:   "close",
		decode.FramingHijack:  "hijack",
		decode.FramingHTTP2:   "http2",
	}
)

// usualContent is what a body is when nothing is said of it.
func usualContent(f decode.Framing) decode.Content {
	if f == decode.FramingNone {
		return decode.ContentNone
	}
	return decode.ContentUnknown
}

func dirName(d decode.Direction) string {
	if d == decode.Request {
		return "in"
	}
	return "out"
}

func nameOf[T ~uint8](names []string, v T) string {
	if int(v) < len(names) {
		return names[v]
	}
	return ""
}

func valueOf[T ~uint8](names []string, name []byte) T {
	for i, n := range names {
		if n == string(name) {
			return T(i)
		}
	}
	return 0
}
