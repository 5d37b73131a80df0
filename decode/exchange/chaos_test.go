package exchange_test

import (
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
)

func FuzzAnyOrderOfEvents(f *testing.F) {
	f.Add([]byte("\x02\x01\x01\x02\x01\x02\x06\x01\x00\x04\x01\x01\x06\x01\x01\x0b\x01\x00\x0b\x01\x00\x01\x00\x00"))
	f.Add([]byte("\x06\x01\x00\x00\x20\x07\x02\x21\x06\x01\x20\x00\x04\x21\x02"))
	f.Fuzz(func(t *testing.T, b []byte) {
		open := map[decode.ExchangeID]bool{}
		folder := exchange.NewFolder(16, func(x *exchange.Exchange, e decode.Event) {
			if x == nil {
				return
			}
			if x.Conn == nil || x.ID != e.From().Exchange {
				t.Fatalf("%T of exchange %d came with exchange %d", e, e.From().Exchange, x.ID)
			}
			if len(x.Request.Body) > 16 || len(x.Response.Body) > 16 {
				t.Fatal("kept more than it may")
			}
			x.Summary()
			x.Failed()
			_ = x.Error()
			switch e.(type) {
			case *decode.RequestHead:
				open[x.ID] = true
			case *decode.ExchangeEnd:
				delete(open, x.ID)
			}
		})
		for _, e := range exchangetest.Chaos(b) {
			folder.Event(e)
		}
		n := 0
		for x := range folder.Open() {
			if n++; !open[x.ID] {
				t.Fatalf("exchange %d stays open", x.ID)
			}
		}
		if n != len(open) {
			t.Fatalf("%d exchanges are open, want %d", n, len(open))
		}
	})
}
