package exchange_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
)

// judged plays a script and returns the outcomes of its exchanges, by number,
// and its commands.
func judged(s *exchangetest.Script) (map[decode.ExchangeID]exchange.Outcome, []*exchange.Command) {
	out := map[decode.ExchangeID]exchange.Outcome{}
	f := exchange.NewFolder(0, func(x *exchange.Exchange, e decode.Event) {
		if _, ok := e.(*decode.ExchangeEnd); ok {
			out[x.ID] = x.Outcome()
		}
	})
	cs := f.Group(func(j exchange.Judgement) { out[j.Exchange] = j.Outcome })
	s.Play(f.Event)
	cs.Close()
	return out, cs.All()
}

// killed is docker run of a container that exits 137. It returns the connection of
// its start, which is still open.
func killed(s *exchangetest.Script, create string) *exchangetest.Conn {
	run := []string{"docker", "run", "--name", "web", "busybox"}
	c := s.Connect(1, run...)
	c.Call("POST", "/v1.47/containers/create?name=web", create).Reply(201, `{"Id":"`+web+`"}`)
	w := c.Call("POST", "/v1.47/containers/"+web+"/wait", "").Answer(200, decode.ContentJSON)
	start := s.Connect(1, run...)
	start.Call("POST", "/v1.47/containers/"+web+"/start", "").Reply(204, "")
	w.Data(decode.Response, `{"StatusCode":137}`).End(decode.Server, decode.EndEOF)
	return start
}

// terminal is docker run -it of a container that exits as told. What begins with "> " is
// typed.
func terminal(s *exchangetest.Script, exit int, talk ...string) {
	run := []string{"docker", "run", "-it", "--name", "web", "busybox"}
	c := s.Connect(1, run...)
	c.Call("POST", "/v1.47/containers/create?name=web", `{"Tty":true}`).Reply(201, `{"Id":"`+web+`"}`)
	a := s.Connect(1, run...).Call("POST", "/v1.47/containers/"+web+"/attach?stdin=1&stream=1", "").Answer(101, decode.ContentRaw)
	w := c.Call("POST", "/v1.47/containers/"+web+"/wait", "").Answer(200, decode.ContentJSON)
	s.Connect(1, run...).Call("POST", "/v1.47/containers/"+web+"/start", "").Reply(204, "")
	for _, b := range talk {
		if typed, is := strings.CutPrefix(b, "> "); is {
			a.Data(decode.Request, typed)
		} else {
			a.Data(decode.Response, b)
		}
	}
	a.End(decode.Server, decode.EndEOF)
	w.Data(decode.Response, `{"StatusCode":`+strconv.Itoa(exit)+`}`).End(decode.Server, decode.EndEOF)
}

const web = "3f2a91c0b7d43f2a91c0b7d43f2a91c0b7d43f2a91c0b7d43f2a91c0b7d40000"
const control = "/moby.buildkit.v1.Control/"
const kit = "3f2a91c0b7d43f2a91c0b7d43f2a91c0b7d43f2a91c0b7d43f2a91c0b7d4ffff"

