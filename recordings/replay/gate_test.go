package replay

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/recordings/internal/tape"
)

const switched = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"

// frame is a stdcopy frame.
func frame(fd byte, text string) string {
	return string([]byte{fd, 0, 0, 0, 0, 0, 0, byte(len(text))}) + text
}

// runScript is `docker run -i`: attach, wait, start, a line of input, its echo,
// the end. pid is the client's.
func runScript(pid int) *exchangetest.Script {
	s := exchangetest.New()
	c1, c2, c3 := s.Connect(pid, "docker"), s.Connect(pid, "docker"), s.Connect(pid, "docker")
	attach := c2.Request("POST", "/v1.51/containers/x/attach?stdin=1&stdout=1&stream=1").
		Answer(101, decode.ContentStdcopy, "Connection: Upgrade", "Upgrade: tcp")
	wait := c1.Call("POST", "/v1.51/containers/x/wait?condition=next-exit", "").
		Answer(200, decode.ContentJSON, tape.Chunked)
	start := c3.Call("POST", "/v1.51/containers/x/start", "")
	attach.Data(decode.Request, "hi\n").EndOf(decode.Request)
	attach.Frame(decode.Response, 1, "hi\n")
	tape.Empty(start, 204)
	attach.Frame(decode.Response, 2, "bye\n")
	attach.EndOf(decode.Response).End(decode.Server, decode.EndEOF)
	wait.Data(decode.Response, `{"StatusCode":3}`).End(decode.Server, decode.EndEOF)
	return s
}

// What start caused does not come before start, however fast everything is.
func TestGateHoldsWhatStartCauses(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := player(t, runScript(7), Config{Peer: byProcess})
		attach, wait, start := dial(t, p, "a"), dial(t, p, "a"), dial(t, p, "a")
		attach.send(request("POST", "/v1.51/containers/x/attach?stdin=1&stdout=1&stream=1", "Connection: Upgrade", "Upgrade: tcp"))
		attach.expect(switched)
		attach.send("hi\n")
		attach.conn.CloseWrite()
		wait.send(request("POST", "/v1.51/containers/x/wait?condition=next-exit"))
		wait.expect("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
		time.Sleep(4 * time.Second)
		attach.expect("")
		wait.expect("")

		start.send(request("POST", "/v1.51/containers/x/start"))
		attach.expect(frame(1, "hi\n") + frame(2, "bye\n"))
		attach.expectEnd(true)
		start.expect("HTTP/1.1 204 No Content\r\n\r\n")
		wait.expect("10\r\n{\"StatusCode\":3}\r\n0\r\n\r\n")
		wait.expectEnd(false)
		if w := warnings(p); w != "" {
			t.Errorf("warnings: %s", w)
		}
	})
}

func TestGateIsReleasedWithAWarning(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := player(t, runScript(7), Config{Peer: byProcess})
		attach := dial(t, p, "a")
		attach.send(request("POST", "/v1.51/containers/x/attach?stdin=1&stdout=1&stream=1", "Connection: Upgrade", "Upgrade: tcp") + "hi\n")
		attach.expect(switched)
		attach.conn.CloseWrite()
		time.Sleep(4900 * time.Millisecond)
		attach.expect("")
		time.Sleep(200 * time.Millisecond)
		attach.expect(frame(1, "hi\n") + frame(2, "bye\n")) // a released gate stays released
		time.Sleep(time.Minute)
		attach.expectEnd(true)
		if w := warnings(p); !strings.Contains(w, "#1: gate released: waited 5s for POST /containers/x/start (#3)") {
			t.Errorf("warnings: %s", w)
		}
	})
}

