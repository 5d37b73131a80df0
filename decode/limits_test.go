package decode

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
)

// watch is a session with one connection whose events are kept.
type watch struct {
	*Conn
	t      *testing.T
	events []Event
}

func newWatch(t *testing.T) *watch {
	w := &watch{t: t}
	w.Conn = NewSession(func(e Event) { w.events = append(w.events, Clone(e)) }).Open(ConnOpened{Origin: Origin{Conn: 1}})
	return w
}

// send feeds p in reads of 32 KiB and checks memory after each.
func (w *watch) send(d Direction, p string) {
	w.t.Helper()
	for len(p) > 0 {
		n := min(len(p), readSize)
		feedCopy(w.Conn, d, 0, []byte(p[:n]))
		checkMemory(w.t, w.Conn)
		p = p[n:]
	}
}

// close ends the connection and checks the order of events.
func (w *watch) close() {
	w.t.Helper()
	w.Close(0, Client, EndEOF, "")
	if err := wellFormed(w.events); err != nil {
		w.t.Error(err)
	}
}

func of[T Event](events []Event) (out []T) {
	for _, e := range events {
		if e, ok := e.(T); ok {
			out = append(out, e)
		}
	}
	return out
}

const okResponse = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"

func TestHeadLimit(t *testing.T) {
	for _, tt := range []struct {
		name string
		size int
		ok   bool
	}{{"just fits", maxHead, true}, {"one more", maxHead + 1, false}, {"endless", 3 << 20, false}} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWatch(t)
			const start, end = "GET /_ping HTTP/1.1\r\nX: ", "\r\n\r\n"
			w.send(Request, start+strings.Repeat("x", tt.size-len(start)-len(end))+end)
			heads, anomalies := of[*RequestHead](w.events), of[*Anomaly](w.events)
			// One that is too long is shown as far as it was read.
			if len(heads) != 1 || tt.ok != (len(anomalies) == 0) {
				t.Fatalf("%d heads, %d anomalies", len(heads), len(anomalies))
			}
			w.send(Response, okResponse)
			w.send(Request, "GET /version HTTP/1.1\r\n\r\n")
			w.send(Response, okResponse)
			w.close()
			if got := of[*ResponseHead](w.events); len(got) == 0 || got[len(got)-1].Exchange != of[*RequestHead](w.events)[len(heads)].Exchange {
				t.Error("the next exchange is not paired")
			}
		})
	}
}

