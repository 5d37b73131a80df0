package recordings

import (
	"hash"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/digest"
	"github.com/dockwire/dockwire/decode/tarlist"
)

// exchange is what the writer remembers of an exchange that has not ended.
type exchange struct {
	id       decode.ExchangeID
	conn     decode.ConnID
	byDaemon bool // the daemon asks
	known    bool // a line of it, which says its connection, is in the file
	side     [2]side
}

// side is one direction of it: what was kept, and what was not.
type side struct {
	content decode.Content
	framing decode.Framing
	length  int64
	ended   bool

	total  int64 // bytes seen
	kept   int64 // bytes in the file
	first  int64 // µs at which the first byte came that was not kept
	closed bool  // nothing more is kept
	why    string

	hashing bool
	digests digest.Kind
	digest  hash.Hash
	tar     *tarlist.List // nil: not a tar whose listing stands for it
}

func (s *side) reset() { *s = side{length: -1} }

// begin notes what a head says of the direction.
func (s *side) begin(c decode.Content, f decode.Framing, length int64) {
	s.content, s.framing, s.length = c, f, length
}

// streams reports whether the pieces of the direction have a meaning and a
// time of their own, so that none may be merged.
func (s *side) streams() bool { return s.content.Streams() || s.framing == decode.FramingHijack }

// json reports whether bodies or values of the direction are JSON.
func (s *side) json() bool {
	return s.content == decode.ContentJSON || s.content == decode.ContentJSONStream
}

// listOnly drops the bytes and keeps listing, size and digest.
func (s *side) listOnly(digests digest.Kind) {
	s.closed, s.why = true, "tar upload"
	s.startHash(digests)
	s.tar = tarlist.New(maxEntries)
}

// mayPass reports whether the direction may pass a cap, so that a digest has
// to be kept from its first byte on. Bodies that were announced small, the
// usual ones, are never hashed.
func (s *side) mayPass(keep int64) bool {
	if keep < 0 {
		return false
	}
	return s.framing != decode.FramingLength || s.length > keep
}

// see counts and digests bytes, and tells how many of them are kept.
func (s *side) see(b []byte, whole bool, keep int64, digests digest.Kind) int {
	if s.total == 0 && s.mayPass(keep) {
		s.startHash(digests)
	}
	s.total += int64(len(b))
	if s.hashing {
		s.digest.Write(b)
	}
	if s.tar != nil {
		s.tar.Feed(b)
	}
	if s.closed {
		return 0
	}
	n := len(b)
	if room := keep - s.kept; keep >= 0 && int64(n) > room {
		s.closed, s.why = true, "max-body"
		if n = int(room); whole {
			n = 0
		}
	}
	s.kept += int64(n)
	return n
}

func (s *side) startHash(digests digest.Kind) {
	s.digests, s.hashing = digests, true
	s.digest = digests.New()
}

// omits reports whether bytes were seen that are not in the file.
func (s *side) omits() bool { return s.total > s.kept }

// omitted describes them.
func (s *side) omitted(dir decode.Direction) decode.Omitted {
	e := decode.Omitted{Dir: dir, Bytes: s.total - s.kept, Total: s.total, Why: s.why}
	if s.hashing { // not when a body turned out longer than announced
		e.Digest = s.digests.Sum(s.digest)
	}
	if s.tar != nil {
		s.tar.End()
		e.Tar, e.TarCut, e.TarErr = s.tar.Entries(), s.tar.Cut(), s.tar.Err()
	}
	return e
}
