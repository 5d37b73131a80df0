package indexcache

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

// worthIt is from how long a recording on an index is worth a file: shorter
// ones are read in no time.
const worthIt = 8 << 20

// room is how much all indexes together may take; those not used for the
// longest time go.
const room = 512 << 20

// Cache holds what was listed of recordings that were looked at.
type Cache struct {
	Dir  string // "": nothing is kept
	Tool string // what lists: another version of it lists again
	From int64  // how long a recording is that is worth an index, in bytes
}

// User is the cache of this user; one without a folder keeps nothing.
func User(tool string) Cache {
	c := Cache{Tool: tool, From: worthIt}
	if dir, err := os.UserCacheDir(); err == nil {
		c.Dir = filepath.Join(dir, "dockwire", "index")
	}
	return c
}

// Stamp says what a recording is now.
func (c Cache) Stamp(path string) (Stamp, error) { return about(path, c.Tool, -1) }

func (c Cache) file(path string) string {
	sum := sha256.Sum256([]byte(path))
	return filepath.Join(c.Dir, hex.EncodeToString(sum[:16])+".idx")
}

// Load reads what is listed of a recording, and returns where to go on; a nil index
// when the recording has to be read.
func (c Cache) Load(path string, read func(io.Reader) (*model.Index, error)) (Stamp, *model.Index) {
	now, err := c.Stamp(path)
	if err != nil || c.Dir == "" {
		return Stamp{}, nil
	}
	at := c.file(now.Path)
	f, err := os.Open(at)
	if err != nil {
		return Stamp{}, nil
	}
	defer f.Close()
	x, index, err := readIndex(f, now, read)
	if err != nil {
		return Stamp{}, nil
	}
	_ = os.Chtimes(at, time.Time{}, time.Now()) // it is used
	return x, index
}

func readIndex(f io.Reader, now Stamp, read func(io.Reader) (*model.Index, error)) (x Stamp, index *model.Index, err error) {
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
	if index, err = read(z); err != nil {
		return x, nil, err
	}
	_, err = io.Copy(io.Discard, z) // to the checksum
	return x, index, err
}

// Save keeps what was listed of a recording up to an offset. The recording is
// read again without it, so a failure need not be told.
func (c Cache) Save(x Stamp, m *model.Model) error {
	if c.Dir == "" || x.Size < c.From {
		return nil
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(c.Dir, "new-*") // 0600
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
	return c.makeRoom(room)
}

func writeIndex(f io.Writer, x Stamp, m *model.Model) error {
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
func (c Cache) makeRoom(room int64) error {
	entries, err := os.ReadDir(c.Dir)
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
			err = errors.Join(err, os.Remove(filepath.Join(c.Dir, f.Name())))
		}
	}
	return err
}
