package export

import (
	"fmt"
	"io"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
)

// However many ids came before, the newest are known to the script.
func TestShellKnowsTheNewestIDs(t *testing.T) {
	s := newShell(io.Discard, &Options{}).(*shellExporter)
	id := func(n int) string { return fmt.Sprintf("%064x", n) }
	for n := 1; n <= shellIDs+1; n++ {
		x := &exchange.Exchange{ID: decode.ExchangeID(n), Status: 201}
		x.Method, x.Response.Content, x.Response.Body = "POST", decode.ContentJSON, []byte(`{"Id":"`+id(n)+`"}`)
		s.learn(&call{Exchange: x})
	}
	for n, want := range map[int]string{1: "'" + id(1) + "'", 2: `''"$id_2"''`, shellIDs + 1: `''"$id_10001"''`} {
		if got := s.quote(id(n)); got != want {
			t.Errorf("the id of call %d is %s, want %s", n, got, want)
		}
	}
}
