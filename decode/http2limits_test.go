package decode

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/net/http2"
)

func gzipped(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(s))
	w.Close()
	return b.String()
}

func zstded(s string) string {
	w, err := zstd.NewWriter(nil)
	if err != nil {
		panic(err)
	}
	return string(w.EncodeAll([]byte(s), nil))
}

// TestManyStreams: so many streams are followed, each with a message under
// way; those above are listed, and all of it stays within bounds.
func TestManyStreams(t *testing.T) {
	w := newWatch(t)
	c := newH2()
	w.Feed(Request, 0, []byte(http2.ClientPreface))
	const n = maxStreams + 100
	part := grpcMessage(0, strings.Repeat("x", 1<<20))[:16<<10]
	for i := range uint32(n) {
		w.send(Request, c.call(2*i+1, "/moby.buildkit.v1.Control/Solve").data(2*i+1, false, part).take())
		if held := w.s.held; held > maxHeldPieces+len(part) {
			t.Fatal(held, "bytes are held")
		}
	}
	if got := len(of[*RequestHead](w.events)); got != n {
		t.Errorf("%d requests are listed of %d", got, n)
	}
	ends := of[*ExchangeEnd](w.events)
	if len(ends) != n-maxStreams || !strings.Contains(ends[0].Err, "not followed") {
		t.Errorf("%d streams above the bound end, want %d", len(ends), n-maxStreams)
	}
	w.close()
	if w.s.held != 0 {
		t.Error(w.s.held, "bytes are held behind the end")
	}
}

// TestLongContext: a stream of any length needs no memory, whatever it
// carries: file packets of a build's context, one message that never ends, a
// REST body.
func TestLongContext(t *testing.T) {
	packet := grpcMessage(0, "\x08\x02\x22\x80\x80\x02"+strings.Repeat("x", 32<<10))
	for _, tt := range []struct{ name, path, ct, first, again string }{
		{"packets", "/moby.filesync.v1.FileSync/DiffCopy", "application/grpc", "", packet},
		{"one message", "/moby.filesync.v1.FileSync/DiffCopy", "application/grpc", "\x00\xff\xff\xff\xff", strings.Repeat("x", 32<<10)},
		{"load", "/v1.44/images/load", "application/x-tar", "", strings.Repeat("x", 32<<10)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var seen int64
			conn := NewSession(func(e Event) {
				switch e := e.(type) {
				case *Message:
					seen += e.Size
				case *Data:
					seen += int64(len(e.Bytes))
				}
			}).Open(ConnOpened{Origin: Origin{Conn: 1}})
			c := newH2()
			conn.Feed(Request, 0, []byte(http2.ClientPreface+c.request(1, false, "POST", tt.path, "content-type", tt.ct).data(1, false, tt.first).take()))
			again := c.data(1, false, tt.again[:16000]).data(1, false, tt.again[16000:]).take()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			const size = 256 << 20
			for range size / len(again) {
				conn.Feed(Request, 0, []byte(again))
				if conn.s.held > maxMessage {
					t.Fatal(conn.s.held, "bytes are held")
				}
			}
			runtime.GC()
			runtime.ReadMemStats(&after)
			if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 16<<20 {
				t.Error("the heap grew by", grown)
			}
			conn.Close(0, Client, EndEOF, "")
			if seen == 0 {
				t.Error("nothing was given out")
			}
		})
	}
}

// TestHeadersLimit: header fields past the bound are said to be missing, and a
// block past its own ends the reading, not the program.
func TestHeadersLimit(t *testing.T) {
	for _, tt := range []struct {
		name   string
		fields int
		want   string
		next   bool // the stream after it is seen
	}{
		{"cut", 150, "HTTP/2: header fields longer than 1 MiB, the last are missing", true},
		{"endless", 400, "HTTP/2: ", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWatch(t)
			c := newH2()
			c.enc.SetMaxDynamicTableSize(0)
			block := c.encode([]string{":method", "GET", ":scheme", "http", ":path", "/info"})
			for i := range tt.fields {
				block = append(bytes.Clone(block), c.encode([]string{fmt.Sprint("x-", i), strings.Repeat("~", 8<<10)})...)
			}
			w.Feed(Request, 0, []byte(http2.ClientPreface))
			first := len(block)
			if !tt.next {
				first = 16000
			}
			c.fr.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: block[:first], EndStream: true, EndHeaders: tt.next})
			for rest := block[first:]; len(rest) > 0; {
				n := min(len(rest), 1<<20)
				c.fr.WriteContinuation(1, n == len(rest), rest[:n])
				rest = rest[n:]
			}
			w.send(Request, c.take())
			c.request(3, true, "GET", "/version")
			w.send(Request, c.take())
			w.close()
			if a := of[*Anomaly](w.events); len(a) == 0 || !strings.HasPrefix(a[0].Reason, tt.want) {
				t.Errorf("anomalies: %+v", a)
			}
			heads := of[*RequestHead](w.events)
			if tt.next != (len(heads) == 2 && heads[1].Target == "/version") {
				t.Error(len(heads), "requests are seen")
			}
		})
	}
}