// A write that has come and was a miss is not waited for: the next look is the
// recorded one, at once.
func TestAMissHoldsNothingBack(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := exchangetest.New()
		c := s.Connect(1)
		tape.JSON(c.Call("GET", "/containers/web/json", ""), 200, `{"n":1}`)
		tape.Empty(c.Call("POST", "/containers/web/rename?name=a", ""), 204)
		tape.JSON(c.Call("GET", "/containers/web/json", ""), 200, `{"n":2}`)

		for _, tt := range []struct{ rename, want string }{
			{"", `{"n":1}`},
			{"/containers/web/rename?name=a&b=c", `{"n":2}`},
		} {
			p := player(t, s, Config{Peer: byProcess})
			a := dial(t, p, "a")
			look := func(want string) {
				t.Helper()
				a.send(request("GET", "/containers/web/json"))
				a.expect("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n" + want)
			}
			look(`{"n":1}`)
			if tt.rename != "" {
				a.send(request("POST", tt.rename))
				a.expectStart("HTTP/1.1 501 ")
			}
			look(tt.want)
		}
	})
}

// A command that another client starts is the cause, too, when it is about the
// same container.
func TestGateKnowsTheContainer(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := exchangetest.New()
		one, two := s.Connect(1), s.Connect(2)
		tape.JSON(one.Call("POST", "/containers/create?name=web", `{}`), 201, `{"Id":"0123456789abcdef"}`)
		wait := one.Call("POST", "/containers/0123456789abcdef/wait", "").Answer(200, decode.ContentJSON, tape.Chunked)
		tape.Empty(two.Call("POST", "/containers/web/kill", ""), 204)
		wait.Data(decode.Response, "{}").End(decode.Server, decode.EndEOF)

		p := player(t, s, Config{Peer: byProcess})
		a, b := dial(t, p, "a"), dial(t, p, "b")
		a.send("POST /containers/create?name=web HTTP/1.1\r\nHost: d\r\nContent-Length: 2\r\n\r\n{}")
		a.expect("HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 25\r\n\r\n{\"Id\":\"0123456789abcdef\"}")
		a.send(request("POST", "/containers/0123456789abcdef/wait"))
		a.expect("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
		b.send(request("POST", "/containers/web/kill"))
		a.expect("2\r\n{}\r\n0\r\n\r\n")
	})
}

// Output that was an answer to input comes after it, byte by byte.
func TestStreamInputIsAwaited(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := exchangetest.New()
		x := s.Connect(7).Request("POST", "/containers/x/attach?stream=1").Answer(101, decode.ContentRaw, "Connection: Upgrade", "Upgrade: tcp")
		x.Data(decode.Response, "$ ").Data(decode.Request, "ls\n").Data(decode.Response, "file\n$ ")
		x.Data(decode.Request, "exit\n").EndOf(decode.Request)
		x.Data(decode.Response, "bye").EndOf(decode.Response).End(decode.Server, decode.EndEOF)

		p := player(t, s, Config{Peer: byProcess})
		c := dial(t, p, "a")
		c.send(request("POST", "/containers/x/attach?stream=1", "Connection: Upgrade", "Upgrade: tcp"))
		c.expect(switched + "$ ")
		c.send("l")
		c.expect("")
		c.send("s\n")
		c.expect("file\n$ ")
		c.send("exit\n")
		c.expect("")
		c.conn.CloseWrite()
		c.expect("bye")
		c.expectEnd(true)
		if w := warnings(p); w != "" {
			t.Errorf("warnings: %s", w)
		}
	})
}

func TestOtherStreamInputIsTold(t *testing.T) {
	for _, tt := range []struct{ input, want string }{
		{"hi\n", ""},
		{"ho\n", "#1: stream input differs: the same number of bytes, 3, but others"},
		{"x", "#1: stream input differs: 3 bytes recorded, 1 received"},
	} {
		bubble(t, func(t *testing.T) {
			p := player(t, runScript(7), Config{Peer: byProcess})
			attach, start := dial(t, p, "a"), dial(t, p, "a")
			attach.send(request("POST", "/v1.51/containers/x/attach?stdin=1&stdout=1&stream=1", "Connection: Upgrade", "Upgrade: tcp"))
			attach.send(tt.input)
			attach.conn.CloseWrite()
			start.send(request("POST", "/v1.51/containers/x/start"))
			attach.expect(switched + frame(1, "hi\n") + frame(2, "bye\n"))
			attach.conn.Close()
			attach.expectEnd(true)
			if w := warnings(p); w != tt.want {
				t.Errorf("input %q: warnings %q, want %q", tt.input, w, tt.want)
			}
			r := p.Report()
			if fails := r.Fails(StrictNone, true) != ""; fails != (tt.want != "") {
				t.Errorf("input %q: compared, it fails: %v", tt.input, fails)
			}
		})
	}
}

