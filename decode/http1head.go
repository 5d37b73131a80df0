package decode

import (
	"bytes"
	"strings"
)

// maxHead bounds a head and a trailer. net/http's server reads 1 MiB and 4 KiB
// of a head, and what its buffer of 4 KiB held before.
const maxHead = 1<<20 + 8<<10

// readHead collects a head and acts on it when it is whole. A head that came
// in one read is not copied.
func (h *half) readHead(p []byte) []byte {
	if len(h.buf) == 0 {
		// RFC 9112, section 2.2: empty lines before a request are ignored.
		if p = bytes.TrimLeft(p, "\r\n"); len(p) == 0 {
			return nil
		}
		if end, _ := headEnd(p, 0); end > 0 && end <= maxHead {
			h.message(p[:end])
			return p[end:]
		}
	}
	had := len(h.buf)
	h.keep(p, h.c.now)
	end, scanned := headEnd(h.buf, h.scanned)
	if n := h.squeezed; end+n > maxHead || end == 0 && len(h.buf)+n > maxHead {
		h.lose(h.dir.String()+" head longer than 1 MiB", h.take())
		return nil
	}
	if end == 0 {
		h.scanned = scanned
		if !h.affords(0) {
			h.squeeze()
		}
		if !plausible(h.dir, h.buf) {
			h.lose(h.noHead(), h.take())
		}
		return nil
	}
	raw := h.buf[:end]
	keep := h.buf[:0]
	h.buf = nil
	h.message(raw)
	if h.buf == nil && cap(keep) <= 64<<10 {
		h.buf = keep
	}
	return p[end-had:]
}

func (h *half) message(raw []byte) {
	if h.dir == Request {
		h.c.requestHead(raw)
	} else {
		h.c.responseHead(raw)
	}
}

// reportSqueezed emits a gap for the fields that were left out of a head.
func (h *half) reportSqueezed() {
	if h.squeezed > 0 {
		h.gapEvent(int64(h.squeezed), "fields of a long head")
		h.squeezed = 0
	}
}

// headEnd returns the length of the head at the start of b including its
// empty line, or 0 and where to go on searching when there is more of b. Bare
// LF line ends are tolerated (RFC 9112, section 2.2).
func headEnd(b []byte, from int) (end, scanned int) {
	for i := from; ; {
		n := bytes.IndexByte(b[i:], '\n')
		if n < 0 {
			return 0, len(b)
		}
		i += n
		next := i + 1
		if next < len(b) && b[next] == '\r' {
			next++
		}
		if next >= len(b) {
			return 0, i
		}
		if b[next] == '\n' {
			return next + 1, 0
		}
		i++
	}
}

// plausible tells early whether b can be the beginning of a head, so that a
// connection that speaks something else (TLS, say) is not collected for ever.
func plausible(d Direction, b []byte) bool {
	if d == Response {
		const version = "HTTP/"
		n := min(len(b), len(version))
		return string(b[:n]) == version[:n]
	}
	for i, ch := range b {
		if ch == ' ' {
			return i > 0
		}
		if !isTokenByte(ch) {
			return false
		}
	}
	return true
}

// head is a parsed message head. Its strings share one allocation.
type head struct {
	method, target, proto string // request
	status                int    // response
	reason                string
	fields                []Field

	length     int64 // Content-Length, -1 if none
	chunked    bool
	coding     string // Transfer-Encoding as it stood
	badFraming string // why the length of the body cannot be known

	contentType, contentEncoding, upgrade, apiVersion, expect string
}

// parse parses the head. Lines that are no header fields are kept as
// fields without a value: nothing of a head is lost.
func (hd *head) parse(d Direction, raw []byte, fields []Field) bool {
	*hd = head{length: -1, fields: fields[:0]}
	text := string(raw)
	line, rest := cutLine(text)
	if d == Request {
		if !hd.parseRequestLine(line) {
			return false
		}
	} else if !hd.parseStatusLine(line) {
		return false
	}
	hd.fields = appendFields(hd.fields, rest)
	for i := range hd.fields {
		hd.note(&hd.fields[i])
	}
	return true
}

func (hd *head) parseRequestLine(line string) bool {
	method, rest, ok := strings.Cut(line, " ")
	i := strings.LastIndexByte(rest, ' ')
	if !ok || i < 0 || !isToken(method) || !isVersion(rest[i+1:]) {
		return false
	}
	hd.method, hd.target, hd.proto = method, rest[:i], rest[i+1:]
	return true
}

func (hd *head) parseStatusLine(line string) bool {
	proto, rest, ok := strings.Cut(line, " ")
	if !ok || !isVersion(proto) {
		return false
	}
	// The reason may be missing together with its space, and net/http's client
	// takes several before the code.
	code, reason, _ := strings.Cut(strings.TrimLeft(rest, " "), " ")
	if len(code) != 3 {
		return false
	}
	for _, ch := range []byte(code) {
		if ch < '0' || ch > '9' {
			return false
		}
		hd.status = hd.status*10 + int(ch-'0')
	}
	hd.proto, hd.reason = proto, reason
	return hd.status >= 100
}

func isVersion(s string) bool {
	return len(s) == 8 && s[:5] == "HTTP/" && s[5]-'0' < 10 && s[6] == '.' && s[7]-'0' < 10
}

func isToken(s string) bool {
	for i := range len(s) {
		if !isTokenByte(s[i]) {
			return false
		}
	}
	return s != ""
}

// isTokenByte is tchar of RFC 9110, section 5.6.2.
func isTokenByte(ch byte) bool {
	switch {
	case 'a' <= ch && ch <= 'z', 'A' <= ch && ch <= 'Z', '0' <= ch && ch <= '9':
		return true
	}
	return strings.IndexByte("!#$%&'*+-.^_`|~", ch) >= 0
}
