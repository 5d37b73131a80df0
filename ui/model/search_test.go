package model

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/decode/filter"
)

type script []decode.Event

func (s script) Exchange(_ context.Context, id decode.ExchangeID, _ int64, deliver func(decode.Event), idle func()) error {
	for _, e := range s {
		if e.From().Exchange == id {
			deliver(e)
		}
	}
	idle()
	return nil
}

func (s script) Scan(_ context.Context, deliver func(decode.Event), idle func(done, all int64)) error {
	for _, e := range s {
		deliver(e)
	}
	idle(1, 1)
	return nil
}

func TestSearch(t *testing.T) {
	a := script(talk().Events())
	for text, want := range map[string][]decode.ExchangeID{
		"NO SUCH image": {2},
		"hello":         {3}, // still open
		"_PING":         {1},
		"nowhere":       nil,
	} {
		s := NewSearch(filter.Text(text))
		s.Run(t.Context(), a)
		if got, st := s.Take(); !slices.Equal(got, want) || !st.Idle || st.Err != nil {
			t.Errorf("%q: %v, %+v", text, got, st)
		}
	}
}

func TestDeepFilter(t *testing.T) {
	f, err := filter.Parse(`body~"no such" or op:SystemPing*`)
	if err != nil {
		t.Fatal(err)
	}
	m := modelOf(talk(), Options{})
	m.SetMode(ByTime)
	m.SetFilter(f)
	if !m.Deep() || m.Matching() != 0 {
		t.Fatal("rows cannot tell")
	}
	s := NewSearch(f)
	s.Run(t.Context(), script(talk().Events()))
	found, _ := s.Take()
	for _, id := range found {
		if p, ok := m.ByID(id); ok {
			m.Found(p)
		}
	}
	if got := shown(m); got != "  #1 SystemPingHead 200 \n  #2 ContainerCreate 404 No such image: x\n" {
		t.Errorf("%s", got)
	}
}

// A text is found wherever it is recorded: far behind what is kept of a body,
// on the border of two pieces, and in a stream that still runs.
func TestSearchLooksAtEverything(t *testing.T) {
	s := exchangetest.New()
	x := s.Connect(1, "docker").Call("GET", "/v1.47/containers/x/logs", "").Answer(200, decode.ContentStdcopy)
	noise := strings.Repeat("nothing to see here\n", 3000)
	for range 100 {
		x.Frame(decode.Response, 1, noise)
	}
	x.Frame(decode.Response, 1, "the nee")
	x.Frame(decode.Response, 2, "another lane ")
	x.Frame(decode.Response, 1, "dle\n")
	for over, script := range []script{s.Events(), ended(s, x)} {
		for _, c := range []struct {
			filter string
			found  bool
		}{
			{`body:"THE NEEDLE"`, true}, {`body~"ne+dle$"`, false}, {`body~"the ne+dle"`, true}, {`req.body~needle`, false},
			{`body!~needle`, false}, {`body:needle and body:"another lane" and not body:haystack`, over == 1},
		} {
			f, err := filter.Parse(c.filter)
			if err != nil {
				t.Fatal(err)
			}
			find := NewSearch(f)
			find.Run(t.Context(), script)
			if got, _ := find.Take(); (len(got) > 0) != c.found {
				t.Errorf("over %d: %s: %v", over, c.filter, got)
			}
		}
	}
}

func ended(s *exchangetest.Script, x *exchangetest.Exchange) []decode.Event {
	x.End(decode.Server, decode.EndEOF)
	return s.Events()
}
