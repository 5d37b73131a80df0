package decode

import (
	"bytes"
	"strings"
	"time"
)

// kept is bytes of a direction that wait for more.
type kept struct {
	s        *Session
	buf      []byte
	first    time.Duration // when its first byte was read
	scanned  int           // how much of it was searched for a head's end
	counted  int           // how much of it is in Session.kept
	squeezed int           // bytes left out of the head in it
}

// keep adds bytes that were read now.
func (k *kept) keep(p []byte, now time.Duration) {
	if len(k.buf) == 0 {
		k.first, k.scanned = now, 0
	}
	k.buf = append(k.buf, p...)
}

func (k *kept) take() []byte {
	b := k.buf
	k.buf = nil
	return b
}

// What all connections of a session may keep of bytes that wait for more: what
// is beyond it is kept only where a connection has little.
const (
	maxHeldInAll = 16 << 20
	littleHeld   = 64 << 10
)

// affords reports whether n more bytes may be kept.
func (k *kept) affords(n int) bool { return len(k.buf)+n <= littleHeld || k.s.kept+n <= maxHeldInAll }

// count brings the session's count of kept bytes up to date.
func (k *kept) count() {
	k.s.kept += len(k.buf) - k.counted
	k.counted = len(k.buf)
}

// A head may be as long as net/http's server takes one, on as many connections
// as there are. When all of them together keep too much, what a head says of
// its message is kept, and other fields are left out and counted.

// maxPartLine is what is kept of a line whose end has not come.
const maxPartLine = 8 << 10

// squeeze leaves fields out of the unfinished head in buf.
func (k *kept) squeeze() {
	some := make([]byte, 0, littleHeld)
	first := true
	for line := range bytes.Lines(k.buf) {
		switch whole := line[len(line)-1] == '\n'; {
		case whole && (first && len(line) <= littleHeld/2 || matters(line)):
			some = append(some, withoutZeros(line)...)
		case !whole, first:
			line = withoutZeros(line)
			end := line[len(line)-min(len(line), maxPartLine/2):]
			if len(line) > maxPartLine {
				line = line[:maxPartLine/2]
				some = append(append(some, line...), end...)
			} else {
				some = append(some, line...)
			}
		}
		first = false
	}
	k.squeezed += len(k.buf) - len(some)
	k.buf, k.scanned = some, 0
}

// matters reports whether a field decides about framing or routing.
func matters(line []byte) bool {
	name, _, _ := strings.Cut(string(line[:min(len(line), 64)]), ":")
	switch strings.ToLower(name) {
	case "content-length", "transfer-encoding", "upgrade", "connection", "expect", "host", "content-type":
		return len(line) <= maxPartLine || strings.EqualFold(name, "Content-Length")
	}
	return false
}

// withoutZeros takes zeros off a Content-Length, which may have any number of
// them in front.
func withoutZeros(line []byte) []byte {
	name, value, ok := bytes.Cut(line, []byte(":"))
	if !ok || !strings.EqualFold(string(name), "Content-Length") {
		return line
	}
	value = bytes.TrimLeft(value, " \t")
	if rest := bytes.TrimLeft(value, "0"); len(rest) < len(value) {
		return append([]byte("Content-Length: 0"), rest...)
	}
	return line
}
