package decode

import (
	"bytes"
	"fmt"
	"testing"
	"time"
)

// readSize is what the relay reads at most at once.
const readSize = 32 << 10

// BenchmarkBody decodes 1 GiB-like bodies: throughput in bytes of body.
func BenchmarkBody(b *testing.B) {
	payload := bytes.Repeat([]byte("0123456789abcdef"), 4<<20/16)
	chunked, frames := chunkedBody(payload, 32<<10), framesBody(payload, 8<<10)
	for _, bm := range []struct {
		name, target, head string
		body               []byte
	}{
		{"length", "/v1.47/images/x/get", fmt.Sprintf("Content-Length: %d\r\n", len(payload)), payload},
		{"chunked", "/v1.47/images/x/get", "Transfer-Encoding: chunked\r\n", chunked},
		{"stdcopy", "/v1.47/containers/x/logs", fmt.Sprintf("Content-Type: application/vnd.docker.multiplexed-stream\r\nContent-Length: %d\r\n", len(frames)), frames},
		{"json", "/v1.47/events", "Transfer-Encoding: chunked\r\n", chunkedBody(jsonBody(len(payload)), 4<<10)},
	} {
		b.Run(bm.name, func(b *testing.B) {
			request := []byte("GET " + bm.target + " HTTP/1.1\r\nHost: d\r\n\r\n")
			head := []byte("HTTP/1.1 200 OK\r\n" + bm.head + "\r\n")
			var n int64
			sess := NewSession(func(e Event) {
				if d, ok := e.(*Data); ok {
					n += int64(len(d.Bytes))
				}
			})
			c := sess.Open(ConnOpened{Origin: Origin{Conn: 1}})
			b.SetBytes(int64(len(bm.body)))
			b.ReportAllocs()
			for b.Loop() {
				c.Feed(Request, 0, request)
				c.Feed(Response, 0, head)
				for p := bm.body; len(p) > 0; {
					k := min(len(p), readSize)
					c.Feed(Response, 0, p[:k])
					p = p[k:]
				}
			}
			if open := len(c.top.(*opening).chosen.(*http1).open); open != 0 || n == 0 {
				b.Fatal("exchanges left open", open, n)
			}
		})
	}
}

func chunkedBody(p []byte, size int) []byte {
	var b bytes.Buffer
	for len(p) > 0 {
		k := min(len(p), size)
		fmt.Fprintf(&b, "%x\r\n%s\r\n", k, p[:k])
		p = p[k:]
	}
	b.WriteString("0\r\n\r\n")
	return b.Bytes()
}

func framesBody(p []byte, size int) []byte {
	var b bytes.Buffer
	for len(p) > 0 {
		k := min(len(p), size)
		b.Write([]byte{1, 0, 0, 0, byte(k >> 24), byte(k >> 16), byte(k >> 8), byte(k)})
		b.Write(p[:k])
		p = p[k:]
	}
	return b.Bytes()
}

func jsonBody(n int) []byte {
	line := []byte(`{"status":"exec_create: sh -c \"true\"","id":"4f5e6d","Type":"container","Action":"die","Actor":{"ID":"4f5e6d","Attributes":{"exitCode":"0","image":"busybox","name":"web"}},"time":1700000000}` + "\n")
	return bytes.Repeat(line, n/len(line))
}

// BenchmarkExchange decodes small exchanges as they come one after another on
// a connection.
func BenchmarkExchange(b *testing.B) {
	request := []byte("GET /v1.47/containers/4f5e6d7c8b9a/json HTTP/1.1\r\nHost: api.moby.localhost\r\nUser-Agent: Docker-Client/28.2.2 (linux)\r\n\r\n")
	body := `{"Id":"4f5e6d7c8b9a","Name":"/web","Config":{"Tty":false}}` + "\n"
	response := []byte("HTTP/1.1 200 OK\r\nApi-Version: 1.47\r\nContent-Type: application/json\r\nDocker-Experimental: false\r\nOstype: linux\r\nServer: Docker/27.0.0 (linux)\r\nDate: Mon, 02 Jan 2023 15:04:05 GMT\r\nContent-Length: " + fmt.Sprint(len(body)) + "\r\n\r\n" + body)
	ping := []byte("HEAD /_ping HTTP/1.1\r\nHost: api.moby.localhost\r\nUser-Agent: Docker-Client/28.2.2 (linux)\r\n\r\n")
	list := []byte("GET /v1.47/containers/json?all=1 HTTP/1.1\r\nHost: api.moby.localhost\r\nUser-Agent: Docker-Client/28.2.2 (linux)\r\n\r\n")
	for _, bm := range []struct {
		name    string
		request []byte
		reply   []byte
	}{{"inspect", request, response}, {"list", list, response}, {"ping", ping, response[:len(response)-len(body)]}} {
		b.Run(bm.name, func(b *testing.B) {
			ended := 0
			sess := NewSession(func(e Event) {
				if _, ok := e.(*ExchangeEnd); ok {
					ended++
				}
			})
			c := sess.Open(ConnOpened{Origin: Origin{Conn: 1}})
			b.ReportAllocs()
			at := time.Duration(0)
			for b.Loop() {
				at++
				c.Feed(Request, at, bm.request)
				c.Feed(Response, at, bm.reply)
			}
			if time.Duration(ended) != at {
				b.Fatal("exchanges ended:", ended, "of", at)
			}
		})
	}
}
