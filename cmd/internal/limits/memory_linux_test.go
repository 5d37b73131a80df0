package limits

import (
	"fmt"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/dockwire/dockwire/intercept/loadtest"
)

const gib = 1 << 30

// A chunked transfer of 2 GiB, as docker save makes it, passes in 64 MiB.
func TestMemoryDoesNotGrowWithATransfer(t *testing.T) {
	for _, flags := range [][]string{
		{},
		{"--max-body", "0"},
	} {
		p := startTap(t, append(flags, "-o", filepath.Join(t.TempDir(), "rec.jsonl"))...)
		c := loadtest.NewClient(p.addr, false)
		if err := c.Download(2 * gib); err != nil {
			t.Fatal(err)
		}
		if err := c.Upload(gib); err != nil {
			t.Fatal(err)
		}
		c.Close()
		most := p.memory("VmHWM")
		t.Logf("flags %v: at most %d KiB", flags, most)
		if most >= 64<<10 {
			t.Errorf("flags %v: %d KiB of memory, want less than 64 MiB", flags, most)
		}
		if code := p.interrupt(); code != 0 {
			t.Errorf("exit code %d: %s", code, &p.stderr)
		}
	}
}

func TestIdleConnectionsAreCheap(t *testing.T) {
	p := startTap(t, "-o", filepath.Join(t.TempDir(), "rec.jsonl"))
	warm := loadtest.NewClient(p.addr, false)
	if err := warm.Small(); err != nil {
		t.Fatal(err)
	}
	before := p.memory("VmRSS")
	var clients []*loadtest.Client
	for range 500 {
		c := loadtest.NewClient(p.addr, false)
		if err := c.Small(); err != nil { // and stays connected
			t.Fatal(err)
		}
		clients = append(clients, c)
	}
	more := p.memory("VmRSS") - before
	t.Logf("500 idle connections: %d KiB more", more)
	if more >= 32<<10 {
		t.Errorf("500 idle connections take %d KiB, want less than 32 MiB", more)
	}
	for _, c := range clients {
		c.Close()
	}
	warm.Close()
}

// A reader that takes nothing does not make dockwire hold what it does not
// take.
func TestMemoryDoesNotGrowWithASlowReader(t *testing.T) {
	p := startTap(t, "-o", filepath.Join(t.TempDir(), "rec.jsonl"))
	var conns []net.Conn
	for range 20 {
		c, err := p.addr.Dial()
		if err != nil {
			t.Fatal(err)
		}
		conns = append(conns, c)
		if _, err := c.Write(fmt.Appendf(nil, "GET /v1.47/images/bench/get?bytes=%d HTTP/1.1\r\nHost: docker\r\n\r\n", int64(gib))); err != nil {
			t.Fatal(err)
		}
	}
	// Each of them has been sent something once it can be read.
	for _, c := range conns {
		c.SetReadDeadline(time.Now().Add(time.Minute))
		if _, err := c.Read(make([]byte, 1)); err != nil {
			t.Fatal(err)
		}
	}
	c := loadtest.NewClient(p.addr, false)
	for range 2000 {
		if err := c.Small(); err != nil {
			t.Fatal(err)
		}
	}
	c.Close()
	if most := p.memory("VmHWM"); most >= 64<<10 {
		t.Errorf("%d KiB of memory with 20 readers that read nothing", most)
	}
	for _, c := range conns {
		c.Close()
	}
}
