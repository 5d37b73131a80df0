package replay

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"

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
	hash  hash.Hash
	tar   *tarlist.List
}

// maxListing is how many entries of a tar are listed, as in recordings.
const maxListing = 8192

func newUpload(call *engine.Call, length int64) *upload {
	u := &upload{}
	if length < 0 || length > load.MaxBody {
		u.hash = sha256.New()
	} else {
		u.bytes = make([]byte, 0, min(length, 64<<10))
	}
	if call.Op != nil && call.Op.Request == engine.Tar {
		u.tar = tarlist.New(maxListing)
		if u.hash == nil {
			u.hash = sha256.New()
		}
	}
	return u
}

func (u *upload) Write(p []byte) (int, error) {
	u.size += int64(len(p))
	if u.hash != nil {
		u.hash.Write(p)
	}
	if u.tar != nil {
		u.tar.Feed(p)
	}
	if room := load.MaxBody - len(u.bytes); room > 0 {
		u.bytes = append(u.bytes, p[:min(len(p), room)]...)
	}
	return len(p), nil
}

func (u *upload) body() match.Body {
	b := match.Body{Bytes: u.bytes, Size: u.size, Whole: u.size == int64(len(u.bytes))}
	if u.hash != nil {
		b.SHA256 = hex.EncodeToString(u.hash.Sum(nil))
	}
	if u.tar != nil && u.size > 0 {
		u.tar.End()
		b.IsTar, b.Tar, b.TarCut, b.TarErr = true, u.tar.Entries(), u.tar.Cut(), u.tar.Err()
	}
	return b
}
