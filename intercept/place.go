package intercept

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Place is the file of a listening Unix socket, as clients find it. A socket
// goes on listening when its file is gone, but nobody finds it any more.
type Place struct {
	path string
	mine fs.FileInfo
}

// PlaceOf notes which file stands at a listener's path. ok is false where there
// is none to look after.
func PlaceOf(ep Endpoint) (p Place, ok bool) {
	if ep.Scheme != "unix" {
		return Place{}, false
	}
	mine, err := os.Lstat(ep.Address)
	return Place{ep.Address, mine}, err == nil
}

// Lost reports why clients do not come in by that file any more; nil if they
// do.
func (p Place) Lost() error {
	now, err := os.Lstat(p.path)
	switch {
	case err == nil && os.SameFile(now, p.mine):
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s was removed: no client can connect any more", p.path)
	case err != nil:
		return fmt.Errorf("%s cannot be looked at any more: %w", p.path, err)
	}
	return fmt.Errorf("%s was replaced by another file (was the daemon restarted?): clients go past dockwire", p.path)
}
