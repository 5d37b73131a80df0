package viewing

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/decode/filter"
	"github.com/dockwire/dockwire/recordings"
	"github.com/dockwire/dockwire/ui/indexcache"
	"github.com/dockwire/dockwire/ui/model"
)

// million is how many exchanges the recording of a benchmark has, unless the
// environment says how many.
var million = func() int {
	if n, err := strconv.Atoi(os.Getenv("DOCKWIRE_EXCHANGES")); err == nil {
		return n
	}
	return 1_000_000
}()

// recordCalls writes a recording of so many exchanges, ten a client command, as a
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

// openAsViewed opens a recording as view opens it, without the screen.
func openAsViewed(b testing.TB, path string, indexes indexcache.Cache) *Recording {
	b.Helper()
	v, err := Open(path, indexes)
	if err != nil {
		b.Fatal(err)
	}
	v.Start()
	return v
}

// show does what the screen does thirty times a second, until there are so
// many rows.
func show(m *model.Model, rows int) {
	for m.Matching() < rows {
		m.Pull()
		m.Judge(model.Deadline(time.Now, 15*time.Millisecond))
		m.Arrange()
		if m.Matching() < rows {
			time.Sleep(33 * time.Millisecond)
		}
	}
}

// BenchmarkOpenMillion opens a recording of a million exchanges: how long
// until there is a first screen, until all are listed, until a filter has gone through
// them, and in how much memory.
func BenchmarkOpenMillion(b *testing.B) {
	dir := b.TempDir()
	few, err := filter.Parse("op:ContainerDelete status>=400 took>1s")
	if err != nil {
		b.Fatal(err)
	}
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
				var first, all, filtered, left time.Duration
				for b.Loop() {
					if !again {
						os.RemoveAll(indexes.Dir)
					}
					began := time.Now()
					v := openAsViewed(b, path, indexes)
					show(v.Model, 50)
					first += time.Since(began)
					show(v.Model, million)
					all += time.Since(began)
					memory(b, v)
					began = time.Now()
					v.Model.SetFilter(few)
					for _, _, more := v.Model.Judge(model.Deadline(time.Now, time.Second)); more; {
						_, _, more = v.Model.Judge(model.Deadline(time.Now, time.Second))
					}
					v.Model.Arrange()
					filtered += time.Since(began)
					began = time.Now()
					v.Stop(true)
					v.Close()
					left += time.Since(began)
					if again != (v.fresh == 0) {
						b.Fatalf("%d exchanges were read from the recording", v.fresh)
					}
				}
				b.ReportMetric(first.Seconds()/float64(b.N), "s-first-screen")
				b.ReportMetric(all.Seconds()/float64(b.N), "s-listed")
				b.ReportMetric(filtered.Seconds()/float64(b.N), "s-filtered")
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
