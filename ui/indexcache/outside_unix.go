//go:build unix

package indexcache

import (
	"bytes"
	"os"
	"syscall"

	"github.com/dockwire/dockwire/ui/model"
)

// outsideRoom bounds the file of one list: eighty million rows.
const outsideRoom = 16 << 30

// Outside gives memory for rows beyond those that a list keeps in the program's own:
// private pages of a file beside the indexes that has no name. What is written to them
// later stays in memory, so that a full disk is noticed here and nowhere else. nil when
// there is no place for a file.
func (c Cache) Outside() model.Outside {
	var f *os.File // closed with the last reference to it
	var end int64
	page := int64(os.Getpagesize())
	return func(content ...[]byte) []byte {
		if f == nil {
			if f = c.unnamed(); f == nil {
				return nil
			}
		}
		all := bytes.Join(content, nil)
		if n := int64(len(all)); n == 0 || end+n > outsideRoom {
			return nil
		}
		if _, err := f.WriteAt(all, end); err != nil {
			return nil
		}
		m, err := syscall.Mmap(int(f.Fd()), end, len(all), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE)
		if err != nil {
			return nil
		}
		end += (int64(len(all)) + page - 1) / page * page
		return m
	}
}

// unnamed makes a file that goes with the program.
func (c Cache) unnamed() *os.File {
	if c.Dir == "" || os.MkdirAll(c.Dir, 0o700) != nil {
		return nil
	}
	f, err := os.CreateTemp(c.Dir, "rows-*") // 0600
	if err != nil {
		return nil
	}
	if os.Remove(f.Name()) != nil {
		f.Close()
		return nil
	}
	return f
}
