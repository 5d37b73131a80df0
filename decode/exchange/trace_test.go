package exchange_test

import (
	"slices"
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
)

const (
	oneTrace   = "Traceparent: 00-e82bd6fe620fe4c619768f4f0f572c02-c6b17633ec5e5624-01"
	otherTrace = "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
)

// Clients by TCP have no process: their calls are told apart by their traces.
func TestTraces(t *testing.T) {
	remote := func(s *exchangetest.Script) *exchangetest.Conn {
		return s.ConnectPeer(decode.Peer{Address: "10.0.0.7:51000"})
	}
	const agent = "User-Agent: buildx/v0.38"
	tests := []struct {
		name   string
		script func(*exchangetest.Script)
		want   []int // calls of each command
	}{
		{"two at once", func(s *exchangetest.Script) {
			a, b := remote(s), remote(s)
			one := a.Request("POST", "/moby.buildkit.v1.Control/Solve", agent, oneTrace)
			two := b.Request("POST", "/moby.buildkit.v1.Control/Solve", agent, otherTrace)
			for range 3 {
				remote(s).Call("GET", "/version", "", agent, otherTrace).Reply(200, "{}")
			}
			remote(s).Call("GET", "/version", "", agent, oneTrace).Reply(200, "{}")
			two.Reply(200, "")
			one.Reply(200, "")
		}, []int{2, 4}},
		{"one after the other", func(s *exchangetest.Script) {
			for _, trace := range []string{oneTrace, otherTrace} {
				c := remote(s)
				c.Call("GET", "/version", "", agent, trace).Reply(200, "{}")
				c.Close()
			}
		}, []int{1, 1}},
		{"a trace a call", func(s *exchangetest.Script) {
			c := remote(s)
			c.Call("HEAD", "/_ping", "", agent).Reply(200, "")
			c.Call("GET", "/version", "", agent, oneTrace).Reply(200, "{}")
			c.Call("GET", "/info", "", agent, otherTrace).Reply(200, "{}")
		}, []int{3}},
		{"a pause", func(s *exchangetest.Script) {
			remote(s).Call("GET", "/version", "", agent, oneTrace).Reply(200, "{}")
			s.Wait(time.Minute)
			remote(s).Call("GET", "/info", "", agent, oneTrace).Reply(200, "{}")
		}, []int{2}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := exchangetest.New()
			test.script(s)
			_, commands := judged(s)
			var got []int
			for _, c := range commands {
				got = append(got, c.Calls)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("calls by command %v, want %v", got, test.want)
			}
		})
	}
}
