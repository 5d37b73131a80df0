package match

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/digest"
	"github.com/dockwire/dockwire/decode/engine"
)

// flatten takes a body apart, once.
func (b *Body) flatten(rules Rules, op string, c *engine.Call, translate func(string) string) {
	if b.flat {
		return
	}
	b.flat, b.leaves, b.name = true, nil, translate
	skip := rules.forOp(op)
	switch {
	case b.Size == 0 || skip("body"):
	case b.IsTar:
		b.leaves = b.files(skip)
	default:
		if v, ok := parseJSON(b.Bytes); ok && b.Whole && wantsJSON(c) {
			f := flattener{skip: skip, translate: translate}
			t := bodyTypes[op]
			withoutDefaults(op, v)
			if isZero(v, t) && t != nil {
				break // an empty object is no body
			}
			f.walk("body", v, t)
			b.leaves = f.out
			break
		}
		b.leaves = []Leaf{b.asContent()}
	}
	if b.Size > 0 && b.Type != "" {
		b.leaves = append(b.leaves, Leaf{Place: "header.Content-Type", Value: b.Type})
	}
	sortLeaves(b.leaves)
}

// wantsJSON reports whether a body is compared as JSON when it is that. dockerode
// sends options as a body too where the API takes none.
func wantsJSON(c *engine.Call) bool {
	return c.Op == nil || c.Op.Request == engine.JSON || c.Op.Request == engine.None
}

// text returns the string at a place of a JSON body, as it came. It returns "" where
// the place holds no string.
func (b *Body) text(place string) string {
	for i := range b.leaves {
		if b.leaves[i].Place == place {
			s, _ := unquote(b.leaves[i].asItCame()) // anything else is no text
			return s
		}
	}
	return ""
}

// asContent stands for bytes that are compared as such.
func (b *Body) asContent() Leaf {
	c := &content{b.Size, b.digests()}
	if text := string(b.Bytes); b.Whole && strings.Contains(text, holderStart) {
		text = plain(text) // placeholders are numbered by the order of one observation
		c = &content{int64(len(text)), digestsOf([]byte(text))}
	}
	l := Leaf{Place: "body", Value: c.text(""), content: c}
	if len(c.digests) > 0 {
		l.Value = c.text(c.digests[0].Kind())
	}
	return l
}

// digests are those that are known of the whole body.
func (b *Body) digests() []digest.Digest {
	if b.Whole {
		return digestsOf(b.Bytes)
	}
	return slices.DeleteFunc(slices.Clone(b.Digests), func(d digest.Digest) bool { return d == "" })
}

// files lists a tar: names, kinds, modes, sizes and links, in any order.
// Times, owners, and what a umask takes from modes are of the machine the client
// ran on.
func (b *Body) files(skip func(string) bool) []Leaf {
	if b.TarErr != "" || b.TarCut > 0 || len(b.Tar) == 0 {
		return []Leaf{b.asContent()}
	}
	var out []Leaf
	for i := range b.Tar {
		e := &b.Tar[i]
		place := b.place(e)
		if skip(place) {
			continue
		}
		value := kindOf(e.Type) + ", " + b.mode(e.Mode) + ", " + strconv.FormatInt(e.Size, 10) + " bytes"
		if e.Link != "" {
			value += ", to " + e.Link
		}
		out = append(out, Leaf{Place: place, Value: value})
	}
	return out
}

// place is where a file of a tar stands.
func (b *Body) place(e *decode.TarEntry) string {
	if b.name == nil {
		return "files." + e.Name
	}
	return "files." + b.name(e.Name)
}

// mode writes a mode, of an upload only what the owner may do.
func (b *Body) mode(mode int64) string {
	if b.Modes {
		return "mode " + strconv.FormatInt(mode&0o7777, 8)
	}
	text := []byte("---")
	for i, c := range "rwx" {
		if mode&(0o400>>i) != 0 {
			text[i] = byte(c)
		}
	}
	return "owner " + string(text)
}

// kindOf names a type flag (POSIX.1-2008 pax, ustar interchange format).
func kindOf(flag byte) string {
	switch flag {
	case '0', 0:
		return "file"
	case '1':
		return "hard link"
	case '2':
		return "symbolic link"
	case '5':
		return "folder"
	}
	return "type " + strconv.Quote(string(rune(flag)))
}
