package jsonl

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
)

// A damaged recording gives JSON all the same.
func FuzzAnyOrderOfEvents(f *testing.F) {
	f.Add([]byte("\x02\x01\x01\x02\x01\x02\x06\x01\x00\x04\x01\x01\x06\x01\x01\x0b\x01\x00\x0b\x01\x00\x01\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var out bytes.Buffer
		p := NewPrinter(&out, Options{Headers: true, Bodies: true})
		for _, e := range exchangetest.Chaos(b) {
			p.Event(e)
		}
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
		for l := range bytes.Lines(out.Bytes()) {
			if !json.Valid(l) {
				t.Fatalf("no JSON: %s", l)
			}
		}
	})
}
