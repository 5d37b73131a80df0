package exchange_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
)

// A container's life has its own moments and those of its execs, and the calls
// of all clients, whether they name it or give its id.
func TestLives(t *testing.T) {
	const id = "3f2a91c0b7d43f2a91c0b7d43f2a91c0b7d43f2a91c0b7d43f2a91c0b7d40000"
	const exec = "aa2a91c0b7d43f2a91c0b7d43f2a91c0b7d43f2a91c0b7d43f2a91c0b7d40001"
	s := exchangetest.New()
	s.Connect(1, "docker", "start", "web").Call("POST", "/v1.47/containers/web/start", "").Reply(204, "")
	c := s.Connect(2, "docker", "ps")
	for range 3 {
		c.Call("GET", "/v1.47/containers/"+id+"/json", "").Reply(200, `{"Id":"`+id+`","Name":"/web","State":{"Status":"running"}}`)
	}
	e := s.Connect(3, "docker", "exec")
	e.Call("POST", "/v1.47/containers/web/exec", `{"Cmd":["sh","-c","exit 3"]}`).Reply(201, `{"Id":"`+exec+`"}`)
	e.Call("POST", "/v1.47/exec/"+exec+"/start", `{}`).Reply(200, "")
	e.Call("GET", "/v1.47/exec/"+exec+"/json", "").Reply(200, `{"ID":"`+exec+`","ContainerID":"`+id+`","Running":false,"ExitCode":3}`)
	s.Wait(time.Second)
	s.Connect(4, "docker", "rm").Call("DELETE", "/v1.47/containers/web", "").Reply(204, "")
	s.Connect(5, "docker", "rm").Call("DELETE", "/v1.47/containers/other", "").Reply(204, "")

	l := exchange.NewLives(func(x decode.ExchangeID) bool { return x == 6 }) // the ExecStart
	s.Play(l.Event)
	all := l.All()
	if len(all) != 1 || all[0].Label() != "web" || all[0].ID != id {
		t.Fatalf("%+v", all)
	}
	var got []string
	for _, e := range all[0].Events {
		got = append(got, fmt.Sprintf("%s|%s×%d", e.What, e.Call.Name, e.Call.Times))
	}
	want := "started|ContainerStart×1, |ContainerInspect×3, exec created|ContainerExec×1, exec started|ExecStart×1, exec exited 3|ExecInspect×1, removed|ContainerDelete×1"
	if s := strings.Join(got, ", "); s != want {
		t.Errorf("%s\nwant %s", s, want)
	}
}
