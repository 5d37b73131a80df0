package replay

import (
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
)

// What a WebSocket carried is framed again, as text or binary and with fragments
// as they were; output
// waits for the input that came before it, which a client masks.
func TestWebSocket(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := exchangetest.New()
		x := s.Connect(7).Call("GET", "/v1.47/containers/c/attach/ws?stdin=1&stdout=1", "", "Connection: Upgrade", "Upgrade: websocket")
		x.Answer(101, decode.ContentWSData, "Connection: Upgrade", "Upgrade: websocket")
		x.Data(decode.Response, "hi")
		x.Data(decode.Request, "ls\n")
		x.Event(&decode.Data{Dir: decode.Response, Fd: decode.NoFd, More: true, Text: true, Bytes: []byte("a")})
		x.Data(decode.Response, "b")
		x.Event(&decode.DirectionEnd{Dir: decode.Response, Trailer: []decode.Field{{Name: decode.CloseField, Value: "1000 bye"}}})
		x.End(decode.Client, decode.EndEOF)

		k := dial(t, player(t, s, Config{Peer: byProcess}), "a")
		k.send(request("GET", "/v1.47/containers/c/attach/ws?stdin=1&stdout=1", "Connection: Upgrade", "Upgrade: websocket"))
		k.expect("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n\x82\x02hi")
		k.send("\x89\x80\x01\x02\x03\x04") // a ping is no input
		k.expect("")
		k.send("\x82\x83\x01\x02\x03\x04mq\t")
		k.expect("\x01\x01a\x80\x01b\x88\x05\x03\xe8bye")
	})
}
