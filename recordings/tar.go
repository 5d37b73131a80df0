package recordings

import (
	"github.com/dockwire/dockwire/decode"
)

// The listing of a tar is bounded, in entries and in bytes of its line.
const (
	maxEntries = 8192
	maxListing = 512 << 10
)

// tar writes a listing. Entries beyond the bound of a line are counted.
func (l *line) tar(list []decode.TarEntry, cut int) {
	if len(list) > 0 {
		l.raw(`,"tar":[`)
		end := len(*l) + maxListing
		for i := range list {
			if len(*l) > end {
				cut += len(list) - i
				break
			}
			if i > 0 {
				l.raw(",")
			}
			l.tarEntry(&list[i])
		}
		l.raw("]")
	}
	if cut > 0 {
		l.int(`,"tarcut":`, int64(cut))
	}
}

func (l *line) tarEntry(e *decode.TarEntry) {
	l.str(`{"name":`, e.Name)
	if e.Type != 0 {
		l.str(`,"type":`, string(rune(e.Type)))
	}
	l.int(`,"mode":`, e.Mode)
	l.int(`,"size":`, e.Size)
	l.opt(`,"link":`, e.Link)
	l.raw("}")
}
