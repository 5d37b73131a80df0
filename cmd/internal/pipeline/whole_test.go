package pipeline

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/decode/redact"
	"github.com/dockwire/dockwire/intercept/loadtest"
	"github.com/dockwire/dockwire/recordings"
)

// BenchmarkWhole is everything that the decode loop does with a small exchange:
// decode, redact, fold and record in a file that rotates. A free list stays
// where this is measurably slower without it.
func BenchmarkWhole(b *testing.B) {
	b.Run("create", func(b *testing.B) {
		whole(b, "POST /v1.47/containers/create?name=web HTTP/1.1\r\nHost: docker\r\nContent-Type: application/json\r\nContent-Length: 44\r\n\r\n"+`{"Image":"nginx","Env":["TOKEN=abcdefghij"]}`,
			"HTTP/1.1 201 Created\r\nApi-Version: 1.47\r\nContent-Type: application/json\r\nContent-Length: 29\r\n\r\n"+`{"Id":"4f2c01","Warnings":[]}`)
	})
	b.Run("list", func(b *testing.B) { whole(b, loadtest.CannedRequest, string(loadtest.CannedAnswer())) })
}

func whole(b *testing.B, request, answer string) {
	w, err := recordings.Create(filepath.Join(b.TempDir(), "b.jsonl"), recordings.Options{
		Bursts: true, Rotate: recordings.Rotation{Size: 64 << 20}, Header: recordings.Header{Start: time.Now()},
	})
	if err != nil {
		b.Fatal(err)
	}
	defer w.Close()
	fold := exchange.NewFolder(0, func(*exchange.Exchange, decode.Event) {})
	r := redact.New(redact.Options{}, func(e decode.Event) {
		fold.Event(e)
		if err := w.Event(e); err != nil {
			b.Fatal(err)
		}
	})
	s := decode.NewSession(r.Event)
	c := s.Open(decode.ConnOpened{Origin: decode.Origin{Conn: 1}})
	p, q := []byte(request), []byte(answer)
	b.ReportAllocs()
	var now time.Duration
	for b.Loop() {
		now += 20 * time.Microsecond
		c.Feed(decode.Request, now, p)
		c.Feed(decode.Response, now, q)
		if now%(time.Millisecond) == 0 { // as often as the decode loop
			if err := w.Flush(); err != nil {
				b.Fatal(err)
			}
		}
	}
}
