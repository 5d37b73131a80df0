package decode

import (
	"bytes"
	"strings"
)

// A head may be as long as net/http's server takes one, on as many connections
// as there are. When all of them together keep too much, what a head says of
// its message is kept, and other fields are left out and counted.

// maxPartLine is what is kept of a line whose end has not come.
const maxPartLine = 8 << 10

// squeeze leaves fields out of the unfinished head in buf.
func (h *half) squeeze() {
	kept := make([]byte, 0, littleHeld)
	first := true
	for line := range bytes.Lines(h.buf) {
		switch whole := line[len(line)-1] == '\n'; {
		case whole && (first && len(line) <= littleHeld/2 || matters(line)):
			kept = append(kept, withoutZeros(line)...)
		case !whole, first:
			line = withoutZeros(line)
			end := line[len(line)-min(len(line), maxPartLine/2):]
			if len(line) > maxPartLine {
				line = line[:maxPartLine/2]
				kept = append(append(kept, line...), end...)
			} else {
				kept = append(kept, line...)
			}
		}
		first = false
	}
	h.squeezed += len(h.buf) - len(kept)
	h.buf, h.scanned = kept, 0
}

// reportSqueezed emits a gap for the fields that were left out of a head.
func (h *half) reportSqueezed() {
	if h.squeezed > 0 {
		h.gapEvent(int64(h.squeezed), "fields of a long head")
		h.squeezed = 0
	}
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
