package replay

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/recordings/internal/tape"
)

// A client that speaks HTTP/2 from the first byte gets what any other would.
func TestHTTP2Client(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(7)
	tape.JSON(c.Call("POST", "/containers/create?name=a%3Bb", `{"Image":"a"}`), 201, `{"Id":"1"}`)
	events := c.Request("GET", "/events").Answer(200, decode.ContentJSONStream, tape.Chunked)
	events.Data(decode.Response, "{\"a\":1}\n")
	p := player(t, s, Config{})
	l, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error)
	go func() { served <- p.Serve(l) }()
	tr := &http.Transport{Protocols: onlyHTTP2(), DialContext: func(context.Context, string, string) (net.Conn, error) {
		return net.Dial("unix", l.Addr().String())
	}}
	client := http.Client{Transport: tr}
	ask := func(ctx context.Context, method, target, body string) *http.Response {
		t.Helper()
		r, err := http.NewRequestWithContext(ctx, method, "http://d"+target, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		res, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		return res
	}
	whole := func(method, target, body string) string {
		res := ask(t.Context(), method, target, body)
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		return fmt.Sprint(res.Proto, " ", res.StatusCode, " ", string(b), err)
	}
	ctx, leave := context.WithCancel(t.Context())
	stream := ask(ctx, "GET", "/events", "") // goes on beside the others
	if line, err := bufio.NewReader(stream.Body).ReadString('\n'); line != "{\"a\":1}\n" {
		t.Errorf("the stream has %q, %v", line, err)
	}
	if got, want := whole("POST", "/containers/create?name=a%3Bb", `{"Image":"a"}`), `HTTP/2.0 201 {"Id":"1"}<nil>`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := whole("GET", "/info", ""), "HTTP/2.0 501 "; !strings.HasPrefix(got, want) {
		t.Errorf("got %s, want %s", got, want)
	}
	leave()
	stream.Body.Close()
	tr.CloseIdleConnections()
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
	if r := p.Report(); r.MissedAll != 1 {
		t.Errorf("%d missed", r.MissedAll)
	}
}

func TestAsHTTP1(t *testing.T) {
	for _, tt := range []struct {
		name    string
		status  int
		framing decode.Framing
		fields  []decode.Field
		want    string
	}{
		{"a body of unknown length", 200, decode.FramingHTTP2, nil, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"},
		{"a length", 404, decode.FramingHTTP2, []decode.Field{{Name: "content-length", Value: "5"}}, "HTTP/1.1 404 Not Found\r\ncontent-length: 5\r\n\r\n"},
		{"no body", 201, decode.FramingNone, []decode.Field{{Name: "x", Value: "y"}}, "HTTP/1.1 201 Created\r\nx: y\r\nContent-Length: 0\r\n\r\n"},
		{"never a body", 204, decode.FramingNone, nil, "HTTP/1.1 204 No Content\r\n\r\n"},
		{"HEAD", 200, decode.FramingNone, []decode.Field{{Name: "content-length", Value: "5"}}, "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n"},
	} {
		fields := append([]decode.Field{{Name: ":status", Value: fmt.Sprint(tt.status)}}, tt.fields...)
		got, _ := asHTTP1(&decode.ResponseHead{Status: tt.status, Framing: tt.framing, Fields: fields})
		if string(got) != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
