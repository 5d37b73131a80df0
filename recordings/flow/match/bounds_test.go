package match

import (
	"testing"

	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/recordings/internal/tape"
)

// A client that asks for ever for what was not recorded fills no memory, and
// is counted all the same.
func TestMissesAreBounded(t *testing.T) {
	s := exchangetest.New()
	tape.JSON(s.Connect(7).Call("GET", "/images/a/json", ""), 200, "{}")
	m := matcher(t, s)
	for range maxMisses + 5 {
		ask(m, "a", "GET", "/images/b/json", "")
	}
	if len(m.Misses()) != maxMisses || m.Missed() != maxMisses+5 {
		t.Errorf("%d kept, %d counted", len(m.Misses()), m.Missed())
	}
}
