package pipeline

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/redact"
	"github.com/dockwire/dockwire/intercept"
	"github.com/dockwire/dockwire/intercept/loadtest"
	"github.com/dockwire/dockwire/recordings"
)

// recorder writes every event to a file, as dockwire does.
type recorder struct {
	b *testing.B
	w *recordings.Writer
}

func (r recorder) Event(e decode.Event) {
	if err := r.w.Event(e); err != nil {
		r.b.Error(err)
	}
}

func (r recorder) Flush() {
	if err := r.w.Flush(); err != nil {
		r.b.Error(err)
	}
}

func (r recorder) Tick(now time.Duration) { r.w.Tick(now) }

// BenchmarkTapDecodeRecord compares the whole of it (relay, tap, decoder,
// redactor and a recording on disk) with a bare copy loop that looks at
// nothing.
func BenchmarkTapDecodeRecord(b *testing.B) {
	loadtest.Versus(b, func(b *testing.B, daemon loadtest.Addr) loadtest.Addr {
		start := time.Now()
		w, err := recordings.Create(filepath.Join(b.TempDir(), "rec.jsonl"), recordings.Options{Bursts: true, Header: recordings.Header{Start: start}})
		if err != nil {
			b.Fatal(err)
		}
		p := Start(Config{
			Start:     start,
			Consumers: []Consumer{recorder{b, w}},
			Filter: func(next func(decode.Event)) func(decode.Event) {
				return redact.New(redact.Options{}, next).Event
			},
		})
		s, err := intercept.New(intercept.Config{
			Upstream: intercept.Endpoint{Scheme: "unix", Address: daemon.Address},
			Tap:      p.Tap(),
			OnError:  func(err error) { b.Error(err) },
		})
		if err != nil {
			b.Fatal(err)
		}
		at, err := s.Listen(intercept.Endpoint{Scheme: "unix", Address: filepath.Join(b.TempDir(), "s")}, intercept.Private)
		if err != nil {
			b.Fatal(err)
		}
		go s.Serve()
		b.Cleanup(func() {
			if err := s.Close(context.Background()); err != nil {
				b.Error(err)
			}
			p.Close()
			if _, lost := p.Pressure(); lost > 0 {
				b.Errorf("%d bytes were not seen", lost)
			}
			if err := w.Close(); err != nil {
				b.Error(err)
			}
		})
		return loadtest.Unix(at.Address)
	})
}
