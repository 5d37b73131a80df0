package recordings

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
)

// Wherever the offset comes from, writer or reader, an exchange that is read
// from it is the one that is read from the beginning.
func TestReadExchangeAt(t *testing.T) {
	for _, name := range []string{"plain.jsonl", "packed.jsonl.zst"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			w, err := Create(path, Options{})
			if err != nil {
				t.Fatal(err)
			}
			s := exchangetest.New()
			c := s.Connect(1, "docker", "ps")
			attach := s.Connect(1, "docker", "ps").Call("POST", "/containers/a/attach", "").Answer(101, decode.ContentStdcopy)
			for i := range 20 {
				c.Call("POST", "/containers/create", fmt.Sprintf(`{"n":%d}`, i)).Reply(200, `{"ok":true}`)
				attach.Frame(decode.Response, 1, "x\n")
			}
			attach.End(decode.Server, decode.EndEOF)
			at := map[decode.ExchangeID]int64{}
			for _, e := range s.Events() {
				if h, ok := e.(*decode.RequestHead); ok {
					at[h.Exchange] = w.Offset()
				}
				if err := w.Event(e); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			for id, offset := range at {
				want, err := ReadExchange(path, id)
				if err != nil {
					t.Fatal(err)
				}
				got, err := ReadExchangeAt(t.Context(), path, offset, id, 1<<20)
				if err != nil || len(got) != len(want) || len(got) == 0 {
					t.Errorf("exchange %d at %d: %d events, want %d (%v)", id, offset, len(got), len(want), err)
				}
			}
			cut, err := ReadExchangeAt(t.Context(), path, 0, attach.ID(), 300)
			if _, told := cut[len(cut)-1].(*decode.Omitted); err != nil || !told || len(cut) > 10 {
				t.Errorf("%d events within the limit, %v", len(cut), err)
			}
		})
	}
}
