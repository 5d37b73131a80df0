package decode

// The names of contents and framings. Recordings hold them: they are appended
// to, never changed.
var (
	contentNames = [...]string{
		ContentUnknown:    "unknown",
		ContentNone:       "none",
		ContentJSON:       "json",
		ContentJSONStream: "json-stream",
		ContentText:       "text",
		ContentTar:        "tar",
		ContentStdcopy:    "stdcopy",
		ContentRaw:        "raw",
		ContentHTTP2:      "http2",
		ContentWebSocket:  "websocket",
		ContentGRPC:       "grpc",
		ContentWSData:     "ws-data",
	}
	framingNames = [...]string{
		FramingNone:    "none",
		FramingLength:  "length",
		FramingChunked: "chunked",
		FramingClose:   "close",
		FramingHijack:  "hijack",
		FramingHTTP2:   "http2",
	}
)

// String is the name of a content in recordings and in JSON lines.
func (c Content) String() string { return nameOf(contentNames[:], c) }

// Streams reports whether the pieces of a content have a meaning and a time of
// their own.
func (c Content) Streams() bool {
	switch c {
	case ContentJSONStream, ContentStdcopy, ContentRaw, ContentHTTP2, ContentWebSocket, ContentWSData:
		return true
	}
	return false
}

// ContentNamed finds a content by its name: ContentUnknown for a name that
// only a later program knows.
func ContentNamed(name []byte) Content { return named[Content](contentNames[:], name) }

// String is the name of a framing in recordings.
func (f Framing) String() string { return nameOf(framingNames[:], f) }

// FramingNamed finds a framing by its name: FramingNone for a name that only a
// later program knows.
func FramingNamed(name []byte) Framing { return named[Framing](framingNames[:], name) }

func nameOf[T ~uint8](names []string, v T) string {
	if int(v) < len(names) {
		return names[v]
	}
	return names[0]
}

func named[T ~uint8](names []string, name []byte) T {
	for i, n := range names {
		if n == string(name) {
			return T(i)
		}
	}
	return 0
}
