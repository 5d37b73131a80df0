package pipeline

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/intercept"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// log is a consumer that keeps a line an event.
type log struct {
	mu    sync.Mutex
	lines []string
	data  bytes.Buffer
	gate  chan struct{} // when set, every event waits for it
}

func (l *log) Event(e decode.Event) {
	if l.gate != nil {
		<-l.gate
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	line := strings.TrimPrefix(fmt.Sprintf("%T", e), "*decode.")
	switch e := e.(type) {
	case *decode.RequestHead:
		line += " " + e.Target
	case *decode.ResponseHead:
		line += fmt.Sprint(" ", e.Status)
	case *decode.Data:
		l.data.Write(e.Bytes)
		return
	case *decode.Gap:
		line += fmt.Sprint(" ", e.Bytes)
	case *decode.Anomaly:
		line += " " + e.Reason
	}
	l.lines = append(l.lines, fmt.Sprintf("%d %s", e.From().Conn, line))
}

func (l *log) Flush() {}

func (l *log) Tick(time.Duration) {}

func (l *log) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.lines, "\n")
}

func open(p *Pipeline) intercept.ConnTap {
	return p.Tap().Open(intercept.ConnInfo{Accepted: time.Now()})
}

func feed(c intercept.ConnTap, d intercept.Direction, s string) {
	c.Chunk(d, time.Now(), intercept.NewBuffer([]byte(s)))
	c.Sent(d)
}

func TestEventsKeepTheOrderOfChunksOverConnections(t *testing.T) {
	var l log
	p := Start(Config{Start: time.Now(), Consumers: []Consumer{&l}})
	a, b := open(p), open(p)
	var want []string
	for i := range 500 {
		feed(a, intercept.Request, fmt.Sprintf("GET /a%d HTTP/1.1\r\nHost: d\r\n\r\n", i))
		feed(a, intercept.Response, "HTTP/1.1 204 No Content\r\n\r\n")
		feed(b, intercept.Request, fmt.Sprintf("GET /b%d HTTP/1.1\r\nHost: d\r\n\r\n", i))
		feed(b, intercept.Response, "HTTP/1.1 304 Not Modified\r\n\r\n")
		want = append(want, fmt.Sprintf("1 RequestHead /a%d", i), "1 ResponseHead 204", fmt.Sprintf("2 RequestHead /b%d", i), "2 ResponseHead 304")
	}
	a.Close(time.Now(), intercept.Ending{By: intercept.Client, How: intercept.HowEOF})
	b.Close(time.Now(), intercept.Ending{By: intercept.Client, How: intercept.HowEOF})
	p.Close()
	var got []string
	for _, line := range l.lines {
		if strings.Contains(line, "Head") {
			got = append(got, line)
		}
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got %d heads:\n%s", len(got), strings.Join(got, "\n"))
	}
}

const bigBody = 32 << 20

// upload sends a head and then a body in large chunks, and returns.
func upload(c intercept.ConnTap, sent *bytes.Buffer) {
	feed(c, intercept.Request, fmt.Sprintf("POST /v1.41/images/load HTTP/1.1\r\nHost: d\r\nContent-Type: application/x-tar\r\nContent-Length: %d\r\n\r\n", bigBody))
	for n := 0; n < bigBody; n += 64 << 10 {
		p := bytes.Repeat([]byte{byte(n >> 16)}, 64<<10)
		sent.Write(p)
		c.Chunk(intercept.Request, time.Now(), intercept.NewBuffer(p))
		c.Sent(intercept.Request)
	}
	c.EOF(intercept.Request, time.Now())
	c.Close(time.Now(), intercept.Ending{By: intercept.Client, How: intercept.HowEOF})
}

// A consumer that hangs costs a gap and a moment, not the traffic; and the gap
// says how much is missing, so that nothing is unaccounted for.
func TestAConsumerThatHangsCostsAGap(t *testing.T) {
	l := log{gate: make(chan struct{})}
	p := Start(Config{Start: time.Now(), Consumers: []Consumer{&l}})
	var sent bytes.Buffer
	upload(open(p), &sent) // returns although no event has been taken
	close(l.gate)
	p.Close()
	_, lost := p.Pressure()
	if lost == 0 || lost+int64(l.data.Len()) != bigBody {
		t.Errorf("seen %d + lost %d bytes, sent %d", l.data.Len(), lost, bigBody)
	}
	if want := fmt.Sprint("Gap ", lost); !strings.Contains(l.text(), want) {
		t.Errorf("no %q in\n%s", want, l.text())
	}
	if l.data.Len() > 2*queueLimit {
		t.Errorf("%d bytes were held while nobody took them", l.data.Len())
	}
}

func TestLosslessWaitsForTheConsumer(t *testing.T) {
	l := log{gate: make(chan struct{})}
	p := Start(Config{Start: time.Now(), Lossless: true, Consumers: []Consumer{&l}})
	var sent bytes.Buffer
	done := make(chan struct{})
	go func() {
		defer close(done)
		upload(open(p), &sent)
	}()
	for held := int64(0); held == 0; { // until the queue is full and traffic waits
		p.queue.mu.Lock()
		held = int64(p.queue.waiting)
		p.queue.mu.Unlock()
		time.Sleep(time.Millisecond)
	}
	select {
	case <-done:
		t.Fatal("32 MiB fitted into a full queue")
	default:
	}
	close(l.gate)
	<-done
	p.Close()
	if !bytes.Equal(l.data.Bytes(), sent.Bytes()) {
		t.Errorf("sent %d bytes, seen %d", sent.Len(), l.data.Len())
	}
	if waited, lost := p.Pressure(); lost != 0 || waited == 0 {
		t.Errorf("waited %v, lost %d", waited, lost)
	}
}

