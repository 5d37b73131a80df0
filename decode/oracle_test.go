package decode

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dockwire/dockwire/decode/engine"
)

// message is what the oracle and the decoder are compared by.
type message struct {
	Start   string
	Fields  map[string][]string
	Body    string
	Trailer map[string][]string
}

var oracleRequests = []string{
	"GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n",
	"HEAD /_ping HTTP/1.1\r\nHost: \r\nX-Dup: 1\r\nX-Dup: 2\r\nx-lower:v\r\n\r\n",
	"POST /a HTTP/1.1\r\nHost: d\r\nContent-Length: 0\r\n\r\n",
	"POST /b HTTP/1.1\r\nHost: d\r\nContent-Length: 11\r\n\r\nhello\r\n\r\nGE",
	"PUT /c HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n5\r\nhello\r\nA;x=y\r\n0123456789\r\n0\r\nX-T: 1\r\n\r\n",
	"PUT /d HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n",
	"GET http://abs.example:2375/v1.41/info?a=b HTTP/1.1\r\nHost: abs.example:2375\r\n\r\n",
	"POST /e HTTP/1.1\nHost: d\nContent-Length: 2\n\nhi",
	"DELETE /f HTTP/1.0\r\nX-Fold: a\r\n  b\r\n\tc\r\n\r\n",
	"OPTIONS * HTTP/1.1\r\nHost: d\r\n\r\n",
	"GET /h HTTP/1.1\r\nHost: d\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n12345",
	"POST /i HTTP/1.1\r\nHost: d\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n",
}

var oracleResponses = []string{
	"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK",
	"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
	"HTTP/1.1 204 No Content\r\n\r\n",
	"HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n",
	"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n00\r\nX-T: v\r\n\r\n",
	"HTTP/1.1 404\r\nContent-Length: 1\r\n\r\nx",
	"HTTP/1.0 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n",
	"HTTP/1.1 200 OK\nContent-Length: 3\n\n\r\n\r",
	"HTTP/1.1 400 Bad Request: malformed Host header\r\nContent-Length: 0\r\n\r\n",
	"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
	"HTTP/1.1 299 \r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nto the very end\r\n",
}

// TestOracle decodes the same bytes as net/http does, cut at each position
// and byte by byte.
func TestOracle(t *testing.T) {
	requests, responses := strings.Join(oracleRequests, ""), strings.Join(oracleResponses, "")
	want := append(netRequests(t, requests), netResponses(t, responses)...)
	if len(want) != len(oracleRequests)+len(oracleResponses) {
		t.Fatal("net/http reads", len(want))
	}
	check := func(name string, reqs, resps []string) {
		t.Helper()
		if diff := cmp.Diff(want, decoded(t, reqs, resps)); diff != "" {
			t.Fatalf("%s (-net/http +decode):\n%s", name, diff)
		}
	}
	check("whole", []string{requests}, []string{responses})
	check("bytes", strings.Split(requests, ""), strings.Split(responses, ""))
	for i := range len(requests) {
		check(fmt.Sprint("request cut at ", i), []string{requests[:i], requests[i:]}, []string{responses})
	}
	for i := range len(responses) {
		check(fmt.Sprint("response cut at ", i), []string{requests}, []string{responses[:i], responses[i:]})
	}
}

func netRequests(t testing.TB, s string) (out []message) {
	br := bufio.NewReader(strings.NewReader(s))
	for {
		r, err := http.ReadRequest(br)
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, message{
			Start: r.Method + " " + r.RequestURI + " " + r.Proto, Fields: oracleHeader(r.Header), Body: string(body), Trailer: oracleHeader(r.Trailer),
		})
	}
}

func netResponses(t testing.TB, s string) (out []message) {
	br := bufio.NewReader(strings.NewReader(s))
	for i := range oracleResponses {
		method, _, _ := strings.Cut(oracleRequests[i], " ")
		r, err := http.ReadResponse(br, &http.Request{Method: method})
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, message{
			Start: fmt.Sprint(r.Proto, " ", r.StatusCode), Fields: oracleHeader(r.Header), Body: string(body), Trailer: oracleHeader(r.Trailer),
		})
	}
	return out
}

