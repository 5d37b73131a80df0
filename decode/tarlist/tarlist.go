// Package tarlist lists the files of a tar whose bytes pass by: what is said
// of an upload that is not kept.
//
// It is sans-IO: Feed takes the bytes as they come, cut anywhere, and keeps
// only headers, within bounds; of a small tar that is compressed by gzip, all,
// to list what is in it at its end. It does not open files.
//
// Start reading at List.
package tarlist

import (
	"bytes"
	"cmp"
	"encoding/hex"

	"github.com/zeebo/xxh3"

	"github.com/dockwire/dockwire/decode"
)

const (
	blockSize = 512
	maxHeader = 64 << 10 // long names and pax headers beyond this are an error
	maxNames  = 4 << 20  // bytes of names and links that are kept in all
)

// List collects the entries of a tar. Use New.
type List struct {
	max     int
	entries []decode.TarEntry
	names   int // bytes kept in entries
	cut     int
	err     string
	ended   bool // the end of archive was seen, or an error

	blocks int // headers read
	block  [blockSize]byte
	have   int
	skip   int64  // content and padding still to pass
	want   int64  // bytes of an extension header still to collect
	kind   byte   // its type flag
	size   int64  // its size without the padding
	buf    []byte // its bytes and the padding
	ext    extension

	left    int64        // content still to digest, of the latest entry
	content *xxh3.Hasher // nil: no content has come yet

	packed []byte // a tar by gzip, as it came; nil: none, or it is too long
	inside bool   // this is what was in one: what is packed again is no tar
}

// New makes a list that keeps at most max entries and counts the rest.
func New(max int) *List { return &List{max: max} }

// Entries returns what was listed so far. It is not copied.
func (l *List) Entries() []decode.TarEntry { return l.entries }

// Cut returns how many entries there were beyond those listed.
func (l *List) Cut() int { return l.cut }

// Err says why the list is not whole, "" if it is: "gzip" for a tar that is
// compressed so and long, "bzip2", "xz" or "zstd", otherwise what is wrong with it.
func (l *List) Err() string { return l.err }

// Feed takes the next bytes. It keeps no reference to p.
func (l *List) Feed(p []byte) {
	if l.packed != nil {
		l.pack(p)
		return
	}
	for len(p) > 0 && !l.ended {
		switch {
		case l.want > 0:
			n := min(int64(len(p)), l.want)
			l.buf = append(l.buf, p[:n]...)
			p = p[n:]
			if l.want -= n; l.want == 0 {
				l.extend()
			}
		case l.skip > 0:
			n := min(int64(len(p)), l.skip)
			l.digest(p[:min(n, l.left)])
			p, l.skip = p[n:], l.skip-n
		default:
			n := copy(l.block[l.have:], p)
			p = p[n:]
			if l.have += n; l.have == blockSize {
				l.have = 0
				if l.header(); l.packed != nil {
					l.pack(p)
					return
				}
			}
		}
	}
}

// End ends the tar: no more bytes follow.
func (l *List) End() {
	switch {
	case l.ended:
	case l.packed != nil:
		l.unpack()
	case l.blocks == 0:
		if l.notTar(l.block[:l.have]); l.packed != nil {
			l.unpack()
		}
	case l.have > 0 || l.skip > 0 || l.want > 0:
		l.fail("cut short")
	}
	l.ended = true
	l.buf, l.packed = nil, nil
}

func (l *List) fail(why string) {
	l.err = cmp.Or(l.err, why)
	l.ended = true
}

// header acts on a header block.
func (l *List) header() {
	if l.block == ([blockSize]byte{}) {
		l.ended = true // end of archive, POSIX.1-2008 pax
		return
	}
	h, ok := parseHeader(&l.block)
	if !ok {
		if l.blocks == 0 {
			l.notTar(l.block[:])
		} else {
			l.fail("malformed header")
		}
		return
	}
	l.blocks++
	switch h.Type {
	case typeLongName, typeLongLink, typePax, typePaxGlobal:
		l.startExtension(h)
	default:
		l.ext.apply(&h)
		l.ext = extension{}
		l.left = 0
		if l.pass(h.content()); l.add(h) {
			l.left = h.content()
		}
	}
}

// add lists an entry and reports whether there was room.
func (l *List) add(h header) bool {
	n := len(h.Name) + len(h.Link)
	if len(l.entries) >= l.max || l.names+n > maxNames {
		l.cut++
		return false
	}
	l.names += n
	l.entries = append(l.entries, h.TarEntry)
	return true
}

// digest takes content of the latest entry.
func (l *List) digest(p []byte) {
	if len(p) == 0 {
		return
	}
	if l.content == nil {
		l.content = xxh3.New()
	}
	_, _ = l.content.Write(p) // never fails
	if l.left -= int64(len(p)); l.left > 0 {
		return
	}
	sum := l.content.Sum128().Bytes()
	l.entries[len(l.entries)-1].XXH3 = hex.EncodeToString(sum[:])
	l.content.Reset()
}

// pass skips content of that size and what fills up its last block.
func (l *List) pass(size int64) {
	const maxSize = 1<<63 - 1 - blockSize
	if size < 0 || size > maxSize {
		l.fail("malformed size")
		return
	}
	l.skip = (size + blockSize - 1) / blockSize * blockSize
}

// notTar ends what begins otherwise than a tar, except one by gzip.
func (l *List) notTar(b []byte) {
	if why := beginning(b); why != "gzip" || l.inside {
		l.fail(why)
		return
	}
	l.packed = bytes.Clone(b)
}

// beginning says what b begins, if it is no tar: compressed ones by their magic
// numbers (RFC 1952, bzip2, the xz file format, RFC 8878).
func beginning(b []byte) string {
	for _, m := range [...]struct{ magic, name string }{
		{"\x1f\x8b", "gzip"},
		{"BZh", "bzip2"},
		{"\xfd7zXZ\x00", "xz"},
		{"\x28\xb5\x2f\xfd", "zstd"},
	} {
		if bytes.HasPrefix(b, []byte(m.magic)) {
			return m.name
		}
	}
	if len(b) == 0 {
		return "empty"
	}
	return "not a tar"
}
