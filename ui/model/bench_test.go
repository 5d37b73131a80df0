package model

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/decode/filter"
)

// million is a model of a million exchanges of a thousand commands, as real
// ones are: half of them pings and lists, the rest about containers.
func million(testing.TB) *Model { return ofRows(1_000_000) }

func ofRows(n int) *Model {
	m := New(NewIntake(IntakeOptions{}), Options{MaxRows: 2_000_000})
	for i := range n {
		container := fmt.Sprintf("%064x", i/10)
		target := [...]string{"/_ping", "/v1.47/containers/json?all=1", "/v1.47/containers/" + container + "/json", "/v1.47/containers/" + container + "/start"}[i%4]
		call := engine.Lookup("GET", target)
		c := &client{peer: decode.Peer{PID: i/1000 + 1, Command: []string{"docker", "run", fmt.Sprint(i / 1000)}}}
		u := update{
			begin: true, id: decode.ExchangeID(i + 1), client: c, conn: 1, start: time.Duration(i) * time.Millisecond,
			took: time.Duration(i%977) * time.Microsecond, ttfb: time.Duration(i%900) * time.Microsecond, down: int64(i % 5000),
			status: 200 + i%7/6*204, state: exchange.Done,
			texts: Texts{Op: call.Op, Method: "GET", Version: call.Version, Path: call.Path, Query: call.RawQuery, Summary: container[:12] + " running"},
		}
		m.apply(&u)
	}
	m.Judge(never)
	m.Arrange()
	return m
}

func BenchmarkFilterMillionRows(b *testing.B) {
	m := million(b)
	for _, src := range []string{"op:ContainerInspect", "status>=400 and took>500us", "cmd~42", "00cafe"} {
		f, err := filter.Parse(src)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(src, func(b *testing.B) {
			for b.Loop() {
				m.SetFilter(f)
				m.Judge(never)
				m.Arrange()
			}
			b.ReportMetric(float64(m.Matching()), "matching")
		})
	}
}

func BenchmarkSortMillionRows(b *testing.B) {
	m := million(b)
	m.SetMode(ByTime)
	for _, by := range []Column{SortTook, SortPath, SortOperation} {
		b.Run(by.String(), func(b *testing.B) {
			for b.Loop() {
				m.SetSort(Sort{by, true})
				m.Arrange()
			}
		})
	}
}

func BenchmarkStatisticsMillionRows(b *testing.B) {
	m := million(b)
	for b.Loop() {
		m.Statistics()
	}
}

func BenchmarkMemoryMillionRows(b *testing.B) {
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		m := million(b)
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "B/row")
		runtime.KeepAlive(m)
	}
}

// What an exchange costs the decode loop, and what it costs the screen.
func BenchmarkIntake(b *testing.B) {
	s := talk().Events()
	in := NewIntake(IntakeOptions{})
	m := New(in, Options{})
	n := 0
	for b.Loop() {
		for _, e := range s[:5] { // connection, HEAD /_ping and its answer
			in.Event(e)
		}
		if n++; n%600 == 0 {
			m.Pull()
			m.Judge(never)
		}
	}
}

// BenchmarkTurn is the most that a turn of the screen takes in, for which a key
// waits.
func BenchmarkTurn(b *testing.B) {
	in := NewIntake(IntakeOptions{})
	m := New(in, Options{})
	s := talk().Events()
	for b.Loop() {
		b.StopTimer()
		for range pullMost {
			for _, e := range s[:5] {
				in.Event(e)
			}
		}
		b.StartTimer()
		m.Pull()
		m.Arrange()
	}
}
