package indexcache

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"time"
)

// Stamp says which recording an index is of, and how far.
type Stamp struct {
	Format string // of the index
	Tool   string // made by
	Path   string
	Size   int64
	Time   time.Time
	Head   string // digest of its beginning
	Tail   string // of the end of the first Size bytes
	Offset int64  // what begins here, in bytes of text, is not in the index
	Whole  bool   // nothing more was in the file
}

const format = "dockwire index 1"

// sample is how much of the beginning and of the end of a recording tells that
// it is the same.
const sample = 4 << 10

// about says what a recording is now, whose first size bytes were read; size
// is negative for all of them.
func about(path, tool string, size int64) (Stamp, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return Stamp{}, err
	}
	f, err := os.Open(path)
	if err != nil {
		return Stamp{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Stamp{}, err
	}
	if size < 0 {
		size = info.Size()
	}
	x := Stamp{Format: format, Tool: tool, Path: path, Size: size, Time: info.ModTime()}
	if x.Head, err = digest(f, 0, size); err == nil {
		x.Tail, err = digest(f, max(size-sample, 0), size)
	}
	return x, err
}

// digest is of at most sample bytes from an offset on.
func digest(f *os.File, from, end int64) (string, error) {
	b := make([]byte, min(end-from, sample))
	if _, err := f.ReadAt(b, from); err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}

// fits says whether a recording is the one that was Stamp, grown at most.
func (x Stamp) fits(now Stamp) bool {
	if x.Format != now.Format || x.Tool != now.Tool || x.Path != now.Path || x.Size > now.Size || x.Offset < 0 {
		return false
	}
	if x.Size == now.Size {
		return x.Time.Equal(now.Time) && x.Head == now.Head && x.Tail == now.Tail
	}
	then, err := about(x.Path, x.Tool, x.Size)
	return err == nil && x.Head == then.Head && x.Tail == then.Tail
}
