package exchangetest

import (
	"strconv"
	"strings"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/digest"
	"github.com/dockwire/dockwire/decode/engine"
)

// Stream begins a gRPC call in the byte stream that x has become.
func (x *Exchange) Stream(byDaemon bool, path string, fields ...string) *Exchange {
	s := x.c.s
	s.x++
	c := &Exchange{c: x.c, id: s.x}
	c.req = &decode.RequestHead{
		Parent: x.id, Stream: uint32(s.x)*2 + 1, ByDaemon: byDaemon,
		Method: "POST", Target: path, Proto: "HTTP/2.0", Fields: parse(fields), Call: engine.Lookup("POST", path),
		Framing: decode.FramingHTTP2, Length: -1, Content: decode.ContentGRPC,
	}
	c.event(c.req)
	return c
}

// Message sends a gRPC message.
func (x *Exchange) Message(d decode.Direction, doc string) *Exchange {
	if d == decode.Response && x.res == nil {
		x.Answer(200, decode.ContentGRPC)
		x.res.Framing = decode.FramingHTTP2
	}
	return x.Event(&decode.Message{Dir: d, JSON: []byte(doc), Size: int64(len(doc))})
}

// Status ends a gRPC call with that status.
func (x *Exchange) Status(code int, message string) *Exchange {
	x.EndOf(decode.Request)
	if x.res == nil {
		x.Answer(200, decode.ContentGRPC)
	}
	trailer := []decode.Field{{Name: "grpc-status", Value: strconv.Itoa(code)}}
	if message != "" {
		trailer = append(trailer, decode.Field{Name: "grpc-message", Value: message})
	}
	x.done[decode.Response] = true
	x.Event(&decode.DirectionEnd{Dir: decode.Response, Trailer: trailer})
	return x.End(decode.Server, decode.EndEOF)
}

// Build is a build by buildx: a feature probe, then a build whose last step
// fails.
func Build() *Script {
	const (
		solve  = "/moby.buildkit.v1.Control/Solve"
		status = "/moby.buildkit.v1.Control/Status"
	)
	s := New()
	client := func() *Conn { return s.Connect(4711, "docker", "buildx", "build", "-t", "web", ".") }
	c := client()
	grpc := c.Request("POST", "/grpc", "Upgrade: h2c").EndOf(decode.Request).Answer(101, decode.ContentHTTP2)
	grpc.Stream(false, solve).Message(decode.Request, `{"Ref":"probe","Session":"s0","Internal":true}`).Message(decode.Response, `{}`).Status(0, "")
	back := client()
	session := back.Request("POST", "/session", "Upgrade: h2c", "X-Docker-Expose-Session-Uuid: s1",
		"X-Docker-Expose-Session-Grpc-Method: /moby.filesync.v1.FileSync/DiffCopy").EndOf(decode.Request).Answer(101, decode.ContentHTTP2)
	build := grpc.Stream(false, solve, "traceparent: 00-e82bd6fe620fe4c619768f4f0f572c02-c6b17633ec5e5624-01").Message(decode.Request, `{"Ref":"r1","Session":"s1","Frontend":"dockerfile.v0","FrontendAttrs":{"build-arg:API_TOKEN":"{{redacted.build_arg.1}}","filename":"Dockerfile","target":"last"},`+
		`"ExporterDeprecated":"moby","Exporters":[{"Type":"moby","Attrs":{"name":"web"}}]}`)
	progress := grpc.Stream(false, status).Message(decode.Request, `{"Ref":"r1"}`)
	progress.Message(decode.Response, `{"vertexes":[{"digest":"sha256:a","name":"[internal] load build context","started":"2026-11-25T22:00:00Z"},{"digest":"sha256:b","name":"[1/3] FROM busybox"},`+
		`{"digest":"sha256:c","name":"[2/3] COPY . /src"},{"digest":"sha256:d","name":"[3/3] RUN make"}]}`)
	files := session.Stream(true, "/moby.filesync.v1.FileSync/DiffCopy", "dir-name: context")
	files.Message(decode.Response, `{"stat":{"path":"a.txt","mode":420,"size":5}}`).Message(decode.Response, `{"stat":{"path":"b.txt","mode":420,"size":9}}`).Message(decode.Response, `{}`)
	files.Message(decode.Request, `{"type":"PACKET_REQ","ID":1}`).Message(decode.Response, `{"type":"PACKET_DATA","ID":1,"data":{"n":9}}`).
		Event(&decode.Message{Dir: decode.Response, JSON: []byte(`{"type":"PACKET_DATA","ID":1}`), Size: 4, Digest: digest.SHA256.Digest(strings.Repeat("b7", 32))}).Status(0, "")
	progress.Message(decode.Response, `{"vertexes":[{"digest":"sha256:a","name":"[internal] load build context","started":"2026-11-25T22:00:00Z","completed":"2026-11-25T22:00:00.1Z"},`+
		`{"digest":"sha256:b","name":"[1/3] FROM busybox","cached":true,"started":"2026-11-25T22:00:00.1Z","completed":"2026-11-25T22:00:00.1Z"},`+
		`{"digest":"sha256:c","name":"[2/3] COPY . /src","started":"2026-11-25T22:00:00.1Z"}]}`)
	s.Wait(200 * time.Millisecond)
	progress.Message(decode.Response, `{"vertexes":[{"digest":"sha256:c","name":"[2/3] COPY . /src","started":"2026-11-25T22:00:00.1Z","completed":"2026-11-25T22:00:00.3Z"},`+
		`{"digest":"sha256:d","name":"[3/3] RUN make","started":"2026-11-25T22:00:00.3Z"}],"logs":[{"vertex":"sha256:d","stream":1,"msg":"cc -o web\n"}]}`)
	session.Stream(true, "/moby.buildkit.secrets.v1.Secrets/GetSecret").Message(decode.Request, `{"ID":"mysecret"}`).Message(decode.Response, `{"data":"{{redacted.build_secret.1}}"}`).Status(0, "")
	session.Stream(true, "/moby.filesync.v1.Auth/Credentials").Message(decode.Request, `{"Host":"localhost:5000"}`).Message(decode.Response, `{}`).Status(0, "")
	s.Wait(time.Second)
	progress.Message(decode.Response, `{"logs":[{"vertex":"sha256:d","stream":2,"msg":"make: *** [web] Error 1\n"}],"vertexes":[{"digest":"sha256:d","name":"[3/3] RUN make","started":"2026-11-25T22:00:00.3Z","completed":"2026-11-25T22:00:01.3Z",`+
		`"error":"process \"/bin/sh -c make\" did not complete successfully: exit code: 2"}]}`)
	progress.Status(0, "")
	build.Status(2, "process%20\"/bin/sh -c make\" did not complete successfully: exit code: 2")
	grpc.Stream(false, "/opentelemetry.proto.collector.trace.v1.TraceService/Export").
		Message(decode.Request, `{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":{"b64":"6CvW/mIP5MYZdo9PD1csAg=="},"name":"build","startTimeUnixNano":"1795644000000000000","endTimeUnixNano":"1795644001500000000","status":{"message":"exit code: 2","code":"STATUS_CODE_ERROR"}}]}]}]}`).
		Message(decode.Response, `{}`).Status(0, "")
	session.End(decode.Client, decode.EndCancel)
	grpc.End(decode.Client, decode.EndCancel)
	c.Close()
	back.Close()
	return s
}
