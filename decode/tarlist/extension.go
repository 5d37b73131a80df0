package tarlist

import (
	"bytes"
	"strconv"
)

// extension is what headers before an entry say of it: GNU long names and
// pax records.
type extension struct {
	name, link string
	size       int64
	hasSize    bool
}

// startExtension collects the content of an extension header.
func (l *List) startExtension(h header) {
	if h.Size > maxHeader {
		l.fail("extension header too long")
		return
	}
	// Collected to the end of its last block, so that nothing is left to skip.
	l.pass(h.Size)
	l.want, l.skip = l.skip, 0
	l.kind, l.size, l.buf = h.Type, h.Size, l.buf[:0]
}

// extend reads a collected extension header.
func (l *List) extend() {
	b := l.buf[:l.size]
	switch l.kind {
	case typeLongName:
		l.ext.name = text(b)
	case typeLongLink:
		l.ext.link = text(b)
	case typePax:
		if !l.ext.pax(b) {
			l.fail("malformed pax header")
		}
	}
}

// pax reads records of the form "LENGTH KEY=VALUE\n" (POSIX.1-2008, pax).
func (x *extension) pax(b []byte) bool {
	for len(b) > 0 {
		digits, _, ok := bytes.Cut(b, []byte(" "))
		n, err := strconv.Atoi(string(digits))
		if !ok || err != nil || n <= len(digits)+2 || n > len(b) || b[n-1] != '\n' {
			return false
		}
		key, value, ok := bytes.Cut(b[len(digits)+1:n-1], []byte("="))
		if !ok || !x.record(string(key), string(value)) {
			return false
		}
		b = b[n:]
	}
	return true
}

func (x *extension) record(key, value string) bool {
	switch key {
	case "path":
		x.name = value
	case "linkpath":
		x.link = value
	case "size":
		n, err := strconv.ParseInt(value, 10, 64)
		x.size, x.hasSize = n, true
		return err == nil && n >= 0
	}
	return true
}

// apply overrides the fields of the entry.
func (x *extension) apply(h *header) {
	if x.name != "" {
		h.Name = x.name
	}
	if x.link != "" {
		h.Link = x.link
	}
	if x.hasSize {
		h.Size = x.size
	}
}
