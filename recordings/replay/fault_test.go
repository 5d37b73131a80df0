package replay

import (
	"strings"
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/recordings/internal/tape"
)

func TestFaults(t *testing.T) {
	const answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n[\"hello\"]"
	for _, tt := range []struct {
		fault string
		want  []string // of three equal requests, "" with ended
		ended bool     // the connection ends with the first
	}{
		{"op:ImageList#2 status=429", []string{answer, "429", answer}, false},
		{"op:Image* status=500", []string{"500", "500", "500"}, false},
		{"op:ImageList delay=2s", []string{answer}, false},
		{"op:ImageList cut after=3", []string{answer[:len(answer)-6]}, true},
		{"op:ImageList reset", nil, true},
		{"op:ContainerList reset", []string{answer}, false},
	} {
		t.Run(tt.fault, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s := exchangetest.New()
				k := s.Connect(7)
				for range 2 {
					tape.JSON(k.Call("GET", "/images/json", ""), 200, `["hello"]`)
				}
				f, err := ParseFault(tt.fault)
				if err != nil {
					t.Fatal(err)
				}
				c := dial(t, player(t, s, Config{Peer: byProcess, Faults: []*Fault{f}}), "a")
				for _, want := range tt.want {
					c.send(request("GET", "/images/json"))
					if strings.Contains(tt.fault, "delay") {
						c.expect("")
						time.Sleep(2 * time.Second)
					}
					if len(want) > 3 {
						c.expect(want)
						continue
					}
					c.expectStart("HTTP/1.1 " + want + " ")
				}
				if tt.want == nil {
					c.send(request("GET", "/images/json"))
				}
				if tt.ended {
					c.expectEnd(true)
				}
			})
		})
	}
}

func TestFaultsThatAreNone(t *testing.T) {
	for _, text := range []string{"", "status=429", "op:ImageCreate", "op:ImageKreate reset", "op:ImageCreate#0 reset", "op:ImageCreate status=9", "op:ImageCreate delay=2", "op:ImageCreate cut after=x", "op:ImageCreate explode"} {
		if _, err := ParseFault(text); err == nil || !strings.Contains(err.Error(), "fault") {
			t.Errorf("%q: %v", text, err)
		}
	}
	faults, err := ReadFaults(strings.NewReader("# a comment\n\nop:ImageCreate#2 status=429\nop:ContainerLogs cut after=1kB\n"))
	if err != nil || len(faults) != 2 || faults[1].cut != 1000 {
		t.Errorf("%v, %v", faults, err)
	}
}
