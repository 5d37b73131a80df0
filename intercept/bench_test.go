package intercept_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/dockwire/dockwire/intercept"
	"github.com/dockwire/dockwire/intercept/loadtest"
)

// nullTap takes every chunk and gives it back.
type nullTap struct{}

func (nullTap) Open(intercept.ConnInfo) intercept.ConnTap { return nullTap{} }

func (nullTap) Chunk(_ intercept.Direction, _ time.Time, b *intercept.Buffer) { b.Release() }
func (nullTap) Sent(intercept.Direction)                                      {}
func (nullTap) EOF(intercept.Direction, time.Time)                            {}
func (nullTap) Close(time.Time, intercept.Ending)                             {}

// BenchmarkRelay compares the relay, with a tap that looks at nothing, with a
// bare copy loop.
func BenchmarkRelay(b *testing.B) {
	loadtest.Versus(b, func(b *testing.B, daemon loadtest.Addr) loadtest.Addr {
		s, err := intercept.New(intercept.Config{
			Upstream: intercept.Endpoint{Scheme: "unix", Address: daemon.Address},
			Tap:      nullTap{},
			OnError:  func(err error) { b.Error(err) },
		})
		if err != nil {
			b.Fatal(err)
		}
		ep, err := s.Listen(intercept.Endpoint{Scheme: "unix", Address: filepath.Join(b.TempDir(), "r")}, intercept.Private)
		if err != nil {
			b.Fatal(err)
		}
		go s.Serve()
		b.Cleanup(func() {
			if err := s.Close(context.Background()); err != nil {
				b.Error(err)
			}
		})
		return loadtest.Unix(ep.Address)
	})
}
