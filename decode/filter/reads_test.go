package filter

import (
	"testing"

	"github.com/dockwire/dockwire/decode/exchange"
)

// What a filter does not claim to read must not change its verdict.
func TestReads(t *testing.T) {
	for src, want := range map[string]Reads{
		"":                                {},
		"nginx status>=400 or took>1s":    {Call: true},
		"op:Container* and not is:error":  {Call: true, Outcome: true},
		"body~x":                          {Bodies: true},
		"not (req.body:a) pid:3":          {Bodies: true},
		"header.Host:x or res.body~err":   {Heads: true, Bodies: true},
		"image:nginx":                     {Call: true, Bodies: true, Outcome: true},
		"host:docker":                     {Heads: true},
		"query.all:1 user:root version<2": {Call: true},
	} {
		f, err := Parse(src)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Reads(); got != want {
			t.Errorf("%q reads %+v, want %+v", src, got, want)
		}
	}
}

func TestEveryFieldSaysWhetherItReads(t *testing.T) {
	full := &exchange.Exchange{Conn: &exchange.Connection{}, State: exchange.Done}
	for i := range fields {
		f := &fields[i]
		f2, err := Parse(f.doc.Example)
		if err != nil {
			t.Fatalf("%s: %v", f.doc.Example, err)
		}
		if f.bytes != nil && !f2.Reads().Bodies {
			t.Errorf("%s does not say that it reads bodies", f.doc.Name)
		}
		f2.Match(full) // nothing of it must need what is not there
	}
}
