package decode

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// The reference for what the daemon answered is net/http's client, which is
// docker's own. Known deviations of the decoder from it:
//   - A head of more than 1 MiB is not collected (the client takes 10 MiB). No
//     daemon sends one, and memory is bounded.
//   - A status below 100 is not valid. net/http's server, which is the daemon's,
//     cannot send one.

// asked are the requests that responses answer: bit i says that request i was
// a HEAD.
func asked(heads uint8) (methods [8]string, wire string) {
	for i := range methods {
		methods[i] = http.MethodGet
		if heads>>i&1 == 1 {
			methods[i] = http.MethodHead
		}
		wire += methods[i] + " /info HTTP/1.1\r\nHost: d\r\n\r\n"
	}
	return methods, wire
}

type answer struct {
	status, body string
	part         bool // the body is known only in part
}

// answered is what net/http's client takes b for, up to the first response
// that it refuses or after which it closes the connection.
func answered(methods []string, b []byte) (out []answer) {
	br := bufio.NewReader(bytes.NewReader(b))
	for _, method := range methods {
		r, err := nextResponse(br, method)
		if err != nil || r.StatusCode < 100 {
			return out
		}
		a := answer{status: fmt.Sprint(r.Proto, " ", r.StatusCode)}
		if r.StatusCode == http.StatusSwitchingProtocols {
			a.part = true // what follows is the other protocol's
			return append(out, a)
		}
		body, err := io.ReadAll(r.Body)
		a.body, a.part = string(body), err != nil
		out = append(out, a)
		if err != nil || r.Close {
			return out
		}
	}
	return out
}

// nextResponse reads a response and what 1xx responses come before it.
func nextResponse(br *bufio.Reader, method string) (*http.Response, error) {
	for {
		r, err := http.ReadResponse(br, &http.Request{Method: method})
		if err != nil || r.StatusCode/100 != 1 || r.StatusCode == http.StatusSwitchingProtocols {
			return r, err
		}
	}
}

// heard is what the decoder takes the same bytes for.
func heard(requests string, b []byte) (out []answer) {
	of := map[ExchangeID]int{}
	sess := NewSession(func(e Event) {
		switch e := e.(type) {
		case *ResponseHead:
			of[e.Exchange] = len(out)
			out = append(out, answer{status: fmt.Sprint(e.Proto, " ", e.Status)})
		case *Data:
			if i, ok := of[e.Exchange]; ok && e.Dir == Response {
				out[i].body += string(e.Bytes)
			}
		}
	})
	c := sess.Open(ConnOpened{Origin: Origin{Conn: 1}})
	c.Feed(Request, 0, []byte(requests))
	c.Feed(Response, 0, b)
	c.EOF(Response, 0)
	c.Close(0, Server, EndEOF, "")
	return out
}

// compareAnswers reports what the client takes for a response and the decoder
// does not, or takes for another one.
func compareAnswers(t *testing.T, methods []string, requests string, b []byte) {
	t.Helper()
	got := heard(requests, b)
	for i, want := range answered(methods, b) {
		switch {
		case i >= len(got):
			t.Errorf("the client has %q, the decoder only %d responses\nof %.300q", want.status, len(got), b)
			return
		case want.status != got[i].status:
			t.Errorf("response %d is %q to the client, %q to the decoder\nof %.300q", i, want.status, got[i].status, b)
			return
		case !want.part && want.body != got[i].body:
			t.Errorf("body of response %d is %.100q to the client, %.100q to the decoder\nof %.300q", i, want.body, got[i].body, b)
			return
		}
	}
}

// oddResponses are such as a daemon could say one thing with and be heard to say
// another.
var oddResponses = []string{
	"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
	"HTTP/1.1 200 OK\r\nContent-Length: 00000000000000000000000000000005\r\n\r\nhello",
	"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0000000000000005;x\r\nhello\r\n0\r\nX: y\r\n\r\n",
	"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\nhello",
	"HTTP/0.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3",
	"HTTP/0.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
	"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n\x01\x00\x00\x00\x00\x00\x00\x02hi",
	"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
	"HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n",
	"HTTP/1.1 200 OK\r\nX-Folded: a\r\n b\r\n\r\nto the end",
}

// FuzzClient holds the decoder against net/http's client.
func FuzzClient(f *testing.F) {
	for i, r := range append(append([]string{}, oddResponses...), oracleResponses...) {
		f.Add(uint8(0), []byte(r+r))
		f.Add(uint8(1)<<(i%8), []byte(strings.Join(oracleResponses[i%len(oracleResponses):], "")))
	}
	for _, c := range capturedResponses(f) {
		f.Add(c.heads, c.bytes)
	}
	f.Fuzz(func(t *testing.T, heads uint8, b []byte) {
		methods, requests := asked(heads)
		compareAnswers(t, methods[:], requests, b)
	})
}

// captured is what a real daemon said on a connection.
type captured struct {
	heads uint8
	bytes []byte
}

func capturedResponses(t testing.TB) (all []captured) {
	files, err := filepath.Glob("testdata/captures/*.wire")
	if err != nil || len(files) == 0 {
		t.Fatal("no captures: ", err)
	}
	for _, name := range files {
		conns := map[ConnID]*captured{}
		requests := map[ConnID]int{}
		for _, st := range readScript(t, name) {
			c := conns[st.conn]
			switch {
			case st.do == "open":
				conns[st.conn] = &captured{}
			case st.do == "feed" && st.dir == Response && len(c.bytes)+len(st.bytes) < 4<<10:
				c.bytes = append(c.bytes, st.bytes...)
			case st.do == "feed" && st.dir == Request && bytes.Contains(st.bytes, []byte(" HTTP/1.1\r\n")):
				if bytes.HasPrefix(st.bytes, []byte("HEAD ")) {
					c.heads |= 1 << requests[st.conn]
				}
				requests[st.conn]++
			}
		}
		for _, c := range conns {
			all = append(all, *c)
		}
	}
	return all
}
