package model

import (
	"context"
	"slices"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/filter"
)

type script []decode.Event

func (s script) Exchange(_ context.Context, id decode.ExchangeID, _ int64) (out []decode.Event, _ error) {
	for _, e := range s {
		if e.From().Exchange == id {
			out = append(out, e)
		}
	}
	return out, nil
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
		s := NewSearch(text)
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
	s := NewFilterSearch(f)
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