func TestVerdicts(t *testing.T) {
	tests := []struct {
		name     string
		script   func(*exchangetest.Script)
		want     string
		outcomes string // f failed, r refused, p probe, b broken off, . ok
	}{
		{"a program that is not there", func(s *exchangetest.Script) {
			c := s.Connect(1, "docker", "run", "--name", "web", "busybox", "sh", "-c", "nosuch")
			c.Call("POST", "/v1.47/containers/create?name=web", `{"Image":"busybox"}`).Reply(201, `{"Id":"`+web+`"}`)
			a := s.Connect(1, "docker", "run", "--name", "web", "busybox", "sh", "-c", "nosuch").
				Call("POST", "/v1.47/containers/"+web+"/attach?stderr=1&stream=1", "").Answer(101, decode.ContentStdcopy)
			w := c.Call("POST", "/v1.47/containers/"+web+"/wait", "").Answer(200, decode.ContentJSON)
			s.Connect(1, "docker", "run", "--name", "web", "busybox", "sh", "-c", "nosuch").
				Call("POST", "/v1.47/containers/"+web+"/start", "").Reply(204, "")
			a.Frame(decode.Response, 2, "sh: nosuch: not found\n")
			a.End(decode.Server, decode.EndEOF)
			w.Data(decode.Response, `{"StatusCode":127}`).End(decode.Server, decode.EndEOF)
		}, "docker run: web exited 127: sh: nosuch: not found", "..f."},
		{"an image that is pulled when it is missed", func(s *exchangetest.Script) {
			c := s.Connect(1, "docker", "run", "-d", "busybox")
			c.Call("POST", "/v1.47/containers/create", `{"Image":"busybox"}`).Reply(404, `{"message":"No such image: busybox:latest"}`)
			c.Call("POST", "/v1.47/images/create?fromImage=docker.io%2Flibrary%2Fbusybox&tag=latest", "").Reply(200, "")
			c.Call("POST", "/v1.47/containers/create", `{"Image":"busybox"}`).Reply(201, `{"Id":"`+web+`"}`)
			c.Call("POST", "/v1.47/containers/"+web+"/start", "").Reply(204, "")
		}, "docker run: pulled docker.io/library/busybox:latest, started container", "p..."},
		{"an image that is not there at all", func(s *exchangetest.Script) {
			c := s.Connect(1, "docker", "run", "nosuch")
			c.Call("POST", "/v1.47/containers/create", `{"Image":"nosuch"}`).Reply(404, `{"message":"No such image: nosuch:latest"}`)
			c.Call("POST", "/v1.47/images/create?fromImage=docker.io%2Flibrary%2Fnosuch&tag=latest", "").Reply(404, `{"message":"pull access denied for nosuch"}`)
		}, "docker run: pull of docker.io/library/nosuch:latest failed: pull access denied for nosuch", "pf"},
		{"a pull that fails, and an image that is there", func(s *exchangetest.Script) { // as buildx asks for its builder
			c := s.Connect(1, "docker", "buildx", "create", "--bootstrap")
			c.Call("POST", "/v1.47/images/create?fromImage=localhost:1%2Fkit&tag=latest", "").Reply(500, `{"message":"connection refused"}`)
			c.Call("GET", "/v1.47/images/localhost:1/kit/json", "").Reply(200, `{"Id":"sha256:1"}`)
			c.Call("POST", "/v1.47/containers/create", `{"Image":"localhost:1/kit"}`).Reply(201, `{"Id":"`+web+`"}`)
			c.Call("POST", "/v1.47/containers/"+web+"/start", "").Reply(500, `{"message":"no known GPU vendor found"}`)
			c.Call("GET", "/v1.47/info", "").Reply(200, "{}")
			c.Call("POST", "/v1.47/containers/create?name=kit0", `{"Image":"localhost:1/kit"}`).Reply(201, `{"Id":"`+kit+`"}`)
			c.Call("POST", "/v1.47/containers/"+kit+"/start", "").Reply(204, "")
		}, "docker buildx create: created container, started kit0", "p..p..."},
		{"a container that does not start, and the next of its image, later", func(s *exchangetest.Script) {
			c := s.Connect(1, "suite")
			c.Call("POST", "/v1.47/containers/create", `{"Image":"db"}`).Reply(201, `{"Id":"`+web+`"}`)
			c.Call("POST", "/v1.47/containers/"+web+"/start", "").Reply(500, `{"message":"no such device"}`)
			c.Call("DELETE", "/v1.47/containers/"+web, "").Reply(204, "")
			c.Call("POST", "/v1.47/containers/create", `{"Image":"db"}`).Reply(201, `{"Id":"`+kit+`"}`)
			c.Call("POST", "/v1.47/containers/"+kit+"/start", "").Reply(204, "")
		}, "suite: container did not start: no such device", ".f..."},
		{"a container that cannot be started, and has ended before that is said", func(s *exchangetest.Script) {
			c := s.Connect(1, "docker", "run", "busybox")
			c.Call("POST", "/v1.47/containers/create?name=web", `{"Image":"busybox"}`).Reply(201, `{"Id":"`+web+`"}`)
			start := s.Connect(1, "docker", "run", "busybox").Call("POST", "/v1.47/containers/"+web+"/start", "")
			c.Call("POST", "/v1.47/containers/"+web+"/wait", "").Reply(200, `{"StatusCode":128}`)
			start.Reply(500, `{"message":"no such device"}`)
		}, "docker run: web did not start: no such device", ".ff"},
		{"a container that cannot be renamed, and a file that is no image", func(s *exchangetest.Script) {
			c := s.Connect(1, "suite")
			c.Call("POST", "/v1.47/images/create?fromSrc=-&repo=base&tag=1", "x").Reply(200, "")
			c.Call("POST", "/v1.47/containers/web/rename?name=db", "").Reply(409, `{"message":"the name is in use"}`)
		}, "suite: web was not renamed: the name is in use", ".f"},
		{"a daemon that does not answer", func(s *exchangetest.Script) {
			c := s.Connect(1, "docker", "ps")
			c.Call("HEAD", "/_ping", "").Reply(502, "")
			c.Call("GET", "/v1.47/containers/json", "").Reply(502, `{"message":"cannot connect to upstream"}`)
		}, "docker ps: cannot connect to upstream", "ff"},
		{"a kill that nobody asked for", func(s *exchangetest.Script) { killed(s, `{"Image":"busybox"}`) },
			"docker run: web exited 137 (SIGKILL)", ".f."},
		{"a kill of one whose memory is limited", func(s *exchangetest.Script) { killed(s, `{"Image":"busybox","HostConfig":{"Memory":8388608}}`) },
			"docker run: web exited 137 (SIGKILL), out of memory?", ".f."},
		{"a daemon that stops, and kills its containers", func(s *exchangetest.Script) {
			killed(s, `{"Image":"busybox","HostConfig":{"Memory":8388608}}`).Fail(decode.Server, decode.EndEOF, "")
		}, "docker run: web exited 137 (SIGKILL), the daemon stopped", ".f."},
		{"a build, and calls that an old daemon has not", func(s *exchangetest.Script) {
			c := s.Connect(1, "docker", "buildx", "build", ".")
			grpc := c.Request("POST", "/grpc", "Upgrade: h2c").EndOf(decode.Request).Answer(101, decode.ContentHTTP2)
			grpc.Stream(false, control+"Info").Message(decode.Request, "{}").Status(12, "unknown method Info")
			grpc.Stream(false, control+"Solve").Message(decode.Request, `{"Ref":"r1","Frontend":"dockerfile.v0"}`).Message(decode.Response, "{}").Status(0, "")
			grpc.Stream(false, control+"ListenBuildHistory").Message(decode.Request, "{}").Status(12, "unknown method ListenBuildHistory")
			grpc.Stream(false, "/opentelemetry.proto.collector.trace.v1.TraceService/Export").Message(decode.Request, "{}").Status(12, "unknown service")
			grpc.End(decode.Client, decode.EndCancel)
			c.Close()
		}, "docker buildx build: built 0 steps, 0 cached, 0.0s", ".p.pp"},
		{"a call that an old daemon has not", func(s *exchangetest.Script) {
			c := s.Connect(1, "docker", "buildx", "history", "ls")
			grpc := c.Request("POST", "/grpc", "Upgrade: h2c").EndOf(decode.Request).Answer(101, decode.ContentHTTP2)
			grpc.Stream(false, control+"ListenBuildHistory").Message(decode.Request, "{}").Status(12, "unknown method ListenBuildHistory")
			grpc.End(decode.Client, decode.EndCancel)
			c.Close()
		}, "docker buildx history: BuildKitControl failed: unknown method ListenBuildHistory", ".f"},
		{"a look at nothing", func(s *exchangetest.Script) {
			c := s.Connect(1, "docker", "inspect", "nosuch")
			c.Call("GET", "/v1.47/containers/nosuch/json", "").Reply(404, `{"message":"No such container: nosuch"}`)
			c.Call("GET", "/v1.47/images/nosuch/json", "").Reply(404, `{"message":"No such image: nosuch"}`)
			c.Close()
		}, "docker inspect: no such object: nosuch", "pf"},
		{"what was done to a thing that has a name", func(s *exchangetest.Script) {
			c := s.Connect(1, "suite")
			c.Call("POST", "/v1.47/containers/create?name=web", `{"Image":"busybox"}`).Reply(201, `{"Id":"`+web+`"}`)
			c.Call("POST", "/v1.47/containers/"+web+"/restart", "").Reply(204, "")
			c.Call("POST", "/v1.47/containers/"+web+"/pause", "").Reply(204, "")
			c.Call("POST", "/v1.47/images/busybox/tag?repo=base&tag=1", "").Reply(201, "")
			c.Call("POST", "/v1.47/networks/inner/connect", `{"Container":"web"}`).Reply(200, "")
		}, "suite: created web, restarted web, paused web, tagged busybox as base:1, connected inner", "....."},
		{"a message with the id of a thing that has a name", func(s *exchangetest.Script) {
			c := s.Connect(1, "suite")
			c.Call("POST", "/v1.47/containers/create?name=web", `{"Image":"busybox"}`).Reply(201, `{"Id":"`+web+`"}`)
			c.Call("GET", "/v1.47/containers/web/archive?path=/x", "").Reply(404, `{"message":"Could not find the file /x in container `+web+`"}`)
		}, "suite: Could not find the file /x in container web", ".f"},
		{"a shell whose last command failed without a word", func(s *exchangetest.Script) {
			terminal(s, 1, "/ # \x1b[6n", "> echo hello\r", "echo hello\r\nhello\r\n/ # ", "> false\r", "false\r\n/ # ", "> exit\r", "exit", "\r\n")
		}, "docker run: web exited 1", "..f."},
		{"a shell whose last command said why", func(s *exchangetest.Script) {
			terminal(s, 127, "/ # ", "> nosuch", "nosuch", "> \r", "\r\nsh: nosuch: not found\r\n/ # ", "> \x04", "\r\n")
		}, "docker run: web exited 127: sh: nosuch: not found", "..f."},
		{"a program that asked", func(s *exchangetest.Script) {
			terminal(s, 2, "name: ", "> bob\n", "bob\r\n", "nobody is called bob")
		}, "docker run: web exited 2: nobody is called bob", "..f."},
		{"a shell that was killed at its prompt", func(s *exchangetest.Script) {
			terminal(s, 137, "hello\r\n", "/ # \x1b[6n", "> ls\r", "ls\r\n/ # \x1b[6n")
		}, "docker run: web exited 137 (SIGKILL)", "..f."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := exchangetest.New()
			test.script(s)
			outcomes, commands := judged(s)
			if len(commands) != 1 {
				t.Fatalf("%d commands", len(commands))
			}
			if got := commands[0].Verdict().Line; got != test.want {
				t.Errorf("verdict\n%s, want\n%s", got, test.want)
			}
			got := ""
			for id := range decode.ExchangeID(len(outcomes)) {
				got += string("-.rpfb"[outcomes[id+1].Result])
			}
			if got != test.outcomes {
				t.Errorf("outcomes %s, want %s", got, test.outcomes)
			}
		})
	}
}
