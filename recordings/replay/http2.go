package replay

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"strings"

	"github.com/dockwire/dockwire/decode"
)

// http2Start is what is read as a request of a client that speaks HTTP/2 from the
// first byte, as dockerd lets it since Engine 29.2.
const http2Start = "PRI * HTTP/2.0\r\n\r\n"

// speaksHTTP2 reports whether that is how the client began.
func (in *incoming) speaksHTTP2() bool {
	return in.err == nil && in.method == "PRI" && in.target == "*"
}

// http2 answers a client that speaks HTTP/2, until it leaves. Each of its requests
// goes over a connection of its own inside this process and is answered there as
// any other.
func (c *conn) http2() {
	tr := &http.Transport{DisableCompression: true, DialContext: func(context.Context, string, string) (net.Conn, error) {
		here, there := net.Pipe()
		c.p.ServeConn(&insideConn{there, c})
		return here, nil
	}}
	defer tr.CloseIdleConnections()
	serveHTTP2(&begunConn{c.nc, io.MultiReader(strings.NewReader(http2Start), c.br)}, &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host, r.Out.URL.RawQuery = "http", "docker", r.In.URL.RawQuery
		},
		Transport: tr, FlushInterval: -1,
		ErrorLog: log.New(io.Discard, "", 0), // clients leave in the middle of a stream
	})
}

// begunConn is a connection whose first bytes were read.
type begunConn struct {
	net.Conn
	from io.Reader
}

func (c *begunConn) Read(p []byte) (int, error) { return c.from.Read(p) }

// insideConn is a connection of a client that speaks HTTP/2.
type insideConn struct {
	net.Conn
	of *conn
}

func (c *insideConn) RemoteAddr() net.Addr { return c.of.nc.RemoteAddr() }

// asHTTP1 is a head of HTTP/2 as HTTP/1.1 says it, and how its body is framed
// there.
func asHTTP1(e *decode.ResponseHead) (raw []byte, framing decode.Framing) {
	var b strings.Builder
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\n", e.Status, http.StatusText(e.Status))
	length := false
	for _, f := range e.Fields {
		if !strings.HasPrefix(f.Name, ":") {
			fmt.Fprintf(&b, "%s: %s\r\n", f.Name, f.Value)
		}
		length = length || f.Name == "content-length"
	}
	framing = e.Framing
	switch {
	case length && framing != decode.FramingNone:
		framing = decode.FramingLength
	case framing != decode.FramingNone:
		framing = decode.FramingChunked
		b.WriteString("Transfer-Encoding: chunked\r\n")
	case !length && e.Status >= 200 && e.Status != http.StatusNoContent && e.Status != http.StatusNotModified:
		b.WriteString("Content-Length: 0\r\n")
	}
	b.WriteString("\r\n")
	return []byte(b.String()), framing
}
