package exchange_test

import (
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
)

// What net/http's server refuses, and the words for it in the exchange's row.
func TestARefusedRequestSaysWhy(t *testing.T) {
	for _, c := range []struct{ request, why string }{
		{"GET /_ping HTTP/1.1\r\n\r\n", "missing required Host header"},
		{"HEAD /_ping HTTP/1.1\r\n\r\n", "missing required Host header"},
		{"GET /_ping HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "too many Host headers"},
		{"HEAD /_ping HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "too many Host headers"},
		{"GET /_ping HTTP/1.1\r\nHost: a\r\nno colon here\r\n\r\n", "no colon here"},
		{"GET /_ping HTTP/1.1\r\nHost: a\r\nX-Empty:\r\nContent-Length: x\r\n\r\n", `bad Content-Length "x"`},
		{"GET /_ping HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "multiple Content-Length"},
		{"GET /_p ing HTTP/1.1\r\nHost: a\r\n\r\n", "malformed HTTP version"},
		{"GET /_ping\r\n\r\n", "malformed HTTP request"},
		{"GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", "invalid URL escape"},
		{"GET /_ping HTTP/3.1\r\nHost: a\r\n\r\n", "unsupported protocol version"},
		{"GET /_ping HTTP/1.1\r\nHost: a\r\nX: " + strings.Repeat("x", 2<<20) + "\r\n\r\n", "longer than 1 MiB"},
	} {
		x := refused(t, c.request)
		if x == nil {
			t.Errorf("%.60q: no exchange", c.request)
			continue
		}
		for what, got := range map[string]string{"error": x.Error(), "summary": x.Summary()} {
			if !strings.Contains(got, c.why) {
				t.Errorf("%.60q: %s %q, want %q", c.request, what, got, c.why)
			}
		}
	}
}

// refused is the exchange of a request that a server of net/http answers.
func refused(t *testing.T, request string) (got *exchange.Exchange) {
	t.Helper()
	s := &http.Server{ErrorLog: log.New(io.Discard, "", 0), Handler: http.NotFoundHandler()}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = s.Serve(l) }()
	defer s.Close()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	go func() { _, _ = io.WriteString(c, request) }()
	answer, err := io.ReadAll(c) // a reset comes when it has not read all
	if len(answer) == 0 {
		t.Fatal(err)
	}
	fold := exchange.NewFolder(0, func(x *exchange.Exchange, e decode.Event) {
		if _, ok := e.(*decode.ExchangeEnd); ok && x != nil {
			got = x.Clone()
		}
	})
	conn := decode.NewSession(fold.Event).Open(decode.ConnOpened{Origin: decode.Origin{Conn: 1}})
	conn.Feed(decode.Request, 0, []byte(request))
	conn.Feed(decode.Response, 0, answer)
	conn.EOF(decode.Response, 0)
	conn.Close(0, decode.Server, decode.EndEOF, "")
	return got
}