// oracleHeader leaves out what net/http takes from the header.
func oracleHeader(h http.Header) map[string][]string {
	out := map[string][]string{}
	for k, v := range h {
		switch k {
		case "Host", "Transfer-Encoding", "Trailer", "Content-Length":
		default:
			out[k] = v
		}
	}
	return out
}

func fieldMap(fs []Field) map[string][]string {
	h := http.Header{}
	for _, f := range fs {
		h.Add(f.Name, f.Value)
	}
	return oracleHeader(h)
}

// decoded gives the requests and then the responses that decoding finds.
func decoded(t testing.TB, requests, responses []string) (out []message) {
	side := [2][]message{}
	sess := NewSession(func(e Event) {
		switch e := e.(type) {
		case *RequestHead:
			side[0] = append(side[0], message{Start: e.Method + " " + e.Target + " " + e.Proto, Fields: fieldMap(e.Fields), Trailer: map[string][]string{}})
		case *ResponseHead:
			side[1] = append(side[1], message{Start: fmt.Sprint(e.Proto, " ", e.Status), Fields: fieldMap(e.Fields), Trailer: map[string][]string{}})
		case *Data:
			m := &side[e.Dir][len(side[e.Dir])-1]
			m.Body += string(e.Bytes)
		case *DirectionEnd:
			m := &side[e.Dir][len(side[e.Dir])-1]
			m.Trailer = fieldMap(e.Trailer)
		case *Anomaly:
			t.Errorf("anomaly: %s %q", e.Reason, e.Bytes)
		}
	})
	c := sess.Open(ConnOpened{Origin: Origin{Conn: 1}})
	for _, p := range requests {
		feedCopy(c, Request, 0, []byte(p))
	}
	for _, p := range responses {
		feedCopy(c, Response, 0, []byte(p))
	}
	c.EOF(Response, 0)
	c.Close(0, Server, EndEOF, "")
	return append(side[0], side[1]...)
}

// FuzzOracle: whatever net/http takes for a request, decoding takes for the
// same one.
func FuzzOracle(f *testing.F) {
	for _, r := range oracleRequests {
		f.Add([]byte(r + r))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var got []message
		sess := NewSession(func(e Event) {
			switch e := e.(type) {
			case *RequestHead:
				got = append(got, message{Start: e.Method + " " + e.Target + " " + e.Proto, Fields: fieldMap(e.Fields)})
			case *Data:
				got[e.Exchange-1].Body += string(e.Bytes)
			}
		})
		c := sess.Open(ConnOpened{Origin: Origin{Conn: 1}})
		c.Feed(Request, 0, b)
		for i, want := range tolerantRequests(b) {
			if i >= len(got) {
				t.Fatalf("request %d not found: %+v", i, want)
			}
			got[i].Trailer = nil
			if diff := cmp.Diff(want, got[i]); diff != "" {
				t.Fatalf("request %d (-net/http +decode):\n%s", i, diff)
			}
		}
	})
}

// tolerantRequests reads requests with net/http up to the first that it
// refuses, that asks for another protocol, or that begins with what servers
// skip and http.ReadRequest does not.
func tolerantRequests(b []byte) (out []message) {
	br := bufio.NewReader(bytes.NewReader(b))
	for {
		if p, _ := br.Peek(1); len(p) == 0 || p[0] == '\r' || p[0] == '\n' {
			return out
		}
		r, err := http.ReadRequest(br)
		if err != nil || r.Method == "PRI" {
			return out
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return out
		}
		out = append(out, message{Start: r.Method + " " + r.RequestURI + " " + r.Proto, Fields: oracleHeader(r.Header), Body: string(body)})
		if c := engine.Lookup(r.Method, r.RequestURI); c.Op != nil && c.Op.Stream == engine.Hijack || r.Header.Get("Upgrade") != "" || r.Method == "CONNECT" {
			return out
		}
	}
}
