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
	o := Options{
		Rules: BuiltinRules(), Volatile: BuiltinVolatile(), File: "run.jsonl",
		Body: func(x *load.Exchange) ([]byte, error) { return rec.RequestBody(x) },
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

type recordedExchange = load.Exchange

// things says what requests are about by the ids of made containers, in the
// order they were made.
func things(ids [2]string) func(*recordedExchange) string {
	made, by := 0, map[*recordedExchange]string{}
	return func(x *recordedExchange) string {
		if id := x.Call.Param("id"); id != "" {
			return "container:" + id
		}
		if by[x] == "" {
			by[x] = "container:" + ids[made]
			made++
		}
		return by[x]
	}
}