// A client that stays where the recorded one left wants an answer: it gets that of the
// same request, asked again.
func TestAClientThatStaysGetsAnAnswer(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := exchangetest.New()
		s.Connect(7).Call("POST", "/images/create?fromImage=a", "").End(decode.Client, decode.EndCancel)
		tape.Empty(s.Connect(7).Call("POST", "/containers/x/start", ""), 204) // not made by this client
		tape.JSON(s.Connect(7).Call("POST", "/images/create?fromImage=a", ""), 404, `{}`)
		p := player(t, s, Config{Peer: byProcess, GateTimeout: time.Minute})
		k := dial(t, p, "a")
		k.send(request("POST", "/images/create?fromImage=a"))
		k.expect("")
		time.Sleep(time.Minute)
		k.expectStart("HTTP/1.1 404 ")
		if r := p.Report(); r.MissedAll != 0 || r.Used != 2 {
			t.Errorf("%d missed, %d used", r.MissedAll, r.Used)
		}
	})
}

// One that stays longer than the recorded one did, too, and for which no answer was
// recorded, is refused: it would wait for ever.
func TestAClientThatStaysIsRefused(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := exchangetest.New()
		x := s.Connect(7).Call("POST", "/images/create?fromImage=a", "")
		s.Wait(time.Hour)
		x.End(decode.Client, decode.EndCancel)
		tape.Empty(s.Connect(7).Call("POST", "/containers/x/start", ""), 204)
		p := player(t, s, Config{Peer: byProcess, GateTimeout: time.Minute})
		k := dial(t, p, "a")
		k.send(request("POST", "/images/create?fromImage=a"))
		time.Sleep(time.Hour)
		k.expect("")
		time.Sleep(2 * time.Minute)
		k.expectStart("HTTP/1.1 501 ")
		if r := p.Report(); r.MissedAll != 1 {
			t.Errorf("%d missed", r.MissedAll)
		}
	})
}

// A client that wants all of an answer which the recorded one left before its end does not
// wait for the rest for ever.
func TestACutAnswerEnds(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := exchangetest.New()
		x := s.Connect(7).Call("GET", "/images/get?names=a", "").Answer(200, decode.ContentTar, tape.Chunked)
		x.Data(decode.Response, "tar").End(decode.Client, decode.EndCancel)
		p := player(t, s, Config{Peer: byProcess, GateTimeout: time.Minute})
		k := dial(t, p, "a")
		k.send(request("GET", "/images/get?names=a"))
		k.expectStart("HTTP/1.1 200 ")
		time.Sleep(50 * time.Second)
		k.expectEnd(false)
		time.Sleep(20 * time.Second)
		k.expectEnd(true)
		if w := warnings(p); !strings.Contains(w, "#1: the recorded client left before the end of the answer to GET /images/get: it ends there") {
			t.Errorf("warnings: %s", w)
		}
	})
}

// A tar that its client reads later, to send it on, holds no other answer back.
func TestATarIsReadLate(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := exchangetest.New()
		save := s.Connect(7).Call("GET", "/images/get?names=a", "").Answer(200, decode.ContentTar, tape.Chunked)
		save.Data(decode.Response, strings.Repeat("one", 1<<16))
		remove := s.Connect(7).Call("DELETE", "/images/a", "")
		save.Data(decode.Response, strings.Repeat("two", 1<<16))
		tape.JSON(remove, 200, `[]`)
		save.EndOf(decode.Response).End(decode.Server, decode.EndEOF)
		p := player(t, s, Config{Peer: byProcess})
		here, there := newDuplex("a")
		p.ServeConn(there)
		t.Cleanup(func() { here.Close() })
		if _, err := io.WriteString(here, request("GET", "/images/get?names=a")); err != nil {
			t.Fatal(err)
		}
		k := dial(t, p, "a")
		k.send(request("DELETE", "/images/a"))
		k.expectStart("HTTP/1.1 200 ")
	})
}
