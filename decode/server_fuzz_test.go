package decode

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// The reference for what a client asked is net/http's server, which is
// dockerd's own. Known deviations of the decoder from it: none. (The decoder
// shows more: what the server refuses, and what follows on a connection that
// the server closes.)

// wireConn is a connection whose client has sent all it will.
type wireConn struct {
	in  *bytes.Reader
	mu  sync.Mutex
	out bytes.Buffer
	end chan struct{}
	one sync.Once
}

func (c *wireConn) Read(p []byte) (int, error) { return c.in.Read(p) }
func (c *wireConn) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if bytes.HasPrefix(p, []byte("HTTP/1.1 ")) && bytes.Contains(p, []byte("\r\nConnection: close\r\n")) {
		defer c.Close() // the server waits half a second before it does
	}
	return c.out.Write(p)
}
func (c *wireConn) Close() error                     { c.one.Do(func() { close(c.end) }); return nil }
func (c *wireConn) LocalAddr() net.Addr              { return &net.UnixAddr{Name: "d", Net: "unix"} }
func (c *wireConn) RemoteAddr() net.Addr             { return &net.UnixAddr{Name: "@", Net: "unix"} }
func (c *wireConn) SetDeadline(time.Time) error      { return nil }
func (c *wireConn) SetReadDeadline(time.Time) error  { return nil }
func (c *wireConn) SetWriteDeadline(time.Time) error { return nil }

// oneConn is a listener of one connection.
type oneConn struct {
	c    net.Conn
	done chan struct{}
}

func (l *oneConn) Accept() (net.Conn, error) {
	if c := l.c; c != nil {
		l.c = nil
		return c, nil
	}
	<-l.done
	return nil, io.EOF
}
func (l *oneConn) Close() error   { return nil }
func (l *oneConn) Addr() net.Addr { return &net.UnixAddr{} }

// served is what net/http's server takes b for, and what it answers.
func served(b []byte) (requests []message, answers []byte) {
	c := &wireConn{in: bytes.NewReader(b), end: make(chan struct{})}
	// The server would answer OPTIONS * itself, and the handler would not see it.
	s := &http.Server{ErrorLog: log.New(io.Discard, "", 0), DisableGeneralOptionsHandler: true, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		m := message{Start: r.Method + " " + r.RequestURI + " " + r.Proto, Body: string(body)}
		if err != nil {
			m.Start = "" // it is known only in part
		}
		c.mu.Lock()
		requests = append(requests, m)
		c.mu.Unlock()
		w.Header()["Date"] = nil
		if r.Method == http.MethodConnect {
			w.WriteHeader(http.StatusMethodNotAllowed) // as dockerd does: it is no proxy
		}
		io.WriteString(w, "ok")
	})}
	_ = s.Serve(&oneConn{c, c.end})
	c.mu.Lock()
	defer c.mu.Unlock()
	return requests, c.out.Bytes()
}

// seen is what the decoder takes the same bytes for.
func seen(b, answers []byte) (requests []message) {
	of := map[ExchangeID]int{}
	sess := NewSession(func(e Event) {
		switch e := e.(type) {
		case *RequestHead:
			of[e.Exchange] = len(requests)
			requests = append(requests, message{Start: e.Method + " " + e.Target + " " + e.Proto})
		case *Data:
			if e.Dir == Request {
				requests[of[e.Exchange]].Body += string(e.Bytes)
			}
		}
	})
	c := sess.Open(ConnOpened{Origin: Origin{Conn: 1}})
	c.Feed(Request, 0, b)
	c.EOF(Request, 0)
	c.Feed(Response, 0, answers)
	c.EOF(Response, 0)
	c.Close(0, Server, EndEOF, "")
	return requests
}

// compare reports what the server acted on and the decoder does not show.
func compare(t *testing.T, b []byte) {
	t.Helper()
	if bytes.HasPrefix(b, []byte("PRI ")) {
		return // HTTP/2
	}
	want, answers := served(b)
	got := seen(b, answers)
	for i, w := range want {
		switch {
		case i >= len(got):
			t.Errorf("the server has %q, the decoder only %d requests\nof %.300q", w.Start, len(got), b)
			return
		case w.Start != "" && w.Start != got[i].Start:
			t.Errorf("request %d is %q to the server, %q to the decoder\nof %.300q", i, w.Start, got[i].Start, b)
			return
		case w.Start != "" && w.Body != got[i].Body:
			t.Errorf("body of request %d is %.100q to the server, %.100q to the decoder\nof %.300q", i, w.Body, got[i].Body, b)
			return
		}
	}
}

