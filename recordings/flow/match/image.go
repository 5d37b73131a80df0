package match

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/dockwire/dockwire/recordings/flow/bind"
)

// An image that is loaded consists of files that are called by their digests and name
// each other so. A layer is a tar with times in it: the same image, built again, has
// other digests everywhere. Two such images are the same when all their files are,
// without the times in layers, and with digests compared by what they stand for.

// image is such an upload.
type image struct {
	files []*imageFile
	by    map[string]*imageFile // by digest
}

// imageFile is a file of it.
type imageFile struct {
	name, digest string // digest: in its name, "" for none
	kind         string
	data         []byte
	names        bool   // it names others, as JSON
	same         string // a digest of what it stands for; "-" while it is made
}

// digestText is how digests stand in names and in JSON.
var digestText = regexp.MustCompile(`\b[0-9a-f]{64}\b`)

// readImage reads an image's files; nil if the upload cannot be read.
func (b *Body) readImage() *image {
	if !b.Whole || b.image != nil {
		return b.image
	}
	img := &image{by: map[string]*imageFile{}}
	for r := tar.NewReader(bytes.NewReader(b.Bytes)); ; {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil || beyond(h, b.Bytes) {
			return nil
		}
		data, err := io.ReadAll(r)
		if err != nil {
			return nil
		}
		f := &imageFile{name: h.Name, digest: digestText.FindString(path.Base(h.Name)), data: data}
		f.kind = fmt.Sprintf("%s, %s, to %s", kindOf(h.Typeflag), b.mode(h.Mode), h.Linkname)
		f.names = len(data) > 0 && (data[0] == '{' || data[0] == '[')
		img.files = append(img.files, f)
		if f.digest != "" {
			img.by[f.digest] = f
		}
	}
	b.image = img
	return img
}

// beyond reports whether a file is longer than the tar that it is in: it has holes, which
// would be read as zeros.
func beyond(h *tar.Header, in []byte) bool { return h.Size > int64(len(in)) }

// standsFor makes a digest of what a file stands for.
func (img *image) standsFor(f *imageFile) string {
	if f.same == "" {
		f.same = "-"
		data := f.data
		if f.names {
			data = []byte(img.inOtherWords(string(data)))
		} else if layer := layerFiles(data); layer != "" {
			data = []byte(layer)
		}
		sum := sha256.Sum256(data)
		f.same = hex.EncodeToString(sum[:])
	}
	return f.same
}

// inOtherWords replaces digests of files by what those stand for.
func (img *image) inOtherWords(text string) string {
	return digestText.ReplaceAllStringFunc(text, func(d string) string {
		if f := img.by[d]; f != nil {
			return img.standsFor(f)
		}
		return d
	})
}

// layerFiles lists the files of a tar with all that is known of them, except times. It
// returns "" for data that is no tar.
func layerFiles(data []byte) string {
	var b strings.Builder
	for r := tar.NewReader(bytes.NewReader(data)); ; {
		h, err := r.Next()
		if err == io.EOF {
			return b.String()
		}
		if err != nil || beyond(h, data) {
			return ""
		}
		sum := sha256.New()
		if _, err := io.Copy(sum, r); err != nil {
			return ""
		}
		h.ModTime, h.AccessTime, h.ChangeTime, h.Format = time.Time{}, time.Time{}, time.Time{}, tar.FormatUnknown
		for _, times := range []string{"mtime", "atime", "ctime"} {
			delete(h.PAXRecords, times)
		}
		fmt.Fprintf(&b, "%q %x\n", fmt.Sprint(*h), sum.Sum(nil))
	}
}

// list is what two images that are the same have in common.
func (img *image) list() []string {
	out := make([]string, len(img.files))
	for i, f := range img.files {
		out[i] = fmt.Sprintf("%q %s %d %s", img.inOtherWords(f.name), f.kind, len(f.data), img.standsFor(f))
	}
	slices.Sort(out)
	return out
}

// sameImage reports whether two uploads are the same image.
func sameImage(recorded, live *Body) bool {
	a, b := recorded.readImage(), live.readImage()
	return a != nil && b != nil && slices.Equal(a.list(), b.list())
}

// imageNames are the digests by which an image may be asked for: those of the files
// that name others. A layer is asked for by none.
func imageNames(recorded, live *Body) (names []bind.Pair) {
	a, b := recorded.readImage(), live.readImage()
	if a == nil || b == nil {
		return nil
	}
	by := map[string]string{}
	for _, f := range a.files {
		by[a.standsFor(f)] = f.digest
	}
	for _, f := range b.files {
		if d := by[b.standsFor(f)]; f.names && f.digest != "" && d != "" && d != f.digest {
			names = append(names, bind.Pair{Recorded: d, Live: f.digest, Gives: true})
		}
	}
	return names
}
