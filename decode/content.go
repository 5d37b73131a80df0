package decode

import (
	"cmp"
	"strings"

	"github.com/dockwire/dockwire/decode/engine"
)

// Content is decided here, by operation and header and by what is known about
// terminals, never by looking at the bytes.

// requestContent decides what the body of a request is. What a hijack's
// request direction carries behind it is always ContentRaw.
func requestContent(ex *exchange, hd *head, f Framing) Content {
	switch {
	case f == FramingNone, f == FramingLength && hd.length == 0:
		return ContentNone
	}
	if op := ex.call.Op; op != nil {
		switch op.Request {
		case engine.Tar:
			return ContentTar
		case engine.JSON:
			return ContentJSON
		}
	}
	c, _ := byContentType(hd)
	return c
}

// responseContent decides what the body of a response, or the daemon's half
// of a hijack, is, and by what.
func responseContent(s *Session, ex *exchange, hd *head, f Framing) (c Content, why string) {
	switch {
	case f == FramingNone, f == FramingLength && hd.length == 0:
		return ContentNone, "no body"
	case f == FramingHijack && strings.EqualFold(hd.upgrade, "h2c"):
		return ContentHTTP2, "Upgrade"
	case f == FramingHijack && strings.EqualFold(hd.upgrade, "websocket"):
		return ContentWSData, "Upgrade"
	case hd.status >= 300 && isStdio(hd):
		// An attach that fails has set its Content-Type already and then
		// writes plain text (moby daemon/server/router/container).
		return ContentText, "status"
	case hd.status < 300:
		c, why = byOperation(s, ex, hd, f)
	}
	if c == ContentUnknown && why == "" {
		c, why = byContentType(hd)
	}
	if enc := hd.contentEncoding; enc != "" && !strings.EqualFold(enc, "identity") && c != ContentTar {
		return ContentUnknown, "Content-Encoding " + enc + ": shown raw"
	}
	return c, why
}

// byOperation decides by what the operation answers when it succeeds; no
// reason means that it does not say.
func byOperation(s *Session, ex *exchange, hd *head, f Framing) (c Content, why string) {
	op := ex.call.Op
	if op == nil {
		return ContentUnknown, ""
	}
	if f == FramingHijack && op.Result != engine.Stdio {
		return ofUpgrade(op)
	}
	switch op.Result {
	case engine.JSON:
		if hd.contentType == "" {
			return ContentJSON, "operation"
		}
	case engine.Text:
		if hd.contentType == "" {
			return ContentText, "operation"
		}
	case engine.JSONStream:
		if q := ex.call.Query(); op.ID == "ContainerStats" && q.Get("stream") != "" && !engine.BoolValue(q.Get("stream")) {
			return ContentJSON, "operation"
		}
		return ContentJSONStream, "operation"
	case engine.Tar:
		return ContentTar, "operation"
	case engine.Stdio:
		return stdio(s, ex, hd)
	}
	return ContentUnknown, ""
}

// ofUpgrade decides what a connection speaks that has changed its protocol
// without saying to which.
func ofUpgrade(op *engine.Operation) (c Content, why string) {
	switch op.Result {
	case engine.HTTP2:
		return ContentHTTP2, "operation"
	case engine.WebSocket:
		return ContentWSData, "operation"
	}
	return ContentUnknown, "Upgrade not known: shown raw"
}

// stdio distinguishes multiplexed output from a terminal's.
func stdio(s *Session, ex *exchange, hd *head) (c Content, why string) {
	switch ct := mediaType(hd.contentType); {
	case ct == "application/vnd.docker.multiplexed-stream":
		return ContentStdcopy, "Content-Type"
	case isJSONStream(ct), ct == "application/json":
		// Logs as JSON, from API 1.54 on.
		return ContentJSONStream, "Content-Type"
	case ct == "application/vnd.docker.raw-stream" && hd.status == 101 || ex.call.Op.Stream == engine.Logs:
		// Below API 1.42, and in a hijack answered 200 in any version, it
		// says raw-stream of multiplexed bytes too.
		if ct != "" && atLeast142(ex.call.Version, hd.apiVersion) {
			return ContentRaw, "Content-Type"
		}
	}
	t, source := ex.tty, ex.source
	if t == ttyUnknown {
		t, source = s.ttys.of(ex.call.Param("id"))
	}
	switch t {
	case ttyYes:
		return ContentRaw, source
	case ttyNo:
		return ContentStdcopy, source
	}
	return ContentUnknown, "Tty not known: shown raw"
}

func byContentType(hd *head) (c Content, why string) {
	ct := mediaType(hd.contentType)
	switch {
	case ct == "":
		return ContentUnknown, "no Content-Type: shown raw"
	case ct == "application/json", strings.HasSuffix(ct, "+json"):
		c = ContentJSON
	case isJSONStream(ct):
		c = ContentJSONStream
	case ct == "application/x-tar", ct == "application/tar", ct == "application/x-tar+gzip":
		c = ContentTar
	case strings.HasPrefix(ct, "text/"):
		c = ContentText
	case ct == "application/vnd.docker.multiplexed-stream":
		c = ContentStdcopy
	default:
		return ContentUnknown, "Content-Type not known: shown raw"
	}
	return c, "Content-Type"
}

// mediaType is the type without parameters, in lower case.
func mediaType(v string) string {
	v, _, _ = strings.Cut(v, ";")
	return strings.ToLower(trimOWS(v))
}

func isStdio(hd *head) bool {
	ct := mediaType(hd.contentType)
	return ct == "application/vnd.docker.raw-stream" || ct == "application/vnd.docker.multiplexed-stream"
}

func isJSONStream(ct string) bool {
	return ct == "application/jsonl" || ct == "application/x-ndjson" || ct == "application/json-seq"
}

// atLeast142 reports whether the API version that the path asks for, or else
// the daemon's own, is 1.42 or later.
func atLeast142(asked, daemons string) bool {
	asked = cmp.Or(asked, daemons)
	major, minor, _ := strings.Cut(asked, ".")
	minor, _, _ = strings.Cut(minor, ".")
	ma, ok1 := parseLength(major)
	mi, ok2 := parseLength(minor)
	return ok1 && ok2 && (ma > 1 || ma == 1 && mi >= 42)
}
