//go:build !unix

package intercept

func newReader(c conn, pools *buffers) reader {
	return &plainReader{from: c, pools: pools}
}
