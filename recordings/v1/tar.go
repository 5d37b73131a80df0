package v1

import (
	"unicode/utf8"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings/internal/rawjson"
)

// maxListing is how many bytes of a line the listing of a tar may take.
const maxListing = 896 << 10

// tar writes a listing. Entries beyond the bound are counted.
func (l *Line) tar(list []decode.TarEntry, cut int) {
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

func (l *Line) tarEntry(e *decode.TarEntry) {
	l.str(`{"name":`, e.Name)
	if e.Type != 0 {
		l.str(`,"type":`, string(rune(e.Type)))
	}
	l.int(`,"mode":`, e.Mode)
	l.int(`,"size":`, e.Size)
	l.opt(`,"link":`, e.Link)
	l.opt(`,"xxh3":`, e.XXH3)
	l.raw("}")
}

func (p *parser) tar(list []decode.TarEntry, b []byte) []decode.TarEntry {
	if b == nil {
		return nil
	}
	a := rawjson.Array(b)
	for a.Next() {
		list = append(list, p.tarEntry(a.Value()))
	}
	p.check(a.Bad(), "tar is not an array")
	return list
}

func (p *parser) tarEntry(b []byte) (e decode.TarEntry) {
	m := rawjson.Object(b)
	for m.Next() {
		switch string(m.Key) {
		case "name":
			e.Name = p.str(m.Value)
		case "type":
			if r, _ := utf8.DecodeRune(p.chars(m.Value)); r < 256 {
				e.Type = byte(r)
			}
		case "mode":
			e.Mode = p.int(m.Value)
		case "size":
			e.Size = p.int(m.Value)
		case "link":
			e.Link = p.str(m.Value)
		case "xxh3":
			e.XXH3 = p.str(m.Value)
		}
	}
	p.check(m.Bad(), "tar has something that is not an object")
	return e
}
