package decode

import (
	"strings"
	"testing"

	"golang.org/x/net/http2"
)

// BenchmarkFiles decodes what a build sends of its context: fsutil's packets of
// 32 KiB, in frames of 16 KiB.
func BenchmarkFiles(b *testing.B) {
	conn := NewSession(func(Event) {}).Open(ConnOpened{Origin: Origin{Conn: 1}})
	c := newH2()
	conn.Feed(Request, 0, []byte(http2.ClientPreface+c.call(1, "/moby.filesync.v1.FileSync/DiffCopy").take()))
	packet := grpcMessage(0, "\x08\x02\x22\x80\x80\x02"+strings.Repeat("x", 32<<10))
	for p := packet; len(p) > 0; p = p[min(len(p), 16<<10):] {
		c.data(1, false, p[:min(len(p), 16<<10)])
	}
	again := []byte(c.take())
	b.SetBytes(32 << 10)
	b.ReportAllocs()
	for b.Loop() {
		conn.Feed(Request, 0, again)
	}
}
