package match

import (
	"slices"
	"strconv"

	"github.com/dockwire/dockwire/decode/digest"
)

// content stands for bytes of which size and digests are compared.
type content struct {
	size    int64
	digests []digest.Digest // of different kinds
}

// digestsOf makes the digests of all kinds: a recording may have any of them.
func digestsOf(b []byte) (out []digest.Digest) {
	for _, k := range digest.Kinds {
		out = append(out, k.Of(b))
	}
	return out
}

// same reports whether both have a digest in common.
func (c *content) same(o *content) bool {
	return c != nil && o != nil && slices.ContainsFunc(c.digests, func(d digest.Digest) bool { return slices.Contains(o.digests, d) })
}

// of is the digest of that kind, "" if it is not known.
func (c *content) of(k digest.Kind) digest.Digest {
	for _, d := range c.digests {
		if d.Kind() == k {
			return d
		}
	}
	return ""
}

// text shows the content with its digest of that kind.
func (c *content) text(k digest.Kind) string {
	return strconv.FormatInt(c.size, 10) + " bytes " + string(c.of(k))
}

// inOneKind shows both with digests of one kind, if both have one.
func inOneKind(recorded, live *Leaf) (was, is string) {
	was, is = recorded.Value, live.asItCame()
	if recorded.content == nil || live.content == nil {
		return was, is
	}
	for _, k := range digest.Kinds {
		if recorded.content.of(k) != "" && live.content.of(k) != "" {
			return recorded.content.text(k), live.content.text(k)
		}
	}
	return was, is + digest.Uncompared(was, is)
}
