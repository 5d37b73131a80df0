package exchange

import (
	"fmt"
	"testing"

	"github.com/dockwire/dockwire/decode/engine"
)

// However often a thing is given another name, so many names are kept; the newest
// is one of them.
func TestNamesAreBounded(t *testing.T) {
	var ts Things
	ts.init()
	c := ts.add(&engine.News{Kind: "container", ID: "3f2a91c0b7d4"})
	ts.name(ts.add(&engine.News{Kind: "network", ID: "aa2a91c0b7d4"}), "shop")
	name := ""
	for n := range 3 * maxNames {
		name = fmt.Sprint("web-", n)
		ts.name(c, name)
		if len(ts.named) > maxNames {
			t.Fatalf("%d names are kept", len(ts.named))
		}
	}
	if ts.find("container", name) != c || ts.find("network", "shop") == nil {
		t.Error("a name that holds is forgotten")
	}
}
