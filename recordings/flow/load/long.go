package load

import (
	"hash"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/digest"
	"github.com/dockwire/dockwire/decode/tarlist"
)

// long is a request body of more than MaxBody: it is known by its digest, and
// a tar by its files, as if the recording had no more of it.
type long struct {
	hash hash.Hash
	tar  *tarlist.List
}

// maxListing is how many entries of a tar are listed, as in recordings.
const maxListing = 8192

func newLong(x *Exchange, begun []byte) *long {
	l := &long{hash: digest.XXH3.New()}
	if x.Request.Content == decode.ContentTar {
		l.tar = tarlist.New(maxListing)
	}
	l.write(begun)
	return l
}

func (l *long) write(b []byte) {
	l.hash.Write(b)
	if l.tar != nil {
		l.tar.Feed(b)
	}
}

func (l *long) describe(b *Body) {
	b.Whole = false
	b.Digest = digest.XXH3.Sum(l.hash)
	if l.tar != nil {
		l.tar.End()
		b.Tar = &Tar{l.tar.Entries(), l.tar.Cut(), l.tar.Err()}
		b.Listed = len(b.Tar.Entries) > 0
	}
}
