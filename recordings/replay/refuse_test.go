package replay

import (
	"errors"
	"net"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/recordings/internal/tape"
)

func TestWhatWasNotRecorded(t *testing.T) {
	s := exchangetest.New()
	tape.JSON(s.Connect(7).Call("GET", "/images/a/json", ""), 200, "{}")
	for _, tt := range []struct {
		name, send string
		want       []string // in this order
		missed     int
		closes     bool
	}{
		{"a miss", request("GET", "/images/b/json"), []string{"HTTP/1.1 501 Not Implemented\r\n", "X-Replay-Miss: 1\r\n", `{"message":"replay: no recorded exchange matches request 1\n  GET /images/b/json  (ImageInspect)`}, 1, false},
		{"a ping", request("GET", "/_ping"), []string{"HTTP/1.1 200 OK\r\n", "\r\n\r\nOK"}, 0, false},
		{"a ping without a body", request("HEAD", "/_ping"), []string{"HTTP/1.1 200 OK\r\n", "Content-Length: 2\r\n\r\n"}, 0, false},
		{"a resize", request("POST", "/v1.41/containers/x/resize?h=1&w=2"), []string{"HTTP/1.1 200 OK\r\n"}, 0, false},
		{"a session", request("POST", "/session", "Connection: Upgrade", "Upgrade: h2c"), []string{"HTTP/1.1 501 ", "no builds by BuildKit"}, 1, false},
		{"gRPC", request("POST", "/grpc", "Connection: Upgrade", "Upgrade: h2c"), []string{"HTTP/1.1 501 ", "no builds by BuildKit"}, 1, false},
		{"an attach", request("POST", "/containers/x/attach", "Connection: Upgrade", "Upgrade: tcp"), []string{"HTTP/1.1 501 ", "ContainerAttach"}, 1, false},
		{"no HTTP", "hello\r\n\r\n", []string{"HTTP/1.1 400 Bad Request\r\n", "this is no HTTP/1 request"}, 0, true},
		{"HTTP/1.0", "GET /images/b/json HTTP/1.0\r\n\r\n", []string{"HTTP/1.1 501 ", "Connection: close\r\n"}, 1, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				p := player(t, s, Config{Peer: byProcess})
				k := dial(t, p, "a")
				k.send(tt.send)
				k.expectEnd(tt.closes)
				k.mu.Lock()
				got := string(k.got)
				k.got = nil
				k.mu.Unlock()
				rest := got
				for _, w := range tt.want {
					_, after, ok := strings.Cut(rest, w)
					if !ok {
						t.Fatalf("no %q in %q", w, got)
					}
					rest = after
				}
				if n := len(p.Report().Missed); n != tt.missed {
					t.Errorf("%d missed, want %d", n, tt.missed)
				}
				if !tt.closes {
					k.send(request("GET", "/images/a/json"))
					k.expect("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
				}
			})
		})
	}
}

func TestUploadsThatAskFirst(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := exchangetest.New()
		tape.JSON(s.Connect(7).Call("POST", "/containers/create", `{"Image":"a"}`), 201, "{}")
		k := dial(t, player(t, s, Config{Peer: byProcess}), "a")
		k.send("POST /containers/create HTTP/1.1\r\nHost: d\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n")
		k.expect("HTTP/1.1 100 Continue\r\n\r\n")
		k.send("8\r\n{\"Image\"\r\n5\r\n:\"a\"}\r\n0\r\n\r\n")
		k.expect("HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
	})
}

// Odd values of Host are as good as any (a socket's path, nothing at all).
func TestOddHosts(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := exchangetest.New()
		tape.JSON(s.Connect(7).Call("GET", "/images/a/json", ""), 200, "{}")
		k := dial(t, player(t, s, Config{Peer: byProcess}), "a")
		for _, head := range []string{"GET /images/a/json HTTP/1.1\r\nHost: /var/run/docker.sock\r\n\r\n", "GET /images/a/json HTTP/1.1\r\nHost: \r\n\r\n",
			"GET http://docker:2375/v1.41/images/a/json HTTP/1.1\r\nHost: docker:2375\r\n\r\n", "GET /base/path/v1.41/images/a/json HTTP/1.1\r\nHost: d\r\n\r\n"} {
			k.send(head)
			k.expect("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
		}
	})
}

