package exchange_test

import (
	"slices"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
)

// An answer that comes again says what it said, and the next one what is new.
func TestTheSameContainerIsLookedAtAgain(t *testing.T) {
	const running = `{"Id":"3f2a91c0b7d4","Name":"/web","State":{"Status":"running"}}`
	const ended = `{"Id":"3f2a91c0b7d4","Name":"/web","State":{"Status":"exited","ExitCode":3}}`
	s := exchangetest.New()
	c := s.Connect(1, "docker", "run", "web")
	c.Call("POST", "/v1.47/containers/web/start", "").Reply(204, "")
	for _, answer := range []string{running, running, running, ended, ended, running} {
		c.Call("GET", "/v1.47/containers/web/json", "").Reply(200, answer)
	}
	var got []string
	f := exchange.NewFolder(0, func(x *exchange.Exchange, e decode.Event) {
		if _, over := e.(*decode.ExchangeEnd); over {
			got = append(got, x.Summary()+", "+x.Outcome().Result.String())
		}
	})
	f.Group(nil)
	s.Play(f.Event)
	want := []string{
		"web, ok", "web → running, ok", "web → running, ok", "web → running, ok",
		"web → exited (3), failed", "web → exited (3), failed", "web → running, ok",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
