package match

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
)

// contents are digests of the files of a tar that is there whole; nil when it
// is not, or is no plain tar.
func (b *Body) contents(skip func(string) bool) []Leaf {
	if !b.IsTar || !b.Whole || b.TarErr != "" {
		return nil
	}
	var out []Leaf
	for r := tar.NewReader(bytes.NewReader(b.Bytes)); ; {
		h, err := r.Next()
		if err != nil {
			if err != io.EOF {
				return nil
			}
			sortLeaves(out)
			return out
		}
		sum := sha256.New()
		if _, err := io.Copy(sum, r); err != nil {
			return nil
		}
		if h.Typeflag == tar.TypeReg && !skip("files."+h.Name) {
			out = append(out, Leaf{Place: "files." + h.Name, Value: "content sha256:" + hex.EncodeToString(sum.Sum(nil))})
		}
	}
}
