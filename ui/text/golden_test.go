package text

import (
	"bytes"
	"encoding/base64"
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/decode/filter"
	"github.com/dockwire/dockwire/decode/golden"
	"github.com/dockwire/dockwire/decode/grpc"
)

var start = time.Date(2026, 11, 23, 14, 2, 11, 123e6, time.UTC)

const id = "3f2a91c0b7d43f2a91c0b7d43f2a91c0b7d43f2a91c0b7d43f2a91c0b7d40000"

// run is docker run -i, with another client beside it.
func run() *exchangetest.Script {
	s := exchangetest.New()
	c := s.Connect(4711, "docker", "run", "--rm", "-i", "busybox", "cat")
	c.Request("HEAD", "/_ping").EndOf(decode.Request).Reply(200, "", "Api-Version: 1.47")
	c.Call("POST", "/v1.47/containers/create?name=web", `{"Image":"busybox","Env":["TOKEN={{redacted.env.1}}"]}`, "Content-Type: application/json").
		Event(&decode.Data{Dir: decode.Request, Fd: decode.NoFd, Redacted: []decode.Redaction{{At: "body/Env/0", As: "env.1"}}}).
		Reply(201, `{"Id":"`+id+`","Warnings":[]}`, "Content-Type: application/json")
	attach := s.Connect(4711, "docker", "run", "--rm", "-i", "busybox", "cat").
		Call("POST", "/v1.47/containers/"+id+"/attach?stderr=1&stdin=1&stdout=1&stream=1", "", "Connection: Upgrade", "Upgrade: tcp")
	attach.Head().Content = decode.ContentRaw
	attach.Answer(101, decode.ContentStdcopy, "Content-Type: application/vnd.docker.multiplexed-stream")
	wait := c.Call("POST", "/v1.47/containers/"+id+"/wait?condition=removed", "").Answer(200, decode.ContentJSON)
	third := s.Connect(4711, "docker", "run", "--rm", "-i", "busybox", "cat")
	s.Wait(250 * time.Millisecond)
	third.Call("POST", "/v1.47/containers/"+id+"/start", "").Reply(204, "")
	attach.Frame(decode.Request, decode.NoFd, "hello\n")
	attach.Frame(decode.Response, 1, "hello\n")
	other := s.Connect(815, "docker", "ps", "-a")
	s.Wait(120 * time.Millisecond)
	other.Call("GET", "/v1.47/containers/json?all=1", "").Reply(200, `[{"Id":"`+id+`","Names":["/web"],"Image":"busybox","State":"running"}]`)
	attach.Frame(decode.Response, 2, "cat: write error: \x1b[31mNo space left on device\x1b[0m, which is a rather long message to put on one line of a terminal\n")
	attach.Event(&decode.DirectionEnd{Dir: decode.Request})
	s.Wait(3 * time.Second)
	attach.End(decode.Server, decode.EndEOF)
	wait.Data(decode.Response, `{"StatusCode":7}`+"\n").End(decode.Server, decode.EndEOF)
	other.Close()
	return s
}

