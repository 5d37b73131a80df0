package text

import (
	"io"
	"testing"

	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
)

// A damaged recording must not bring the printer down, nor stay in it.
func FuzzAnyOrderOfEvents(f *testing.F) {
	f.Add([]byte("\x02\x01\x01\x02\x01\x02\x06\x01\x00\x04\x01\x01\x06\x01\x01\x0b\x01\x00\x0b\x01\x00\x01\x00\x00"), 80)
	f.Fuzz(func(t *testing.T, b []byte, width int) {
		p := NewPrinter(io.Discard, Options{Streams: true, Headers: true, Body: true, Width: width % 200})
		for _, e := range exchangetest.Chaos(b) {
			p.Event(e)
		}
		if n := len(p.shown); n > 8 {
			t.Fatalf("%d exchanges remembered of at most 8", n)
		}
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
	})
}
