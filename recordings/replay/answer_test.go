package replay

import (
	"strings"
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/recordings/internal/tape"
)

// Answers come byte for byte, on one connection, in the order of requests that
// did not wait for each other.
func TestAnswersAreAsRecorded(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := exchangetest.New()
		c := s.Connect(7)
		c.Request("HEAD", "/_ping").EndOf(decode.Request).Reply(200, "", "api-VERSION: 1.41", "Content-Length: 0")
		tape.JSON(c.Call("GET", "/v1.41/containers/json", ""), 200, "[]\n")
		pull := c.Call("POST", "/v1.41/images/create?fromImage=a", "").Answer(200, decode.ContentJSONStream, tape.Chunked)
		pull.Data(decode.Response, "{\"status\":\"a\"}\r\n").Data(decode.Response, "{\"status\":\"b\"}\r\n").End(decode.Server, decode.EndEOF)
		logs := c.Call("GET", "/v1.41/containers/x/logs?stdout=1", "").Answer(200, decode.ContentStdcopy, tape.Chunked)
		logs.Frame(decode.Response, 1, "out").Frame(decode.Response, 2, "err").End(decode.Server, decode.EndEOF)

		k := dial(t, player(t, s, Config{Peer: byProcess}), "a")
		k.send(request("HEAD", "/_ping") + request("GET", "/v1.51/containers/json"))
		k.expect("HTTP/1.1 200 OK\r\napi-VERSION: 1.41\r\nContent-Length: 0\r\n\r\n" +
			"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 3\r\n\r\n[]\n")
		k.send(request("POST", "/v1.51/images/create?fromImage=a"))
		k.expect("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{\"status\":\"a\"}\r\n\r\n10\r\n{\"status\":\"b\"}\r\n\r\n0\r\n\r\n")
		k.send(request("GET", "/containers/x/logs?stdout=1"))
		k.expect("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n" + frame(1, "out") + "\r\nb\r\n" + frame(2, "err") + "\r\n0\r\n\r\n")
		k.send(request("GET", "/containers/json", "Connection: close"))
		k.expect("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 3\r\n\r\n[]\n")
		k.expectEnd(true)
	})
}

// Frames longer than a line of the recording stay whole.
func TestLongFrames(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := exchangetest.New()
		x := s.Connect(7).Call("GET", "/containers/x/logs", "").Answer(200, decode.ContentStdcopy)
		x.ResponseHead().Framing = decode.FramingClose
		x.Event(&decode.Data{Dir: decode.Response, Fd: 1, More: true, Bytes: []byte(strings.Repeat("a", 100))})
		x.Event(&decode.Data{Dir: decode.Response, Fd: 1, Bytes: []byte("bc")})
		x.Frame(decode.Response, 2, "err").End(decode.Server, decode.EndEOF)
		k := dial(t, player(t, s, Config{Peer: byProcess}), "a")
		k.send(request("GET", "/containers/x/logs"))
		k.expect("HTTP/1.1 200 OK\r\n\r\n" + frame(1, strings.Repeat("a", 100)+"bc") + frame(2, "err"))
		k.expectEnd(true)
	})
}

// Names the client chose come back in heads, bodies and streams, with lengths
// that are right.
func TestAnswersHaveLiveNames(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := exchangetest.New()
		c := s.Connect(7)
		tape.JSON(c.Call("POST", "/containers/create?name=test-1", `{"Image":"a"}`), 201, `{"Id":"x"}`)
		tape.JSON(c.Call("GET", "/containers/test-1/json", ""), 200, `{"Name":"/test-1","Image":"a"}`)
		logs := c.Call("GET", "/containers/test-1/logs", "").Answer(200, decode.ContentStdcopy, tape.Chunked)
		logs.Frame(decode.Response, 1, "I am te").Frame(decode.Response, 2, "oops").Frame(decode.Response, 1, "st-1\n").End(decode.Server, decode.EndEOF)
		p := player(t, s, Config{Peer: byProcess})
		k := dial(t, p, "a")
		k.send("POST /containers/create?name=longer-name HTTP/1.1\r\nHost: d\r\nContent-Length: 13\r\n\r\n{\"Image\":\"a\"}")
		k.expect("HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{\"Id\":\"x\"}")
		k.send(request("GET", "/containers/longer-name/json"))
		k.expect("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 35\r\n\r\n{\"Name\":\"/longer-name\",\"Image\":\"a\"}")
		k.send(request("GET", "/containers/longer-name/logs"))
		k.expect("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nd\r\n" + frame(1, "I am ") + "\r\nc\r\n" + frame(2, "oops") +
			"\r\n14\r\n" + frame(1, "longer-name\n") + "\r\n0\r\n\r\n")
		if b := p.Report().Bindings; len(b) != 1 || b[0].Live != "longer-name" || b[0].Where != "ContainerCreate query.name" {
			t.Errorf("bindings: %+v", b)
		}
	})
}

func TestHowAnswersEnd(t *testing.T) {
	for _, tt := range []struct {
		name string
		end  func(x *exchangetest.Exchange)
		open bool
	}{
		{"the client left", func(x *exchangetest.Exchange) { x.End(decode.Client, decode.EndCancel) }, true},
		{"recording ended", func(x *exchangetest.Exchange) { x.End(decode.Recorder, decode.EndCancel) }, true},
		{"the recording does not say", func(x *exchangetest.Exchange) {}, true},
		{"the daemon died", func(x *exchangetest.Exchange) { x.End(decode.Server, decode.EndReset) }, false},
		{"the daemon closed", func(x *exchangetest.Exchange) { x.End(decode.Server, decode.EndCancel) }, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s := exchangetest.New()
				x := s.Connect(7).Call("GET", "/events", "").Answer(200, decode.ContentJSONStream, tape.Chunked).Data(decode.Response, "{}\n")
				tt.end(x)
				k := dial(t, player(t, s, Config{Peer: byProcess}), "a")
				k.send(request("GET", "/events"))
				k.expect("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{}\n\r\n")
				time.Sleep(time.Hour)
				k.expectEnd(!tt.open)
				k.conn.CloseWrite() // the client leaves
				k.expectEnd(true)
			})
		})
	}
}

func TestPace(t *testing.T) {
	for _, tt := range []struct {
		cfg  Config
		want time.Duration // until the second message
	}{
		{Config{}, 0},
		{Config{Speed: 1}, 10 * time.Second},
		{Config{Speed: 4}, 2500 * time.Millisecond},
		{Config{Speed: 1, MaxIdle: 2 * time.Second}, 2 * time.Second},
	} {
		bubble(t, func(t *testing.T) {
			s := exchangetest.New()
			s.Step = 0
			x := s.Connect(7).Call("GET", "/events", "").Answer(200, decode.ContentJSONStream).Data(decode.Response, "{}\n")
			x.ResponseHead().Framing = decode.FramingClose
			s.Wait(10 * time.Second)
			x.Data(decode.Response, "[]\n").End(decode.Server, decode.EndEOF)
			tt.cfg.Peer = byProcess
			k := dial(t, player(t, s, tt.cfg), "a")
			k.send(request("GET", "/events"))
			if tt.want == 0 {
				k.expect("HTTP/1.1 200 OK\r\n\r\n{}\n[]\n")
				return
			}
			time.Sleep(tt.want - 3*gap - time.Millisecond) // expect waits for as long
			k.expect("HTTP/1.1 200 OK\r\n\r\n{}\n")
			k.expect("[]\n")
		})
	}
}
