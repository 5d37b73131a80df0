package replay

import (
	"bytes"
	"hash"
	"io"
	"net/http"
	"os"

	"github.com/dockwire/dockwire/decode/digest"
	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/decode/tarlist"
	"github.com/dockwire/dockwire/recordings/flow/load"
	"github.com/dockwire/dockwire/recordings/flow/match"
)

// upload takes a request body as it comes and keeps what comparing needs:
// bytes up to load.MaxBody, of more a digest, of a tar its listing. What may be sent
// on is kept whole: what is beyond load.MaxBody in a file.
type upload struct {
	bytes []byte
	size  int64
	keep  bool // the rest may be sent on
	rest  *os.File
	lost  error                        // why it could not be kept
	hash  [len(digest.Kinds)]hash.Hash // once it is more: which kind was recorded is not known yet
	tar   *tarlist.List
}

// maxListing is how many entries of a tar are listed, as in recordings.
const maxListing = 8192

func newUpload(call *engine.Call, length int64, keep bool) *upload {
	u := &upload{keep: keep, bytes: make([]byte, 0, max(0, min(length, 64<<10)))}
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
	n := min(len(p), load.MaxBody-len(u.bytes))
	u.bytes = append(u.bytes, p[:n]...)
	u.keepRest(p[n:])
	return len(p), nil
}

// keepRest writes what is not held in memory to a file that has no name any more.
func (u *upload) keepRest(p []byte) {
	if !u.keep || u.lost != nil || len(p) == 0 {
		return
	}
	if u.rest == nil {
		if u.rest, u.lost = os.CreateTemp("", "dockwire-*"); u.lost != nil { // 0600
			return
		}
		_ = os.Remove(u.rest.Name()) // Windows removes no open file: drop does
	}
	_, u.lost = u.rest.Write(p)
}

// all reads a body that was kept for sending on.
func (u *upload) all() io.Reader {
	switch {
	case u == nil:
		return http.NoBody
	case u.rest == nil:
		return bytes.NewReader(u.bytes)
	}
	return io.MultiReader(bytes.NewReader(u.bytes), io.NewSectionReader(u.rest, 0, u.size-int64(len(u.bytes))))
}

// drop removes the file.
func (u *upload) drop() {
	if u != nil && u.rest != nil {
		u.rest.Close()
		_ = os.Remove(u.rest.Name()) // mostly gone
	}
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
