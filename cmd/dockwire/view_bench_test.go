package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/recordings"
	"github.com/dockwire/dockwire/ui/indexcache"
	"github.com/dockwire/dockwire/ui/model"
)

const million = 1_000_000

// record writes a recording of so many exchanges, ten a client command, as a
// docker run and what looks at it make them.
func recordCalls(tb testing.TB, path string, exchanges int, redacted ...string) {
	tb.Helper()
	header := recordings.Header{Start: time.Now(), Redact: strings.Join(redacted, "")}
	w, err := recordings.Create(path, recordings.Options{Bursts: true, Header: header})
	if err != nil {
		tb.Fatal(err)
	}
	events := command()
	last := *events[len(events)-1].From()
	for i := range (exchanges + 9) / 10 {
		id := fmt.Sprintf("%064x", i*7919)
		for _, e := range events {
			o := e.From()
			was := *o
			o.Time += time.Duration(i) * (last.Time + 50*time.Millisecond)
			o.Conn += decode.ConnID(i)
			if o.Exchange > 0 {
				o.Exchange += decode.ExchangeID(i * 10)
			}
			switch e := e.(type) {
			case *decode.ConnOpened:
				e.Peer.PID = i + 100
			case *decode.RequestHead:
				e.Target = strings.Replace(e.Target, "/ID", "/"+id, 1)
				e.Call = engine.Lookup(e.Method, e.Target)
			case *decode.Data:
				e.First = o.Time
			}
			if err := w.Event(e); err != nil {
				tb.Fatal(err)
			}
			if h, ok := e.(*decode.RequestHead); ok {
				h.Target = strings.Replace(h.Target, "/"+id, "/ID", 1)
			}
			*o = was
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
}

// command is ten exchanges of one client.
func command() []decode.Event {
	const list = `[{"Id":"4f2c9f8d1b7a4f2c9f8d1b7a4f2c9f8d1b7a4f2c9f8d1b7a4f2c9f8d1b7a4f2c","Names":["/web"],"Image":"nginx:1.27","ImageID":"sha256:3b25b682ea82","Command":"/docker-entrypoint.sh","Created":1732372931,"Ports":[{"IP":"0.0.0.0","PrivatePort":80,"PublicPort":8080,"Type":"tcp"}],"Labels":{"a":"b"},"State":"running","Status":"Up 2 hours"}]` + "\n"
	const inspect = `{"Id":"4f2c9f8d1b7a","Created":"2026-11-23T14:02:11Z","Path":"nginx","Args":["-g","daemon off;"],"State":{"Status":"running","Running":true,"Pid":4711,"ExitCode":0},"Image":"sha256:3b25b682ea82","Name":"/web","RestartCount":0,"Driver":"overlay2","Config":{"Hostname":"4f2c9f8d1b7a","Env":["PATH=/bin"],"Image":"nginx:1.27"}}` + "\n"
	fields := []string{"User-Agent: Docker-Client/28.2.2 (linux)"}
	answer := []string{"Api-Version: 1.47", "Content-Type: application/json", "Docker-Experimental: false", "Ostype: linux", "Server: Docker/27.5.1 (linux)", "Date: Mon, 23 Nov 2026 14:02:11 GMT"}
	s := exchangetest.New()
	c := s.Connect(100, "docker", "run", "-d", "--name", "web", "nginx:1.27")
	c.Call("HEAD", "/_ping", "", fields...).Reply(200, "", answer...)
	c.Call("POST", "/v1.47/containers/create?name=web", `{"Image":"nginx:1.27","Cmd":null,"Env":["A=b"],"Labels":{},"HostConfig":{"NetworkMode":"default"}}`, fields...).
		Reply(201, `{"Id":"4f2c9f8d1b7a4f2c9f8d1b7a4f2c9f8d1b7a4f2c9f8d1b7a4f2c9f8d1b7a4f2c","Warnings":[]}`+"\n", answer...)
	c.Call("POST", "/v1.47/containers/ID/start", "", fields...).Reply(204, "", answer...)
	for range 3 {
		c.Call("GET", "/v1.47/containers/json?all=1", "", fields...).Reply(200, list, answer...)
		c.Call("GET", "/v1.47/containers/ID/json", "", fields...).Reply(200, inspect, answer...)
	}
	c.Call("DELETE", "/v1.47/containers/ID?v=1", "", fields...).Reply(404, `{"message":"No such container: web"}`+"\n", answer...)
	c.Close()
	return s.Events()
}

// opened is a recording that is opened as view opens it, without the screen.
type opened struct {
	v       *viewing
	m       *model.Model
	cancel  context.CancelFunc
	reading sync.WaitGroup
}

func openAsViewed(b testing.TB, path string, indexes indexcache.Cache) *opened {
	b.Helper()
	v := &viewing{path: path, indexes: indexes}
	if err := v.open(); err != nil {
		b.Fatal(err)
	}
	v.intake = model.NewIntake(model.IntakeOptions{At: v.at, Wait: true})
	o := &opened{v: v, m: model.New(v.intake, model.Options{})}
	ctx, cancel := context.WithCancel(context.Background())
	o.cancel = cancel
	o.reading.Go(func() { v.deliver(ctx) })
	return o
}

// show does what the screen does thirty times a second, until there are so
// many rows.
func (o *opened) show(rows int) {
	for o.m.Matching() < rows {
		o.m.Pull()
		o.m.Judge(model.Deadline(time.Now, 15*time.Millisecond))
		o.m.Arrange()
		if o.m.Matching() < rows {
			time.Sleep(33 * time.Millisecond)
		}
	}
}

// close does what is done when the person leaves the screen.
func (o *opened) close() {
	o.cancel()
	o.v.conclude(&o.reading, o.m)
	o.v.in.Close()
}

// BenchmarkOpenMillion opens a recording of a million exchanges: how long
// until there is a first screen, until all are listed, and in how much memory.
func BenchmarkOpenMillion(b *testing.B) {
	dir := b.TempDir()
	for _, name := range []string{"day.jsonl", "day.jsonl.zst"} {
		path := filepath.Join(dir, name)
		recordCalls(b, path, million)
		info, err := os.Stat(path)
		if err != nil {
			b.Fatal(err)
		}
		indexes := indexcache.Cache{Dir: filepath.Join(dir, "index")}
		for _, again := range []bool{false, true} {
			b.Run(name+map[bool]string{false: "/first", true: "/again"}[again], func(b *testing.B) {
				var first, all, left time.Duration
				for b.Loop() {
					if !again {
						os.RemoveAll(indexes.Dir)
					}
					began := time.Now()
					o := openAsViewed(b, path, indexes)
					o.show(50)
					first += time.Since(began)
					o.show(million)
					all += time.Since(began)
					memory(b, o)
					began = time.Now()
					o.close()
					left += time.Since(began)
					if again != (o.v.fresh == 0) {
						b.Fatalf("%d exchanges were read from the recording", o.v.fresh)
					}
				}
				b.ReportMetric(first.Seconds()/float64(b.N), "s-first-screen")
				b.ReportMetric(all.Seconds()/float64(b.N), "s-listed")
				b.ReportMetric(left.Seconds()/float64(b.N), "s-left")
				b.ReportMetric(float64(info.Size())/1e6, "MB-file")
				b.ReportMetric(float64(sizeOf(b, indexes))/1e6, "MB-index")
			})
		}
	}
}

func sizeOf(b *testing.B, c indexcache.Cache) (sum int64) {
	files, err := filepath.Glob(c.Dir + "/*")
	if err != nil || len(files) != 1 {
		b.Fatalf("%d indexes, %v", len(files), err)
	}
	info, err := os.Stat(files[0])
	if err != nil {
		b.Fatal(err)
	}
	return info.Size()
}

func memory(b *testing.B, keep any) {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.HeapAlloc)/1e6, "MB-heap")
	runtime.KeepAlive(keep)
}
