package recordings

import (
	"github.com/dockwire/dockwire/decode"
)

// maxListing bounds the listing of a tar in a line, in bytes of the file.
const maxListing = 512 << 10

// tarLister lists the entries of a tar whose bytes are pushed into it.
type tarLister interface {
	Write(b []byte)
	Result() (entries []decode.TarEntry, cut int, err string)
}

func newTarLister() tarLister { return nil }

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
