package match

import (
	"testing"

	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/recordings/flow/load"
	"github.com/dockwire/dockwire/recordings/internal/tape"
)

// matcher reads a script's recording.
func matcher(t testing.TB, s *exchangetest.Script, change ...func(*Options)) *Matcher {
	t.Helper()
	var rec *load.Recording
	things := map[*load.Exchange]string{}
	o := Options{
		Rules: BuiltinRules(), Volatile: BuiltinVolatile(), File: "run.jsonl",
		Body:   func(x *load.Exchange) ([]byte, error) { return rec.RequestBody(x) },
		Thing:  func(x *load.Exchange) string { return things[x] },
		Images: func(x *load.Exchange) (made, removed []string) { return load.NewThings(rec).Images(x) },
		Pruned: func(x *load.Exchange) []string { return load.NewThings(rec).Pruned(x) },
		MadeUp: func(value string) bool { return rec.MadeUp(value) },
	}
	for _, c := range change {
		c(&o)
	}
	ix := NewIndex(o)
	var err error
	if rec, err = load.Open(tape.Write(t, s), load.Options{Request: ix.Add, Unkept: true}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { rec.Close() })
	all := load.NewThings(rec)
	for _, x := range rec.Exchanges {
		if of := all.Of(x); len(of) > 0 {
			things[x] = of[0]
		}
	}
	return New(ix)
}

// live is a request with a body, or none.
func live(client, method, target, body string) *Live {
	l := &Live{Client: client}
	l.Method, l.Target, l.Call = method, target, engine.Lookup(method, target)
	l.Body = Body{Bytes: []byte(body), Size: int64(len(body)), Whole: true, IsTar: takesTar(&l.Call)}
	return l
}

// ask makes a request and returns the number of the exchange that answers it,
// 0 for a miss.
func ask(m *Matcher, client, method, target, body string) int {
	taken, miss := m.Take(live(client, method, target, body))
	if miss != nil {
		return 0
	}
	return int(taken.ID)
}