// trouble is what goes wrong, and what is long.
func trouble() *exchangetest.Script {
	s := exchangetest.New()
	c := s.Connect(1, "docker", "pull", "nope/nope")
	x := c.Call("POST", "/v1.47/images/create?fromImage=nope%2Fnope&tag=latest", "").Answer(200, decode.ContentJSONStream)
	x.Data(decode.Response, `{"status":"Pulling from nope/nope","id":"latest"}`+"\r\n")
	for range 50 {
		s.Wait(20 * time.Millisecond)
		x.Data(decode.Response, `{"status":"Downloading","progressDetail":{"current":36864,"total":3623807},"progress":"[=>  ]","id":"0a9a5dfd008f"}`+"\r\n")
	}
	x.Data(decode.Response, `{"errorDetail":{"message":"toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading"},"error":"x"}`+"\r\n")
	x.End(decode.Server, decode.EndEOF)
	c.Call("GET", "/v1.47/containers/none/json", "").Reply(404, `{"message":"No such container: none"}`)
	logs := c.Call("GET", "/v1.47/containers/web/logs?follow=1&stdout=1", "").Answer(200, decode.ContentStdcopy)
	for range 1234 {
		logs.Frame(decode.Response, 1, "a line of a program that talks too much\n")
	}
	logs.Event(&decode.Gap{Dir: decode.Response, Bytes: 1 << 20, Why: "queue full"})
	logs.Event(&decode.Anomaly{Dir: decode.Response, Reason: "stdcopy header of no known stream", Bytes: []byte("\x09\x00\x00\x00\xff\xff\xff\xff")})
	logs.End(decode.Client, decode.EndCancel)
	load := c.Request("POST", "/v1.47/images/load?quiet=1")
	load.Event(&decode.Omitted{Dir: decode.Request, Bytes: 734003200, Total: 734003200, Why: "tar upload"})
	s.Wait(400 * time.Millisecond)
	load.Answer(200, decode.ContentJSON).End(decode.Server, decode.EndReset)
	c.Call("GET", "/v1.47/events", "").Event(&decode.ExchangeEnd{By: decode.Recorder, How: decode.EndCancel})
	c.Call("GET", "/what/is/this?x=1", "").End(decode.Client, decode.EndCancel)
	s.Add(&decode.Mark{Text: "the recording was taken up again"})
	s.Connect(2).Fail(decode.Client, decode.EndReset, "read: connection reset by peer")
	s.Wait(24 * time.Hour)
	c.Call("GET", "/v1.47/containers/web/logs", "").Answer(200, decode.ContentText)
	s.Wait(time.Second)
	s.ConnectPeer(decode.Peer{Address: "10.0.0.7:5123", Name: "ada"}).Call("GET", "/version", "", "User-Agent: curl/8").Reply(200, `{"Version":"28.3.3","ApiVersion":"1.51"}`)
	return s
}

// Clients without buildx get BuildKit's progress inside of the build's answer.
func TestProgressInBase64(t *testing.T) {
	s := exchangetest.New()
	x := s.Connect(1, "docker", "build", ".").Call("POST", "/v1.41/build?version=2&buildid=b1&session=s1&remote=client-session&t=web", "").Answer(200, decode.ContentJSONStream)
	for _, doc := range []string{
		`{"vertexes":[{"digest":"sha256:a","name":"[1/2] FROM busybox","cached":true,"started":"2026-11-25T22:00:00Z","completed":"2026-11-25T22:00:00Z"},{"digest":"sha256:b","name":"[2/2] RUN make","started":"2026-11-25T22:00:00Z"}]}`,
		`{"logs":[{"vertex":"sha256:b","msg":"made\n"}],"vertexes":[{"digest":"sha256:b","name":"[2/2] RUN make","completed":"2026-11-25T22:00:02Z"}]}`,
	} {
		b, err := grpc.Encode(grpc.TypeNamed("moby.buildkit.v1.StatusResponse"), []byte(doc))
		if err != nil {
			t.Fatal(err)
		}
		x.Data(decode.Response, `{"id":"moby.buildkit.trace","aux":"`+base64.StdEncoding.EncodeToString(b)+`"}`+"\n")
	}
	x.Data(decode.Response, `{"id":"moby.image.id","aux":{"ID":"sha256:1234"}}`+"\n").End(decode.Server, decode.EndEOF)
	golden.Check(t, "testdata/build-old.txt", played(s, Options{Streams: true, Start: start, Location: time.UTC}))
}

func TestGolden(t *testing.T) {
	only, err := filter.Parse("op:ContainerWait or is:error")
	if err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]Options{
		"plain":   {Streams: true},
		"40":      {Streams: true, Width: 40},
		"80":      {Streams: true, Width: 80},
		"120":     {Streams: true, Width: 120},
		"color":   {Streams: true, Width: 100, Color: true, FirstCommand: true},
		"quiet":   {},
		"details": {Streams: true, Headers: true, Body: true, Width: 100},
		"raw":     {Raw: true},
		"filter":  {Streams: true, Filter: only},
	} {
		for story, s := range map[string]*exchangetest.Script{"run": run(), "trouble": trouble(), "build": exchangetest.Build()} {
			o.Start, o.Location = start, time.UTC
			t.Run(story+"-"+name, func(t *testing.T) {
				golden.Check(t, "testdata/"+story+"-"+name+".txt", played(s, o))
			})
		}
	}
}

func played(s *exchangetest.Script, o Options) []byte {
	var out bytes.Buffer
	p := NewPrinter(&out, o)
	s.Play(p.Event)
	p.Close()
	return out.Bytes()
}
