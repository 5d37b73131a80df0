package tarlist

import (
	"bytes"
	"strings"

	"github.com/dockwire/dockwire/decode"
)

// Type flags that matter here; the names are those of archive/tar.
const (
	typeRegA      = 0
	typeReg       = '0'
	typeLink      = '1'
	typeDir       = '5'
	typeFifo      = '6'
	typePax       = 'x'
	typePaxGlobal = 'g'
	typeLongName  = 'L' // GNU
	typeLongLink  = 'K' // GNU
)

// header is an entry as its header block and the extensions before it say.
type header struct {
	decode.TarEntry
}

// content is how many bytes follow the header: links, devices, directories
// and fifos have none, whatever their size field says.
func (h *header) content() int64 {
	if h.Type >= typeLink && h.Type <= typeFifo {
		return 0
	}
	return h.Size
}

// parseHeader reads a ustar, GNU or v7 header block.
func parseHeader(b *[blockSize]byte) (h header, ok bool) {
	sum, ok1 := number(b[148:156])
	size, ok2 := number(b[124:136])
	mode, ok3 := number(b[100:108])
	unsigned, signed := checksums(b)
	if !ok1 || !ok2 || !ok3 || sum != unsigned && sum != signed {
		return h, false
	}
	h.TarEntry = decode.TarEntry{
		Name: text(b[:100]), Type: b[156], Mode: mode, Size: size, Link: text(b[157:257]),
	}
	if string(b[257:263]) == "ustar\x00" {
		if prefix := text(b[345:500]); prefix != "" {
			h.Name = prefix + "/" + h.Name
		}
	}
	h.normalizeType()
	return h, true
}

// normalizeType replaces the old type flag of regular files by the current one.
func (h *header) normalizeType() {
	if h.Type != typeRegA {
		return
	}
	h.Type = typeReg
	if strings.HasSuffix(h.Name, "/") {
		h.Type = typeDir
	}
}

// checksums adds up the block with its checksum field taken as spaces. Old
// writers summed signed bytes.
func checksums(b *[blockSize]byte) (unsigned, signed int64) {
	for i, ch := range b {
		if 148 <= i && i < 156 {
			ch = ' '
		}
		unsigned += int64(ch)
		signed += int64(int8(ch))
	}
	return unsigned, signed
}

// text is a field up to its NUL.
func text(b []byte) string {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		b = b[:i]
	}
	return string(b)
}

// number reads an octal field, or a binary one (GNU, for large sizes).
func number(b []byte) (n int64, ok bool) {
	if b[0]&0x80 != 0 {
		return binary(b)
	}
	b = bytes.Trim(b, " \x00")
	for _, ch := range b {
		if ch < '0' || ch > '7' || n > 1<<59 {
			return 0, false
		}
		n = n<<3 | int64(ch-'0')
	}
	return n, true
}

// binary reads a base-256 field; negative ones make no sense here.
func binary(b []byte) (n int64, ok bool) {
	if b[0]&0x40 != 0 {
		return 0, false
	}
	for i, ch := range b {
		if i == 0 {
			ch &= 0x7f
		}
		if n > 1<<54 {
			return 0, false
		}
		n = n<<8 | int64(ch)
	}
	return n, true
}
