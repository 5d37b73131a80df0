package intercept

import "io"

// reader cuts what comes on a connection into pooled buffers. It returns a
// chunk or an error, never both; the end of the direction is io.EOF. The
// caller holds the chunk (heldByRelay).
type reader interface {
	next() (*Buffer, error)
	// close gives back what the reader keeps; the connection stays open.
	close()
}

// plainReader reads any connection. It must have memory at hand while it
// waits, so it waits with a small buffer and takes a large one only after a
// read that filled it.
type plainReader struct {
	from  io.Reader
	pools *buffers
	more  bool
	err   error // came together with bytes, due next
}

func (r *plainReader) next() (*Buffer, error) {
	if r.err != nil {
		return nil, r.err
	}
	take := r.pools.getSmall
	if r.more {
		take = r.pools.getLarge
	}
	b := take()
	var err error
	for b.n == 0 && err == nil {
		b.n, err = r.from.Read(b.mem)
	}
	if b.n == 0 {
		b.drop(heldByRelay)
		return nil, err
	}
	r.more = b.n == len(b.mem)
	r.err = err
	return b, nil
}

func (r *plainReader) close() {}
