package replay

import (
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
)

// A build is not answered before its session is served, also when it is a miss.
func TestBuildWaitsForItsSession(t *testing.T) {
	upgrade := []string{"Connection: Upgrade", "Upgrade: h2c", "X-Docker-Expose-Session-Uuid: a"}
	bubble(t, func(t *testing.T) {
		s := exchangetest.New()
		x := s.Connect(7).Request("POST", "/session", upgrade...).Answer(101, decode.ContentRaw, "Connection: Upgrade", "Upgrade: h2c")
		x.End(decode.Client, decode.EndEOF)
		p := player(t, s, Config{Peer: byProcess})
		build := dial(t, p, "a")
		build.send(request("POST", "/v1.41/build?remote=client-session&session=b"))
		build.expect("")
		session := dial(t, p, "a")
		upgrade[2] = "X-Docker-Expose-Session-Uuid: b"
		session.send(request("POST", "/session", upgrade...))
		session.expectStart("HTTP/1.1 101 Switching Protocols\r\n")
		build.expect("")
		session.send("\x00\x00\x00\x04\x00\x00\x00\x00\x00") // SETTINGS
		build.expectStart("HTTP/1.1 501 ")
	})
}
