package redact

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
)

func benchBody(n int) []byte {
	var b strings.Builder
	b.WriteString("[")
	for i := 0; b.Len() < n; i++ {
		if i > 0 {
			b.WriteString(",")
		}
		fmt.Fprintf(&b, `{"Id":"%064x","Names":["/web-%d"],"Image":"nginx:1.27","ImageID":"sha256:%064x","Command":"/docker-entrypoint.sh nginx -g 'daemon off;'","Created":1732370000,"Ports":[{"IP":"0.0.0.0","PrivatePort":80,"PublicPort":8080,"Type":"tcp"}],"Labels":{"com.docker.compose.project":"shop","com.docker.compose.service":"web","maintainer":"NGINX Docker Maintainers <docker-maint@nginx.com>"},"State":"running","Status":"Up 3 hours","HostConfig":{"NetworkMode":"shop_default"},"NetworkSettings":{"Networks":{"shop_default":{"IPAMConfig":null,"Links":null,"Aliases":null,"MacAddress":"02:42:ac:12:00:02","DriverOpts":null,"NetworkID":"%064x","EndpointID":"%064x","Gateway":"172.18.0.1","IPAddress":"172.18.0.2","IPPrefixLen":16,"IPv6Gateway":"","GlobalIPv6Address":"","GlobalIPv6PrefixLen":0,"DNSNames":null}}},"Mounts":[]}`, i*7919, i, i*104729, i, i)
	}
	b.WriteString("]\n")
	return []byte(b.String())
}

// BenchmarkJSON is plain JSON in pieces of 32 KiB, of an operation whose table
// has paths in it and of one that has none.
func BenchmarkJSON(b *testing.B) {
	body := benchBody(256 << 10)
	for _, op := range []string{"ContainerList", "SystemVersion"} {
		b.Run(op, func(b *testing.B) {
			r := New(Options{}, func(decode.Event) {})
			o := decode.Origin{Conn: 1, Exchange: 1}
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			head := &decode.RequestHead{Origin: o, Method: "GET", Target: "/x", Call: engine.Call{Op: engine.Find(op)}, Content: decode.ContentNone}
			res := &decode.ResponseHead{Origin: o, Status: 200, Content: decode.ContentJSON}
			d := &decode.Data{Origin: o, Dir: decode.Response, Fd: decode.NoFd}
			end := &decode.ExchangeEnd{Origin: o}
			for b.Loop() {
				r.Event(head)
				r.Event(res)
				for rest := body; len(rest) > 0; {
					n := min(len(rest), 32<<10)
					d.Bytes = rest[:n]
					r.Event(d)
					rest = rest[n:]
				}
				r.Event(end)
			}
		})
	}
}

func BenchmarkExchange(b *testing.B) {
	fields := []decode.Field{{Name: "Host", Value: "api.moby.localhost"}, {Name: "User-Agent", Value: "Docker-Client/28.2.2 (linux)"}}
	answer := []decode.Field{{Name: "Api-Version", Value: "1.47"}, {Name: "Content-Type", Value: "application/json"}, {Name: "Date", Value: "Mon, 23 Nov 2026 18:45:18 GMT"}, {Name: "Docker-Experimental", Value: "false"}, {Name: "Ostype", Value: "linux"}, {Name: "Server", Value: "Docker/28.2.2 (linux)"}, {Name: "Content-Length", Value: "88"}}
	auth := append(fields[:2:2], decode.Field{Name: "X-Registry-Auth", Value: "eyJ1c2VybmFtZSI6Im1lIiwicGFzc3dvcmQiOiJwdyJ9"})
	create := `{"Hostname":"","Env":["POSTGRES_USER=app","POSTGRES_PASSWORD=hunter2"],"Cmd":["postgres"],"Image":"postgres:16","Labels":{},"HostConfig":{"Binds":null,"NetworkMode":"default"}}`
	for _, c := range []struct {
		name, method, target string
		fields               []decode.Field
		request, response    string
	}{
		{"ping", "HEAD", "/_ping", fields, "", ""},
		{"wait", "POST", "/v1.47/containers/4f2c/wait?condition=next-exit", fields, "", `{"StatusCode":0}` + "\n"},
		{"version", "GET", "/v1.47/version", fields, "", `{"Version":"28.2.2","ApiVersion":"1.47","GoVersion":"go1.26","Os":"linux","Arch":"amd64"}` + "\n"},
		{"pull with auth", "POST", "/v1.47/images/create?fromImage=x&tag=1", auth, "", `{"status":"Pulling","id":"x"}` + "\r\n"},
		{"create with env", "POST", "/v1.47/containers/create?name=db", fields, create, `{"Id":"` + strings.Repeat("4f2c", 16) + `","Warnings":[]}` + "\n"},
	} {
		b.Run(c.name, func(b *testing.B) {
			r := New(Options{}, func(decode.Event) {})
			b.ReportAllocs()
			req := &decode.RequestHead{Method: c.method, Target: c.target, Fields: c.fields, Call: engine.Lookup(c.method, c.target)}
			if c.request != "" {
				req.Content = decode.ContentJSON
			} else {
				req.Content = decode.ContentNone
			}
			res := &decode.ResponseHead{Status: 200, Fields: answer, Content: decode.ContentJSON}
			in, out := &decode.Data{Fd: decode.NoFd, Bytes: []byte(c.request)}, &decode.Data{Fd: decode.NoFd, Dir: decode.Response, Bytes: []byte(c.response)}
			end, outEnd, done := &decode.DirectionEnd{}, &decode.DirectionEnd{Dir: decode.Response}, &decode.ExchangeEnd{}
			for b.Loop() {
				req.Exchange++
				id := req.Exchange
				res.Exchange, in.Exchange, out.Exchange, end.Exchange, outEnd.Exchange, done.Exchange = id, id, id, id, id, id
				r.Event(req)
				if len(in.Bytes) > 0 {
					r.Event(in)
				}
				r.Event(end)
				r.Event(res)
				if len(out.Bytes) > 0 {
					r.Event(out)
				}
				r.Event(outEnd)
				r.Event(done)
			}
		})
	}
}

// BenchmarkStream is output of a container: it passes by.
func BenchmarkStream(b *testing.B) {
	r := New(Options{}, func(decode.Event) {})
	o := decode.Origin{Conn: 1, Exchange: 1}
	r.Event(&decode.RequestHead{Origin: o, Method: "POST", Target: "/containers/x/attach", Call: engine.Lookup("POST", "/containers/x/attach")})
	r.Event(&decode.ResponseHead{Origin: o, Status: 101, Content: decode.ContentRaw, Framing: decode.FramingHijack})
	d := &decode.Data{Origin: o, Dir: decode.Response, Fd: 1, Bytes: make([]byte, 32<<10)}
	b.SetBytes(int64(len(d.Bytes)))
	b.ReportAllocs()
	for b.Loop() {
		r.Event(d)
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		New(Options{}, nil)
	}
}
