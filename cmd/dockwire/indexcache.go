package main

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/dockwire/dockwire/ui/model"
)

// indexFrom is from how long a recording on an index is worth a file: shorter
// ones are read in no time.
const indexFrom = 8 << 20

// indexRoom is how much all indexes together may take; those not used for the
// longest time go.
const indexRoom = 512 << 20

// indexSample is how much of the beginning and of the end of a recording tells
// that it is the same.
const indexSample = 4 << 10

// indexCache holds what was listed of recordings that were looked at, so that
// they need not be read again. It is never truth: what does not fit in any way
// is not used, and nobody is told. An index has what its recording has,
// redacted as that is, in private files.
type indexCache struct{ dir string }

// userIndexes is the cache of this user; one without a folder keeps nothing.
func userIndexes() indexCache {
	dir, err := os.UserCacheDir()
	if err != nil {
		return indexCache{}
	}
	return indexCache{filepath.Join(dir, "dockwire", "index")}
}

// indexed says which recording an index is of, and how far.
type indexed struct {
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

const indexFormat = "dockwire index 1"

// about tells what a recording is now, whose first size bytes were read; size
// is negative for all of them.
func about(path string, size int64) (indexed, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return indexed{}, err
	}
	f, err := os.Open(path)
	if err != nil {
		return indexed{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return indexed{}, err
	}
	if size < 0 {
		size = info.Size()
	}
	x := indexed{Format: indexFormat, Tool: versionText(), Path: path, Size: size, Time: info.ModTime()}
	if x.Head, err = digest(f, 0, size); err == nil {
		x.Tail, err = digest(f, max(size-indexSample, 0), size)
	}
	return x, err
}

// digest is of at most indexSample bytes from an offset on.
func digest(f *os.File, from, end int64) (string, error) {
	b := make([]byte, min(end-from, indexSample))
	if _, err := f.ReadAt(b, from); err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}

func (c indexCache) file(path string) string {
	sum := sha256.Sum256([]byte(path))
	return filepath.Join(c.dir, hex.EncodeToString(sum[:16])+".idx")
}

// load gives what is listed of a recording, and where to go on; a nil index
// when it has to be read.
func (c indexCache) load(path string) (indexed, *model.Index) {
	now, err := about(path, -1)
	if err != nil || c.dir == "" {
		return indexed{}, nil
	}
	at := c.file(now.Path)
	f, err := os.Open(at)
	if err != nil {
		return indexed{}, nil
	}
	defer f.Close()
	x, index, err := readIndex(f, now)
	if err != nil {
		return indexed{}, nil
	}
	_ = os.Chtimes(at, time.Time{}, time.Now()) // it is used
	return x, index
}

func readIndex(f io.Reader, now indexed) (x indexed, index *model.Index, err error) {
	z, err := zstd.NewReader(f, zstd.WithDecoderConcurrency(2), zstd.WithDecoderMaxWindow(8<<20))
	if err != nil {
		return x, nil, err
	}
	defer z.Close()
	var head [1 << 13]byte
	if _, err := io.ReadFull(z, head[:]); err != nil {
		return x, nil, err
	}
	if err := json.Unmarshal(bytes.TrimRight(head[:], " "), &x); err != nil {
		return x, nil, err
	}
	if !x.fits(now) {
		return x, nil, errors.New("the recording has changed")
	}
	if index, err = model.ReadIndex(z); err != nil {
		return x, nil, err
	}
	_, err = io.Copy(io.Discard, z) // to the checksum
	return x, index, err
}

// fits says whether a recording is the one that was indexed, grown at most.
func (x indexed) fits(now indexed) bool {
	if x.Format != now.Format || x.Tool != now.Tool || x.Path != now.Path || x.Size > now.Size || x.Offset < 0 {
		return false
	}
	if x.Size == now.Size {
		return x.Time.Equal(now.Time) && x.Head == now.Head && x.Tail == now.Tail
	}
	then, err := about(x.Path, x.Size)
	return err == nil && x.Head == then.Head && x.Tail == then.Tail
}

// save keeps what was listed of a recording up to an offset.
func (c indexCache) save(x indexed, m *model.Model) error {
	if c.dir == "" || x.Size < indexFrom {
		return nil
	}
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(c.dir, "new-*") // 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	err = writeIndex(f, x, m)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), c.file(x.Path)); err != nil {
		return err
	}
	return c.makeRoom(indexRoom)
}

func writeIndex(f io.Writer, x indexed, m *model.Model) error {
	z, err := zstd.NewWriter(f, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(2), zstd.WithWindowSize(1<<20))
	if err != nil {
		return err
	}
	head, err := json.Marshal(x)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(z, "%-*s", 1<<13, head)
	if err == nil && len(head) > 1<<13 {
		err = errors.New("the recording's path is too long")
	}
	if err == nil {
		err = m.WriteIndex(z)
	}
	return errors.Join(err, z.Close())
}

// makeRoom removes the indexes that were not used for the longest time.
func (c indexCache) makeRoom(room int64) error {
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return err
	}
	var files []fs.FileInfo
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			files = append(files, info)
		}
	}
	slices.SortFunc(files, func(a, b fs.FileInfo) int { return cmp.Compare(b.ModTime().UnixNano(), a.ModTime().UnixNano()) })
	for _, f := range files {
		if room -= f.Size(); room < 0 {
			err = errors.Join(err, os.Remove(filepath.Join(c.dir, f.Name())))
		}
	}
	return err
}
