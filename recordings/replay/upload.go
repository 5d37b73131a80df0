package replay

import (
	"hash"

	"github.com/dockwire/dockwire/decode/digest"
	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/decode/tarlist"
	"github.com/dockwire/dockwire/recordings/flow/load"
	"github.com/dockwire/dockwire/recordings/flow/match"
)

// upload takes a request body as it comes and keeps what comparing needs:
// bytes up to load.MaxBody, of more a digest, of a tar its listing.
type upload struct {
	bytes []byte
	size  int64
	hash  [len(digest.Kinds)]hash.Hash // once it is more: which kind was recorded is not known yet
	tar   *tarlist.List
}

// maxListing is how many entries of a tar are listed, as in recordings.
const maxListing = 8192

func newUpload(call *engine.Call, length int64) *upload {
	u := &upload{bytes: make([]byte, 0, max(0, min(length, 64<<10)))}
	if call.Op != nil && call.Op.Request == engine.Tar {
		u.tar = tarlist.New(maxListing)
	}
	return u
}

func (u *upload) Write(p []byte) (int, error) {
	if u.tar != nil {
		u.tar.Feed(p)
	}
	begun := u.whole()
	u.size += int64(len(p))
	if begun && u.size > load.MaxBody {
		for i, k := range digest.Kinds {
			u.hash[i] = k.New()
			u.hash[i].Write(u.bytes)
		}
	}
	if u.hash[0] != nil {
		for _, h := range u.hash {
			h.Write(p)
		}
	}
	if room := load.MaxBody - len(u.bytes); room > 0 {
		u.bytes = append(u.bytes, p[:min(len(p), room)]...)
	}
	return len(p), nil
}

// whole reports whether all bytes are kept.
func (u *upload) whole() bool { return u.size == int64(len(u.bytes)) }

func (u *upload) body() match.Body {
	b := match.Body{Bytes: u.bytes, Size: u.size, Whole: u.whole()}
	if !b.Whole {
		for i, k := range digest.Kinds {
			b.Digests = append(b.Digests, k.Sum(u.hash[i]))
		}
	}
	if u.tar != nil && u.size > 0 {
		u.tar.End()
		b.IsTar, b.Tar, b.TarCut, b.TarErr = true, u.tar.Entries(), u.tar.Cut(), u.tar.Err()
	}
	return b
}
