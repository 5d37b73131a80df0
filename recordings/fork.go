package recordings

import (
	"errors"
	"maps"
	"os"
)

// Fork opens the recording at path, which the reader reads, once more, to go on where
// the reader is now. It needs a file that is not compressed.
func (r *Reader) Fork(path string) (*Reader, error) {
	if len(r.closers) > 1 {
		return nil, errors.New("a compressed recording is read from its beginning only")
	}
	if r.Pending() {
		return nil, errors.New("within a line")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	c := &Reader{
		lines: newLines(nil, f), position: r.position, header: r.header, decoders: r.decoders, decoder: r.decoders()(),
		says: r.says, now: r.now, warned: r.warned, closers: []func(){func() { f.Close() }},
	}
	c.open = &unfinished{exchanges: maps.Clone(r.open.exchanges), conns: maps.Clone(r.open.conns)}
	c.readsBeside(f)
	if err := c.seek(r.next); err != nil {
		c.Close()
		return nil, err
	}
	c.lines.number = r.number
	return c, nil
}
