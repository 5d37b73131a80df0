package compare

import (
	"fmt"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/digest"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/recordings/flow/match"
)

// whole says of an answer what is known of all of it: one that was longer than the
// recording's --max-body, or than what is compared as text.
type whole struct {
	cut     bool // there is more than what is compared
	fixed   bool // nothing that is different each time was found in it
	kept    int64
	size    int64
	digests []digest.Digest // of different kinds
}

func (g *gathering) sum(b []byte) {
	g.size += int64(len(b))
	for i, kind := range digest.Kinds {
		if g.sums[i] == nil {
			g.sums[i] = kind.New()
		}
		g.sums[i].Write(b)
	}
}

// omits reports whether the recording left bytes of the answer out because it was
// long.
func omits(x *exchange.Exchange) bool {
	o := x.Response.Omitted
	return o != nil && !strings.HasPrefix(o.Why, "redacted")
}

func (g *gathering) whole(x *exchange.Exchange) whole {
	w := whole{cut: omits(x), size: g.size}
	if w.cut {
		w.size, w.digests = x.Response.Omitted.Total, []digest.Digest{x.Response.Omitted.Digest}
	} else if g.size > 0 {
		for i, kind := range digest.Kinds {
			w.digests = append(w.digests, kind.Sum(g.sums[i]))
		}
	}
	w.kept = 0
	for i := range g.parts[:partInput] {
		w.kept += int64(len(g.parts[i].kept))
		w.cut = w.cut || g.parts[i].cut()
	}
	switch x.Response.Content {
	case decode.ContentJSON, decode.ContentJSONStream:
		return w
	}
	w.fixed = true
	for i := range g.parts[:partInput] {
		if kept := string(g.parts[i].kept); w.fixed && w.cut {
			w.fixed = rewrite(kept) == kept
		}
	}
	return w
}

// digestOf is the digest of that kind, or "".
func (w *whole) digestOf(k digest.Kind) digest.Digest {
	for _, d := range w.digests {
		if d != "" && d.Kind() == k {
			return d
		}
	}
	return ""
}

// compare compares all of two answers of which one was cut. known is false where
// what is beyond the cut cannot be told.
func (w *whole) compare(other *whole) (d match.Difference, same, known bool) {
	for _, a := range w.digests {
		b := other.digestOf(a.Kind())
		switch {
		case a == "" || b == "":
		case w.size == other.size && a == b:
			return d, true, true
		default:
			return w.differs(a, other, b), false, w.fixed && other.fixed
		}
	}
	if len(w.digests) == 0 || len(other.digests) == 0 || w.digests[0] == "" || other.digests[0] == "" {
		return d, false, false
	}
	return w.differs(w.digests[0], other, other.digests[0]), false, true // of different kinds
}

func (w *whole) differs(a digest.Digest, other *whole, b digest.Digest) match.Difference {
	was, is := w.text(a), other.text(b)
	return match.Difference{Place: "answer", Recorded: was, Received: is + digest.Uncompared(was, is)}
}

func (w *whole) text(d digest.Digest) string { return fmt.Sprintf("%d bytes, %s", w.size, d) }

// Unkept says what of two answers that were found the same could not be compared;
// "" if all of them was.
func Unkept(recorded, other *Parts) string {
	a, b := &recorded.whole, &other.whole
	if !a.cut && !b.cut {
		return ""
	}
	if _, _, known := a.compare(b); known {
		return ""
	}
	return fmt.Sprintf("compared up to %d of %d bytes: no more of it can be compared", min(a.kept, b.kept), max(a.size, b.size))
}
