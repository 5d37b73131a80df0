package filter

import (
	"testing"

	"github.com/dockwire/dockwire/decode"
)

// A connection that is reset is shown only where it had no call, left out or not.
func TestFinderReset(t *testing.T) {
	f, err := Parse("status:599")
	if err != nil {
		t.Fatal(err)
	}
	of := decode.Origin{Conn: 1}
	call := func(n *Finder) { n.Event(&decode.RequestHead{Origin: decode.Origin{Conn: 1, Exchange: 1}}) }
	for name, c := range map[string]struct {
		before func(*Finder)
		want   bool
	}{
		"no call":  {func(*Finder) {}, true},
		"a call":   {call, false},
		"left out": {func(n *Finder) { n.Left(1) }, false},
		"others":   {func(n *Finder) { n.Left(2) }, true},
	} {
		n := f.Finder(0)
		n.Event(&decode.ConnOpened{Origin: of})
		c.before(n)
		if got := n.Event(&decode.ConnClosed{Origin: of, How: decode.EndReset}); got != c.want {
			t.Errorf("%s: found is %v", name, got)
		}
	}
}
