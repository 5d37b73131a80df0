package intercept

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"
)

func TestBufferGoesBackWhenBothLetGo(t *testing.T) {
	for _, order := range [][2]uint32{{heldByRelay, heldByTap}, {heldByTap, heldByRelay}} {
		b := newBuffers().getSmall()
		b.holds.Store(heldByRelay | heldByTap)
		b.drop(order[0])
		b.drop(order[0]) // once too often
		if b.holds.Load() != order[1] {
			t.Fatalf("holds %b; want %b", b.holds.Load(), order[1])
		}
		b.drop(order[1])
		if b.holds.Load() != 0 {
			t.Fatalf("holds %b", b.holds.Load())
		}
	}
}

func TestNewBuffer(t *testing.T) {
	b := NewBuffer([]byte("own answer"))
	if string(b.Bytes()) != "own answer" || b.Size() < 10 {
		t.Errorf("%q, %d", b.Bytes(), b.Size())
	}
	b.Release()
}

// The reader for connections that are no plain sockets waits with a small
// buffer, and gives bytes before the error that came with them.
func TestPlainReader(t *testing.T) {
	want := bytes.Repeat([]byte("0123456789"), 30_000)
	for name, from := range map[string]io.Reader{
		"in bulk":           bytes.NewReader(want),
		"end with the data": iotest.DataErrReader(bytes.NewReader(want)),
		"byte by byte":      iotest.OneByteReader(bytes.NewReader(want)),
	} {
		t.Run(name, func(t *testing.T) {
			r := &plainReader{from: from, pools: newBuffers()}
			var got []byte
			var sizes []int
			b, err := r.next()
			for ; err == nil; b, err = r.next() {
				got = append(got, b.Bytes()...)
				sizes = append(sizes, b.Size())
				b.drop(heldByRelay)
			}
			if !errors.Is(err, io.EOF) || b != nil || !bytes.Equal(got, want) {
				t.Errorf("read %d of %d bytes, %v", len(got), len(want), err)
			}
			if sizes[0] != smallSize {
				t.Errorf("first buffer has %d bytes", sizes[0])
			}
			if name == "in bulk" && sizes[1] != largeSize {
				t.Errorf("buffer after a full one has %d bytes", sizes[1])
			}
		})
	}
}
