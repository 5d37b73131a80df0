package redact

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode"
)

// wire is a connection with a secret in everything that goes over it.
func wire(secret string) (request, response string) {
	create := `{"Image":"db","Env":["A=b","DB_PASSWORD=` + secret + `"],"Labels":{"x":"y"}}`
	data := `{"Name":"s","Data":"` + secret + `"}`
	request = "POST /v1.44/containers/create?name=db HTTP/1.1\r\nHost: docker\r\nAuthorization: Bearer " + secret + "\r\n" +
		"Content-Type: application/json\r\nContent-Length: " + fmt.Sprint(len(create)) + "\r\n\r\n" + create +
		"POST /v1.44/secrets/create HTTP/1.1\r\nHost: docker\r\nTransfer-Encoding: chunked\r\n\r\n" +
		fmt.Sprintf("%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n", 24, data[:24], len(data)-24, data[24:]) +
		"GET /v1.44/containers/x/json HTTP/1.1\r\nHost: docker\r\n\r\n"
	inspect := `{"Id":"x","Config":{"Env":["DB_PASSWORD=` + secret + `"],"Cmd":["x","--password","` + secret + `"]}}` + "\n"
	response = "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{\"Id\":\"x\"}" +
		"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{\"ID\":\"y\"}" +
		"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nSet-Cookie: " + secret + "\r\nContent-Length: " + fmt.Sprint(len(inspect)) + "\r\n\r\n" + inspect
	return request, response
}

// through sends both directions through a decoder and a redactor.
func through(t *testing.T, request, response string, cut int) *tape {
	tape := &tape{t: t}
	r := New(Options{}, tape.take)
	c := decode.NewSession(r.Event).Open(decode.ConnOpened{Origin: decode.Origin{Conn: 1}})
	at := time.Duration(0)
	send := func(d decode.Direction, s string) {
		for len(s) > 0 {
			n := min(len(s), cut)
			at++
			c.Feed(d, at, []byte(s[:n]))
			s = s[n:]
		}
	}
	send(decode.Request, request)
	send(decode.Response, response)
	c.EOF(decode.Request, at)
	c.EOF(decode.Response, at)
	c.Close(at, decode.Client, decode.EndEOF, "")
	if len(r.open)+len(r.lost) != 0 {
		t.Errorf("kept %d exchanges and %d connections", len(r.open), len(r.lost))
	}
	return tape
}

const wireSecret = "q8WvZ0tYp3LxN7sK"

func TestThroughDecoder(t *testing.T) {
	request, response := wire(wireSecret)
	for cut := 1; cut < len(request); cut += 1 + cut/16 {
		tape := through(t, request, response, cut)
		if w, found := windowOf(tape.text(), wireSecret); found {
			t.Fatalf("cut %d: %q came out", cut, w)
		}
		if n := strings.Count(strings.Join(tape.kinds, " "), "ExchangeEnd"); n != 3 {
			t.Errorf("cut %d: %d exchanges", cut, n)
		}
		if want := `{"Name":"s","Data":"{{redacted.env.1}}"}`; !strings.Contains(tape.bodies[0].String(), want) {
			t.Errorf("cut %d: %s", cut, tape.bodies[0].String())
		}
	}
}

// secretNames are what makes the secrets of wire known as such. A byte lost there
// makes another name, and that is no secret by any rule.
var secretNames = regexp.MustCompile(`Authorization|Set-Cookie|DB_PASSWORD=|"Env"|"Config"|"Data"|--password|"Cmd"|POST|GET|/v1.44/[a-z/]*|` + wireSecret)

// TestDamaged loses each byte in turn: what cannot be decoded any more must
// not come out as it is.
func TestDamaged(t *testing.T) {
	request, response := wire(wireSecret)
	for i := range request {
		if !inName(request, i) {
			damaged(t, request[:i]+request[i+1:], response, "request", i)
			damaged(t, request[:i]+"\x00"+request[i+1:], response, "request NUL", i)
		}
	}
	for i := range response {
		if !inName(response, i) {
			damaged(t, request, response[:i]+response[i+1:], "response", i)
		}
	}
}

func inName(s string, i int) bool {
	for _, at := range secretNames.FindAllStringIndex(s, -1) {
		if at[0] <= i && i < at[1] {
			return true
		}
	}
	return false
}

func damaged(t *testing.T, request, response, what string, i int) {
	t.Helper()
	for _, cut := range []int{7, 64, 1 << 20} {
		tape := through(t, request, response, cut)
		if w, found := windowOf(tape.text(), wireSecret); found {
			at := strings.Index(tape.text(), w)
			t.Errorf("%s without byte %d, cut %d: %q came out: …%q", what, i, cut, w, tape.text()[max(0, at-150):at+20])
			return
		}
	}
}