// A ping by GET where pings by HEAD were recorded has a body, and the head that
// says which API the daemon has.
func TestPingByAnotherMethod(t *testing.T) {
	s := exchangetest.New()
	s.Connect(7).Call("HEAD", "/_ping", "").Reply(200, "", "Api-Version: 1.41", "Content-Length: 0")
	bubble(t, func(t *testing.T) {
		k := dial(t, player(t, s, Config{Peer: byProcess}), "a")
		k.send(request("GET", "/_ping"))
		k.expect("HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 2\r\n\r\nOK")
		k.send(request("HEAD", "/_ping"))
		k.expect("HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 0\r\n\r\n")
	})
}

// A newer client than the recorded one is told the version of the API by which that one
// asked, so that it asks by that; recorded clients get what they got, and so do others
// where the version is one that they may not speak.
func TestNewerClientsAskAsWasRecorded(t *testing.T) {
	for asked, want := range map[string]map[string]string{
		"1.41": {"Docker-Client/20.10": "1.56", "Docker-Client/29.8": "1.41", "other/1": "1.51", "moby/2": "1.51"},
		"1.56": {"Docker-Client/20.10": "1.56", "Docker-Client/29.8": "1.56"},
		"1.24": {"Docker-Client/20.10": "1.56", "Docker-Client/29.8": "1.56"},
	} {
		s := exchangetest.New()
		c := s.Connect(7)
		c.Call("HEAD", "/_ping", "", "User-Agent: Docker-Client/20.10").Reply(200, "", "Api-Version: 1.56", "Content-Length: 0")
		tape.JSON(c.Call("GET", "/v"+asked+"/containers/json", "", "User-Agent: Docker-Client/20.10"), 200, `[]`)
		for range 2 {
			tape.JSON(s.Connect(8).Call("GET", "/v1.51/images/json", "", "User-Agent: moby/1"), 200, `[]`)
		}
		bubble(t, func(t *testing.T) {
			p := player(t, s, Config{Peer: byProcess})
			k := dial(t, p, "a")
			lowered := 0
			for agent, told := range want {
				k.send(request("HEAD", "/_ping", "User-Agent: "+agent))
				k.expect("HTTP/1.1 200 OK\r\nApi-Version: " + told + "\r\nContent-Length: 0\r\n\r\n")
				if told != "1.56" {
					lowered++
				}
			}
			if got := p.Report().Warnings; (len(got) == 1) != (lowered > 0) {
				t.Errorf("asked by %s: warnings %v", asked, got)
			}
		})
	}
}

// Docker 20.10 asks for the version where a later one does not: answers that were
// recorded name it. Where they do not, it is a miss.
func TestVersionThatWasNotRecorded(t *testing.T) {
	for server, want := range map[string]string{
		"Docker/29.1.0 (linux)": "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 53\r\n\r\n" + `{"Version":"29.1.0","ApiVersion":"1.52","Os":"linux"}`,
		"Libpod/4.3.1 (linux)":  "HTTP/1.1 501 Not Implemented\r\n",
	} {
		s := exchangetest.New()
		s.Connect(7).Call("HEAD", "/_ping", "").Reply(200, "", "Api-Version: 1.52", "Ostype: linux", "Server: "+server)
		bubble(t, func(t *testing.T) {
			p := player(t, s, Config{Peer: byProcess})
			k := dial(t, p, "a")
			k.send(request("GET", "/v1.41/version"))
			k.expectStart(want)
			if got := p.Report(); want[9] == '2' && (len(got.Missed) > 0 || len(got.Warnings) != 1) {
				t.Errorf("misses %v, warnings %v", got.Missed, got.Warnings)
			}
		})
	}
}

// A client that is told no version of the API asks by a very old one: a ping that was not
// recorded is answered with the version that recorded answers name, else by the daemon
// where there is one.
func TestPingThatWasNotRecorded(t *testing.T) {
	down := func() (net.Conn, error) { return nil, errors.New("down") }
	for _, tt := range []struct {
		name    string
		fields  []string
		forward func() (net.Conn, error)
		want    string
	}{
		{"known", []string{"Api-Version: 1.52", "Server: Docker/29.1.0 (linux)"}, down, "HTTP/1.1 200 OK\r\nApi-Version: 1.52\r\n"},
		{"unknown", nil, down, "HTTP/1.1 502 "},
		{"unknown, and no daemon", nil, nil, "HTTP/1.1 200 OK\r\nContent-Type: "},
	} {
		s := exchangetest.New()
		s.Connect(7).Call("HEAD", "/images/x/json", "").Reply(404, "", append(tt.fields, "Content-Length: 0")...)
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				k := dial(t, player(t, s, Config{Peer: byProcess, Forward: tt.forward}), "a")
				k.send(request("GET", "/_ping"))
				k.expectStart(tt.want)
			})
		})
	}
}
