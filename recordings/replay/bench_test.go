package replay

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/recordings/internal/tape"
)

// A small GET over a Unix socket, one client.
func BenchmarkSmallGET(b *testing.B) {
	s := exchangetest.New()
	tape.JSON(s.Connect(7).Call("GET", "/v1.41/containers/x/json", ""), 200, `{"Id":"x","Name":"/x"}`)
	p := player(b, s, Config{})
	l, err := net.Listen("unix", filepath.Join(b.TempDir(), "s"))
	if err != nil {
		b.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- p.Serve(l) }()
	nc, err := net.Dial("unix", l.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	defer func() { nc.Close(); p.Close(); <-served }()
	br := bufio.NewReader(nc)
	ask := []byte(request("GET", "/v1.41/containers/x/json"))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := nc.Write(ask); err != nil {
			b.Fatal(err)
		}
		r, err := http.ReadResponse(br, nil)
		if err != nil || r.StatusCode != 200 {
			b.Fatal(r, err)
		}
		_, _ = io.Copy(io.Discard, r.Body)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
}

// Opening a recording of 100,000 exchanges, and what it takes of memory.
func BenchmarkOpen100k(b *testing.B) {
	s := exchangetest.New()
	c := s.Connect(7)
	for i := range 100_000 {
		tape.JSON(c.Call("GET", fmt.Sprintf("/v1.41/containers/c%d/json", i%1000), ""), 200, `{"Id":"x","Name":"/x","State":{"Status":"running"}}`)
	}
	path := tape.Write(b, s)
	s, c = nil, nil
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for b.Loop() {
		p, err := Open(path, Config{})
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		runtime.GC()
		runtime.ReadMemStats(&after)
		p.Close()
		b.StartTimer()
	}
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/(1<<20), "MiB")
}