func TestTrailerLimit(t *testing.T) {
	w := newWatch(t)
	w.send(Request, "GET /version HTTP/1.1\r\n\r\n")
	w.send(Response, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: "+strings.Repeat("x", maxHead+readSize))
	w.close()
	if a := of[*Anomaly](w.events); len(a) == 0 || a[0].Reason != "trailer longer than 1 MiB" {
		t.Error("no anomaly about the trailer")
	}
}

// TestLostLimit: a long stretch that cannot be decoded is shown up to a
// bound, then counted; nothing of it is unaccounted for.
func TestLostLimit(t *testing.T) {
	w := newWatch(t)
	const size = 5<<20 + 17
	w.send(Request, "\x00"+strings.Repeat("x", size-1))
	w.close()
	shown, counted := 0, int64(0)
	for _, a := range of[*Anomaly](w.events) {
		shown += len(a.Bytes)
	}
	for _, g := range of[*Gap](w.events) {
		counted += g.Bytes
	}
	if shown > maxShown || int64(shown)+counted != size {
		t.Errorf("%d shown, %d counted of %d", shown, counted, size)
	}
}

// TestHeldLimit: past the bound, bytes behind a request for an upgrade are
// taken for what they look like.
func TestHeldLimit(t *testing.T) {
	const attach = "POST /v1.41/containers/c/attach HTTP/1.1\r\nContent-Length: 0\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
	const upgraded = "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
	t.Run("stdin", func(t *testing.T) {
		w := newWatch(t)
		stdin := strings.Repeat("line of stdin\n", 3*maxHeld/14)
		w.send(Request, attach+stdin)
		if len(of[*Data](w.events)) == 0 {
			t.Error("nothing given out past the bound")
		}
		w.send(Response, upgraded)
		w.send(Request, "end")
		w.EOF(Request, 0)
		w.EOF(Response, 0)
		w.close()
		if got := bodies(w.events, Request)[1]; got != stdin+"end" {
			t.Errorf("stdin of %d bytes became %d", len(stdin)+3, len(got))
		}
		if n := len(of[*Anomaly](w.events)); n != 0 {
			t.Error(n, "anomalies")
		}
	})
	t.Run("requests", func(t *testing.T) {
		w := newWatch(t)
		const next = "GET /_ping HTTP/1.1\r\nX-Pad: 0123456789012345678901234567890123456789012345678901234567890123456789\r\n\r\n"
		const n = maxHeld/len(next) + 1
		w.send(Request, attach+strings.Repeat(next, n-2))
		if got := len(of[*RequestHead](w.events)); got != 1 {
			t.Errorf("%d requests within the bound", got)
		}
		w.send(Request, next+next)
		if got := len(of[*RequestHead](w.events)); got != maxOpen {
			t.Errorf("%d requests past the bound, want %d", got, maxOpen)
		}
		w.send(Response, strings.Repeat(okResponse, 1+n))
		w.close()
		if got := len(of[*ResponseHead](w.events)); got != 1+n {
			t.Errorf("%d responses, want %d", got, 1+n)
		}
	})
}

// TestHeldRequests: what the server takes for a request is one past the bound,
// too, whatever it begins with.
func TestHeldRequests(t *testing.T) {
	const attach = "POST /v1.41/containers/c/attach HTTP/1.1\r\nHost: d\r\nContent-Length: 0\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
	const refused = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
	create := fmt.Sprintf("POST /v1.41/containers/create HTTP/1.1\r\nHost: d\r\nContent-Length: %d\r\n\r\n", maxHeld) + strings.Repeat("x", maxHeld)
	for _, first := range []string{"", "\r\n", "\n\n\r\n", "GET foo:bar HTTP/1.1\r\nHost: d\r\n\r\n", "CONNECT d:1 HTTP/1.1\r\nHost: d:1\r\n\r\n"} {
		w := newWatch(t)
		w.send(Request, attach+first+create)
		w.send(Response, strings.Repeat(refused, 2+strings.Count(first, "HTTP/1.1")))
		w.close()
		heads := of[*RequestHead](w.events)
		if last := heads[len(heads)-1]; last.Target != "/v1.41/containers/create" || len(bodies(w.events, Request)[last.Exchange]) != maxHeld {
			t.Errorf("behind %q, the last of %d requests is %s", first, len(heads), last.Target)
		}
		if n := len(of[*Anomaly](w.events)); n != 0 {
			t.Errorf("behind %q: %d anomalies", first, n)
		}
	}
}

// bodies joins the data of one direction by exchange.
func bodies(events []Event, d Direction) map[ExchangeID]string {
	out := map[ExchangeID]string{}
	for _, e := range of[*Data](events) {
		if e.Dir == d {
			out[e.Exchange] += string(e.Bytes)
		}
	}
	return out
}

func TestPipeliningLimit(t *testing.T) {
	w := newWatch(t)
	w.send(Request, strings.Repeat("GET /_ping HTTP/1.1\r\n\r\n", 3*maxOpen))
	if got := len(of[*RequestHead](w.events)); got != maxOpen {
		t.Errorf("%d requests, want %d", got, maxOpen)
	}
	// The rest is decoded when those before are answered, and not lost.
	w.send(Response, strings.Repeat(okResponse, 3*maxOpen))
	w.close()
	if got := len(of[*RequestHead](w.events)); got != 3*maxOpen {
		t.Errorf("%d requests in the end", got)
	}
	if got := len(of[*ResponseHead](w.events)); got != 3*maxOpen {
		t.Errorf("%d responses, want %d", got, 3*maxOpen)
	}
	if got := len(of[*Anomaly](w.events)); got != 0 {
		t.Errorf("%d anomalies", got)
	}
}

// TestUnansweredPipeline: what waited is shown when the connection ends.
func TestUnansweredPipeline(t *testing.T) {
	w := newWatch(t)
	w.send(Request, strings.Repeat("GET /_ping HTTP/1.1\r\n\r\n", 3*maxOpen))
	w.close()
	if got := len(of[*RequestHead](w.events)); got != 3*maxOpen {
		t.Errorf("%d requests", got)
	}
}

// TestManyUnfinishedHeads: all connections together keep little of heads that
// do not end, and what a head says of its message is kept.
func TestManyUnfinishedHeads(t *testing.T) {
	var heads []*RequestHead
	sess := NewSession(func(e Event) {
		if h, ok := e.(*RequestHead); ok {
			heads = append(heads, Clone(h).(*RequestHead))
		}
	})
	field := "X-Registry-Config: " + strings.Repeat("x", 200) + "\r\n"
	var conns []*Conn
	for id := range ConnID(400) {
		c := sess.Open(ConnOpened{Origin: Origin{Conn: id + 1}})
		conns = append(conns, c)
		c.Feed(Request, 0, []byte("POST /v1.41/containers/create?name=n HTTP/1.1\r\nContent-Length: 000000000000000000000000002\r\n"))
		for range 28 {
			c.Feed(Request, 0, []byte(strings.Repeat(field, 148))) // 32 KiB
		}
	}
	if sess.kept > maxHeldInAll+400*2*littleHeld {
		t.Errorf("%d MiB are kept", sess.kept>>20)
	}
	for _, c := range conns {
		c.Feed(Request, 0, []byte("Host: d\r\n\r\n{}GET /_ping HTTP/1.1\r\n\r\n"))
	}
	if len(heads) != 2*len(conns) {
		t.Fatalf("%d heads of %d", len(heads), 2*len(conns))
	}
	if h := heads[798]; h.Target != "/v1.41/containers/create?name=n" || h.Length != 2 {
		t.Errorf("%s %s, length %d", h.Method, h.Target, h.Length)
	}
	if sess.kept != 0 {
		t.Errorf("%d bytes are counted as kept in the end", sess.kept)
	}
}

// TestUnfinishedHeadIsCounted: what is left out of a head that never ends is
// told, too.
func TestUnfinishedHeadIsCounted(t *testing.T) {
	told := map[ConnID]int64{}
	sess := NewSession(func(e Event) {
		switch e := e.(type) {
		case *Anomaly:
			told[e.Conn] += int64(len(e.Bytes))
		case *Gap:
			told[e.Conn] += e.Bytes
		}
	})
	const sent = 900 << 10
	for id := range ConnID(100) {
		c := sess.Open(ConnOpened{Origin: Origin{Conn: id + 1}})
		defer func() {
			c.Close(0, Client, EndEOF, "")
			if told[c.id] != sent {
				t.Errorf("connection %d: %d bytes of %d are told", c.id, told[c.id], sent)
			}
		}()
		const line = "GET /_ping HTTP/1.1\r\nX: "
		for rest := line + strings.Repeat("x", sent-len(line)); rest != ""; rest = rest[min(len(rest), 32<<10):] {
			c.Feed(Request, 0, []byte(rest[:min(len(rest), 32<<10)]))
		}
	}
}

// TestPeekLimit: a body that says something about terminals is not collected
// without end, and the stream of its container is then shown raw.
func TestPeekLimit(t *testing.T) {
	w := newWatch(t)
	body := `{"Tty":false,"x":"` + strings.Repeat("x", 3*maxPeek) + `"}`
	w.send(Request, fmt.Sprintf("POST /v1.41/containers/create HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s", len(body), body))
	w.send(Response, "HTTP/1.1 201 Created\r\nContent-Length: 10\r\n\r\n{\"Id\":\"c\"}")
	w.send(Request, "GET /v1.41/containers/c/logs HTTP/1.1\r\n\r\n")
	w.send(Response, okResponse)
	w.close()
	if got := bodies(w.events, Request)[1]; got != body {
		t.Errorf("body of %d bytes became %d", len(body), len(got))
	}
	if r := of[*ResponseHead](w.events); len(r) != 2 || r[1].Content != ContentUnknown {
		t.Error("terminal taken for known")
	}
}

// TestLongPieces: frames and values longer than 64 KiB in both directions of
// cutting, through the whole session.
func TestLongPieces(t *testing.T) {
	payload := bytes.Repeat([]byte("0123456789"), 20<<10)
	w := newWatch(t)
	w.send(Request, "GET /v1.47/containers/c/logs HTTP/1.1\r\n\r\n")
	w.send(Response, "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.multiplexed-stream\r\nTransfer-Encoding: chunked\r\n\r\n"+
		string(chunkedBody([]byte(frame(1, string(payload))+frame(2, "e")), 5000)))
	w.close()
	data := of[*Data](w.events)
	if len(data) != 5 || !data[0].More || data[3].More || data[4].Fd != 2 {
		t.Fatalf("%d pieces", len(data))
	}
	if got := bodies(w.events, Response)[1]; got != string(payload)+"e" {
		t.Errorf("payload of %d bytes became %d", len(payload)+1, len(got))
	}
}

// TestTimeNeverRunsBackwards: two readers stamp the two directions.
func TestTimeNeverRunsBackwards(t *testing.T) {
	w := newWatch(t)
	w.Feed(Request, 20*time.Millisecond, []byte("GET /_ping HTTP/1.1\r\n\r\n"))
	w.Feed(Response, 10*time.Millisecond, []byte(okResponse))
	w.close()
	if at := of[*ExchangeEnd](w.events)[0].Time; at != 20*time.Millisecond {
		t.Error("ended at", at)
	}
}

// TestClosedConn: nothing comes after the end.
func TestClosedConn(t *testing.T) {
	w := newWatch(t)
	w.send(Request, "GET /_ping HTTP/1.1\r\n\r\n")
	w.close()
	n := len(w.events)
	w.Feed(Response, 0, []byte(okResponse))
	w.EOF(Response, 0)
	w.Gap(Request, 0, 5, "late")
	w.Close(0, Server, EndEOF, "")
	if len(w.events) != n {
		t.Errorf("%d events after the end", len(w.events)-n)
	}
}

// TestBodyAllocations: no allocation per chunk of a body.
func TestBodyAllocations(t *testing.T) {
	c := NewSession(func(Event) {}).Open(ConnOpened{Origin: Origin{Conn: 1}})
	c.Feed(Request, 0, []byte("GET /v1.47/containers/c/logs HTTP/1.1\r\n\r\n"))
	c.Feed(Response, 0, []byte("HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.multiplexed-stream\r\nTransfer-Encoding: chunked\r\n\r\n"))
	chunk := chunkedBody([]byte(frame(1, strings.Repeat("x", 1000))+frame(2, "y")), 700)
	chunk = chunk[:len(chunk)-len("0\r\n\r\n")]
	c.Feed(Response, 0, chunk) // grows the frame buffer once
	if n := testing.AllocsPerRun(100, func() { c.Feed(Response, 0, chunk) }); n != 0 {
		t.Error(n, "allocations per chunk")
	}
}