// hidden are requests that a client could hide behind once.
var hidden = []string{
	"POST /a HTTP/1.1\r\nHost: d\r\nContent-Length: 00000000000000000000000000000005\r\n\r\nhello",
	"POST /b HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\n0000000000000005\r\nhello\r\n0\r\n\r\n",
	"POST foo://x/v1.41/containers/create HTTP/1.1\r\nHost: d\r\nContent-Length: 2\r\n\r\n{}",
	"POST foo:/v1.41/containers/create HTTP/1.1\r\nHost: d\r\nContent-Length: 2\r\n\r\n{}",
	strings.Repeat("X", 300) + " /_ping HTTP/1.1\r\nHost: d\r\n\r\n",
	"GET /_ping HTTP/1.1\r\nHost: d\r\nX: " + strings.Repeat("x", 1<<20) + "\r\n\r\n",
	"POST /exec/1/start HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 2\r\n\r\n{}",
	strings.Repeat("GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n", 3000),
	"POST /c HTTP/1.1\r\nHost: d\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello",
	"POST /d HTTP/1.2\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\n2;x=\"y\"\r\nab\r\n0\r\nX: y\r\n\r\n",
	"POST /f HTTP/1.1\r\nHost: d\r\nContent-Length:\r\n 5\r\n\r\nhello",
	"POST /g HTTP/1.1\r\nHost: d\r\nX: a\r\n\t b\r\nTransfer-Encoding:\t chunked \t\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
	"POST /h HTTP/1.1\r\nHost: d\r\nno colon here\r\nContent-Length: 5\r\n\r\nhello",
	"POST /i HTTP/1.1\r\nHost: d\r\n: no name\r\nContent-Length: 5\r\n\r\nhello",
	"POST /j HTTP/1.1\r\nHost: d\r\nContent-Length : 5\r\n\r\nhello",
	"POST /k HTTP/1.1\r\n Host: d\r\nHost: d\r\nContent-Length: 5\r\n\r\nhello",
	"POST /l HTTP/1.1\r\nHost: d\r\nX-\x80: y\r\nX:\x80\r\nContent-Length: 5\r\n\r\nhello",
	"POST /m HTTP/1.1\r\nHost: d\r\nContent-Length: 5\r\r\n\r\nhello",
	"POST /n HTTP/1.1\r\nHost: d\r\nContent-Length: 5\r\n\r\r\nhello\r\n\r\n",
	"POST /e HTTP/1.1\r\nHost: d\r\nContent-Length: 2\r\n\r\nab\r\n\r\n",
	"POST /o HTTP/1.1\r\nHost: d\r\nContent-Length: " + strings.Repeat("0", 1<<19) + "5\r\n\r\nhello",
	"POST /p HTTP/1.1\r\nHost: d\r\nContent-Length: 9223372036854775807\r\n\r\nhello",
	"POST /q HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0000000000000000\r\n\r\n",
	"POST /r HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\nhello",
	"POST /s HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nhello",
	"POST /t HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\n00000000000000005\r\nhello\r\n0\r\n\r\n",
	"GET foo:bar HTTP/1.1\r\nHost: d\r\n\r\n",
	"CONNECT d:1 HTTP/1.1\r\nHost: d:1\r\n\r\n",
	"OPTIONS * HTTP/1.1\r\nHost: d\r\n\r\n",
	strings.Repeat("X", 100<<10) + " /_ping HTTP/1.1\r\nHost: d\r\n\r\n",
	"GET /_ping?" + strings.Repeat("x", 1<<20) + " HTTP/1.1\r\nHost: d\r\n\r\n",
	longestHead(1<<20 + 4<<10),
	longestHead(1<<20 + 8<<10 - 1),
}

// longestHead is a request without a body, of n bytes.
func longestHead(n int) string {
	const start, end = "GET /_ping HTTP/1.1\r\nHost: d\r\nX: ", "\r\n\r\n"
	return start + strings.Repeat("x", n-len(start)-len(end)) + end
}

func TestHiddenRequests(t *testing.T) {
	const last = "POST /v1.41/containers/create?name=n HTTP/1.1\r\nHost: d\r\nContent-Length: 2\r\n\r\n{}"
	for _, first := range hidden {
		compare(t, []byte(first+last))
		compare(t, []byte(last+first+last))
	}
}

// FuzzServer holds the decoder against net/http's server.
func FuzzServer(f *testing.F) {
	for _, r := range append(append([]string{}, hidden...), oracleRequests...) {
		if len(r) < 4<<10 {
			f.Add([]byte(r + r))
		}
	}
	for _, b := range capturedRequests(f) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) { compare(t, b) })
}

// capturedRequests are what real clients sent, a connection each.
func capturedRequests(t testing.TB) (all [][]byte) {
	files, err := filepath.Glob("testdata/captures/*.wire")
	if err != nil || len(files) == 0 {
		t.Fatal("no captures: ", err)
	}
	for _, name := range files {
		conns := map[string][]byte{}
		for _, st := range readScript(t, name) {
			key := fmt.Sprint(st.conn)
			if st.do == "feed" && st.dir == Request && len(conns[key])+len(st.bytes) < 4<<10 {
				conns[key] = append(conns[key], st.bytes...)
			}
		}
		for _, b := range conns {
			all = append(all, b)
		}
	}
	return all
}
