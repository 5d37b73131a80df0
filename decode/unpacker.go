package decode

import (
	"bytes"
	"cmp"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// unpacker decompresses gRPC messages. It is kept for its memory.
type unpacker struct {
	src  bytes.Reader
	out  bytes.Buffer
	gzip *gzip.Reader
	zstd *zstd.Decoder
}

// unpacked returns a message's bytes, and notes in e how they travelled and
// why they are not all there, if so.
func (u *unpacker) unpacked(b *body, pc piece, e *Message) []byte {
	if !pc.packed {
		return pc.bytes
	}
	e.Compression = cmp.Or(b.ex.packing[b.dir], "unknown")
	if pc.cut != "" {
		return nil
	}
	u.src.Reset(pc.bytes)
	u.out.Reset()
	var err error
	switch e.Compression {
	case "gzip":
		err = u.ungzip()
	case "zstd":
		err = u.unzstd()
	default:
		e.Cut = "its compression is not known"
		return nil
	}
	switch {
	case err != nil:
		e.Cut = "it cannot be decompressed: " + err.Error()
		return nil
	case u.out.Len() > maxMessage:
		e.Cut = "longer than 4 MiB"
		u.out.Truncate(maxMessage)
	}
	return u.out.Bytes()
}

func (u *unpacker) ungzip() (err error) {
	if u.gzip == nil {
		u.gzip, err = gzip.NewReader(&u.src)
	} else {
		err = u.gzip.Reset(&u.src)
	}
	if err != nil {
		u.gzip = nil
		return err
	}
	return u.take(u.gzip)
}

func (u *unpacker) unzstd() (err error) {
	if u.zstd == nil {
		u.zstd, err = zstd.NewReader(&u.src, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(2*maxMessage))
	} else {
		err = u.zstd.Reset(&u.src)
	}
	if err != nil {
		u.zstd = nil
		return err
	}
	return u.take(u.zstd)
}

// take reads one byte more than a message may have, so that it shows.
func (u *unpacker) take(r io.Reader) error {
	_, err := io.Copy(&u.out, io.LimitReader(r, maxMessage+1))
	return err
}
