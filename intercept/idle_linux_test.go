package intercept

import (
	"net"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// idleBudget is what 500 idle connections may cost together.
const (
	idleConns  = 500
	idleBudget = 32 << 20
)

// Connections that have moved something large and are silent now keep neither
// buffers nor large stacks. Both their ends are bare descriptors here, so that
// what is counted is the relay's.
func TestIdleConnectionsAreCheap(t *testing.T) {
	r := newRig(t, "unix", "unix", func(c *Config) { c.Tap = nothing{} })
	before := inUse()
	for range idleConns {
		client := r.dial()
		c, err := r.daemon.Accept()
		if err != nil {
			t.Fatal(err)
		}
		upstream := c.(conn)
		go client.Write(make([]byte, 50_000))
		wantRead(t, upstream, string(make([]byte, 50_000)))
		bare(t, client)
		bare(t, upstream)
	}
	cost := inUse() - before
	t.Logf("%d idle connections cost %d KiB, %d bytes each", idleConns, cost>>10, cost/idleConns)
	if cost > idleBudget/2 { // the rest is for what follows the tap
		t.Errorf("%d idle connections cost %d bytes", idleConns, cost)
	}
}

// bare replaces a connection by a duplicate of its descriptor.
func bare(t *testing.T, c conn) {
	t.Helper()
	f, err := c.(*net.UnixConn).File()
	if err != nil {
		t.Fatal(err)
	}
	fd, err := unix.Dup(int(f.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	c.Close()
	t.Cleanup(func() { unix.Close(fd) })
}

// inUse is the memory that is in use for Go objects and stacks.
func inUse() int64 {
	for range 3 { // pools are emptied in two rounds
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapInuse + m.StackInuse)
}
