package model

import (
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/decode/filter"
)

// Whatever field a filter asks for, a row gives the answer that the exchange
// gives, or the filter says that rows do not hold what it reads.
func TestRowsAnswerEveryField(t *testing.T) {
	scripts := []*exchangetest.Script{talk(), exchangetest.Build()}
	rich := exchangetest.New()
	c := rich.Connect(7, "docker", "pull", "x")
	c.Call("POST", "/v1.47/images/create?fromImage=x&tag=1", "").Answer(200, decode.ContentJSONStream).
		Data(decode.Response, `{"errorDetail":{"message":"denied"},"error":"denied"}`+"\r\n").End(decode.Server, decode.EndEOF)
	c.Call("GET", "/nowhere", "").End(decode.Client, decode.EndCancel)
	gap := c.Call("GET", "/v1.47/containers/web/logs", "").Answer(200, decode.ContentStdcopy)
	gap.Event(&decode.Gap{Dir: decode.Response, Why: "behind"}).Event(&decode.Anomaly{Dir: decode.Response, Reason: "torn"})
	gap.Event(&decode.Omitted{Dir: decode.Response, Bytes: 10, Total: 20, Why: "cap"}).End(decode.Server, decode.EndReset)
	scripts = append(scripts, rich)

	var filters []string
	for _, f := range filter.Fields() {
		name := f.Name
		if name[len(name)-1] == '.' {
			name += "all"
		}
		switch f.Kind {
		case "text", "body":
			filters = append(filters, name+"~.")
		case "version":
			filters = append(filters, name+">=1.0")
		case "flag":
			for _, v := range filter.Values(f.Name) {
				filters = append(filters, name+":"+v.Value)
			}
		case "duration":
			filters = append(filters, name+">=0s", name+">1ms")
		default:
			filters = append(filters, name+">=0", name+">1")
		}
		filters = append(filters, f.Example)
	}
	for _, s := range scripts {
		for _, text := range filters {
			f, err := filter.Parse(text)
			if err != nil {
				t.Errorf("%s: %v", text, err)
				continue
			}
			if f.Reads().Any() {
				continue
			}
			compare(t, s, f)
		}
	}
}

func compare(t *testing.T, s *exchangetest.Script, f *filter.Filter) {
	t.Helper()
	want, commands := map[decode.ExchangeID]bool{}, map[decode.ExchangeID]*exchange.Command{}
	fold := exchange.NewFolder(0, func(x *exchange.Exchange, e decode.Event) {
		if _, over := e.(*decode.ExchangeEnd); over && x != nil {
			want[x.ID] = f.Match(x)
			commands[x.ID] = x.Command
		}
	})
	fold.Group(nil)
	s.Play(fold.Event)
	for x := range fold.Open() {
		want[x.ID] = f.Match(x)
		commands[x.ID] = x.Command
	}
	if strings.HasPrefix(f.String(), "verdict") { // a row has its command's latest
		for id, c := range commands {
			x := &exchange.Exchange{Conn: &exchange.Connection{}}
			if c != nil {
				x.SetVerdict(c.Verdict().Line)
			}
			want[id] = f.Match(x)
		}
	}
	m := modelOf(s, Options{})
	m.SetFilter(f)
	m.Judge(never)
	got := map[decode.ExchangeID]bool{}
	for _, p := range m.Matches() {
		r, _ := m.Row(p)
		got[r.ID] = true
	}
	for id, yes := range want {
		if got[id] != yes {
			t.Errorf("%s: exchange %d matches: %v, its row: %v", f, id, yes, got[id])
		}
	}
}
