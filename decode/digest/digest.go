// Package digest identifies bytes that are not kept by a hash of them. XXH3 is
// fast and tells bytes apart that differ by chance. It proves nothing: bytes
// with a wanted XXH3 can be made. SHA-256 is for users that need proof.
//
// It knows no events and no files.
package digest

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"strings"

	"github.com/zeebo/xxh3"
)

// Kind is a hash function.
type Kind string

const (
	XXH3   Kind = "xxh3" // of 128 bits
	SHA256 Kind = "sha256"
)

// Kinds are all there are, the default first.
var Kinds = [...]Kind{XXH3, SHA256}

// New begins a digest. "" stands for the default.
func (k Kind) New() hash.Hash {
	if k == SHA256 {
		return sha256.New()
	}
	return xxh3.New128()
}

// Sum ends what New began.
func (k Kind) Sum(h hash.Hash) Digest {
	var sum [sha256.Size]byte
	return k.Digest(hex.EncodeToString(h.Sum(sum[:0])))
}

// Of is the digest of b.
func (k Kind) Of(b []byte) Digest {
	h := k.New()
	h.Write(b)
	return k.Sum(h)
}

// Digest puts a kind before hexadecimal digits; without digits there is no digest.
func (k Kind) Digest(digits string) Digest {
	switch {
	case digits == "":
		return ""
	case k == "":
		k = XXH3
	}
	return Digest(string(k) + ":" + digits)
}

// Digest is "xxh3:" or "sha256:" and hexadecimal digits, or "" for none.
type Digest string

// Kind says by which hash it was made; "" if there is no digest.
func (d Digest) Kind() Kind {
	kind, _, _ := strings.Cut(string(d), ":")
	return Kind(kind)
}

// Hex is the digest without its kind.
func (d Digest) Hex() string {
	_, digits, _ := strings.Cut(string(d), ":")
	return digits
}

// Uncompared says why two texts that end with digests tell nothing of each
// other; "" if they do: they say the same but for digests of different kinds.
func Uncompared(a, b string) string {
	sizeA, kindA := ending(a)
	sizeB, kindB := ending(b)
	if kindA == kindB || kindA == "" || kindB == "" || sizeA != sizeB {
		return ""
	}
	return " (a digest of another kind: that the contents are the same cannot be told; record both with the same --digest)"
}

// ending cuts a digest from the end of a text.
func ending(s string) (before string, k Kind) {
	for _, k := range Kinds {
		if i := strings.LastIndex(s, string(k)+":"); i >= 0 && isHex(s[i+len(k)+1:]) {
			return s[:i], k
		}
	}
	return s, ""
}

func isHex(s string) bool { return s != "" && strings.Trim(s, "0123456789abcdef") == "" }
