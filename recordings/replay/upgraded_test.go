package replay

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
)

// A client that reads the head through a buffer finds nothing of the stream
// in there.
func TestStreamHeadArrivesByItself(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells what a client has read")
	}
	s := exchangetest.New()
	x := s.Connect(7).Request("POST", "/exec/x/start").Answer(101, decode.ContentRaw, "Connection: Upgrade", "Upgrade: tcp")
	x.Data(decode.Response, "output").EndOf(decode.Response).End(decode.Server, decode.EndEOF)
	p := player(t, s, Config{})

	dir, err := os.MkdirTemp("", "dw")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	l, err := net.Listen("unix", filepath.Join(dir, "d.sock"))
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- p.Serve(l) }()
	t.Cleanup(func() {
		p.Close()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	c, err := net.Dial("unix", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, request("POST", "/exec/x/start", "Connection: Upgrade", "Upgrade: tcp")); err != nil {
		t.Fatal(err)
	}
	time.Sleep(headPatience / 5) // a client slower than the replay
	buf := make([]byte, 4096)
	n, err := c.Read(buf)
	if err != nil || string(buf[:n]) != switched {
		t.Fatalf("got %q, %v\nwant %q", buf[:n], err, switched)
	}
	if rest, err := io.ReadAll(c); err != nil || string(rest) != "output" {
		t.Errorf("got %q, %v", rest, err)
	}
}