// failing stands for a decoder with a bug.
type failing struct{}

func (failing) Event(e decode.Event) {
	if h, ok := e.(*decode.RequestHead); ok && h.Target == "/bug" {
		panic("a bug")
	}
}
func (failing) Flush()             {}
func (failing) Tick(time.Duration) {}

func TestAFailingDecoderLosesOneConnection(t *testing.T) {
	var l log
	var said []string
	p := Start(Config{Start: time.Now(), Consumers: []Consumer{failing{}, &l}, Trouble: func(m string) { said = append(said, m) }})
	a, b := open(p), open(p)
	const bug, answer = "GET /bug HTTP/1.1\r\nHost: d\r\n\r\n", "HTTP/1.1 204 No Content\r\n\r\n"
	feed(a, intercept.Request, bug)
	feed(a, intercept.Response, answer)
	feed(b, intercept.Request, "GET /fine HTTP/1.1\r\nHost: d\r\n\r\n")
	a.Close(time.Now(), intercept.Ending{By: intercept.Client, How: intercept.HowEOF})
	p.Close()
	if len(said) != 1 || !strings.Contains(said[0], "connection 1") || !strings.Contains(said[0], "failing.Event, line ") || strings.Contains(said[0], "a bug") {
		t.Errorf("said %q", said)
	}
	got := l.text()
	for _, want := range []string{
		"1 ConnOpened", "1 Anomaly the decoder failed: panic", "2 RequestHead /fine",
		fmt.Sprint("1 Gap ", len(bug)), fmt.Sprint("1 Gap ", len(answer)), "1 ConnClosed",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if conns, bytes := p.Failed(); conns != 1 || bytes != int64(len(bug)+len(answer)) {
		t.Errorf("failed: %d connections, %d bytes", conns, bytes)
	}
}

// A filter that fails on the first event of a connection leaves it known, with
// its client's process but without the command line that it failed on.
func TestAFilterThatFailsOnOpening(t *testing.T) {
	var l log
	p := Start(Config{Start: time.Now(), Consumers: []Consumer{&l}, Filter: func(next func(decode.Event)) func(decode.Event) {
		return func(e decode.Event) {
			if o, ok := e.(*decode.ConnOpened); ok && len(o.Peer.Command) > 0 {
				panic("a bug")
			}
			next(e)
		}
	}})
	c := p.Tap().Open(intercept.ConnInfo{Accepted: time.Now(), Peer: intercept.Peer{PID: 7, Command: []string{"a"}}})
	feed(c, intercept.Request, "GET / HTTP/1.1\r\nHost: d\r\n\r\n")
	c.Close(time.Now(), intercept.Ending{By: intercept.Client, How: intercept.HowEOF})
	p.Close()
	if want := "1 ConnOpened\n1 Anomaly"; !strings.HasPrefix(l.text(), want) || !strings.HasSuffix(l.text(), "1 Gap 27\n1 ConnClosed") {
		t.Errorf("events:\n%s", l.text())
	}
}

// sick is a consumer that fails when it is to flush or to look at the time.
type sick struct{ failing }

func (sick) Flush()             { panic("flush") }
func (sick) Tick(time.Duration) { panic("tick") }

func TestAFailingConsumerEndsNothing(t *testing.T) {
	var l log
	said := 0
	p := Start(Config{Start: time.Now(), Consumers: []Consumer{sick{}, &l}, Trouble: func(string) { said++ }})
	c := open(p)
	for range 3 {
		feed(c, intercept.Request, "GET /fine HTTP/1.1\r\nHost: d\r\n\r\n")
	}
	p.Close()
	if got := strings.Count(l.text(), "RequestHead"); got != 3 || said != 2 {
		t.Errorf("%d requests seen, %d failures said", got, said)
	}
}

func BenchmarkQueue(b *testing.B) {
	for _, size := range []int{200, 64 << 10} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			q := newQueue(time.Now(), true)
			c := q.Open(intercept.ConnInfo{})
			p := make([]byte, size)
			var done batch
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for i := range b.N {
				c.Chunk(intercept.Request, time.Now(), intercept.NewBuffer(p))
				c.Sent(intercept.Request)
				if i%32 == 31 {
					done = q.take(done)
					cost := 0
					for i := range done.items {
						cost += done.items[i].cost
					}
					q.free(cost)
				}
			}
		})
	}
}

func TestMemoryOfABacklogIsGivenBack(t *testing.T) {
	q := newQueue(time.Now(), false)
	c := q.Open(intercept.ConnInfo{})
	chunks := func(n int) {
		for range n {
			c.Chunk(intercept.Request, time.Now(), intercept.NewBuffer(make([]byte, 100)))
		}
	}
	chunks(30_000)
	backlog := q.take(batch{})
	chunks(40)
	small := q.take(backlog) // as large as the backlog was, which may come again
	chunks(40)
	if next := q.take(small); cap(next.items) < 30_000 {
		t.Errorf("room for %d items at once, so that a loop that stays behind allocates each time", cap(next.items))
	}
	chunks(40)
	if after := q.take(small); cap(after.items) > 8<<10 || cap(after.arena) > 2*gatherBytes {
		t.Errorf("room for %d items and %d bytes for 40 small chunks", cap(after.items), cap(after.arena))
	}
}
