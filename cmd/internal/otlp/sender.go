package otlp

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	logspb "go.opentelemetry.io/proto/slim/otlp/logs/v1"

	"github.com/dockwire/dockwire/ui/telemetry"
)

const (
	// maxWaiting bounds the queue of each signal. A span is about a kilobyte.
	maxWaiting = 8192
	// batchSize is how many spans or log records go at once.
	batchSize = 512
	// gatherFor is how long they may wait for more to come.
	gatherFor = time.Second
	// firstPause and longestPause are between tries.
	firstPause, longestPause = time.Second, 30 * time.Second
	// closeWithin is how long the rest may take at the end.
	closeWithin = 5 * time.Second
)

// Sender sends telemetry. It is a telemetry.Sink.
type Sender struct {
	settings *Settings
	numbers  func() []telemetry.Metric
	began    time.Time
	tell     func(format string, args ...any)
	client   *http.Client
	wake     chan struct{}
	stop     context.CancelFunc
	rest     chan struct{} // the sender begins to send the rest
	done     sync.WaitGroup

	mu   sync.Mutex
	wait queue
	lost [signals]int64

	away bool // it was said that the collector does not answer
}

// queue holds what was not sent.
type queue struct {
	spans   []*batch
	waiting int // spans in all batches
	size    int // of the last full batch
	logs    []*logspb.LogRecord
}

// batch is a row of spans, each with its tag and length in ScopeSpans.
type batch struct {
	encoded []byte
	count   int
	closed  bool // it is full, or being sent
}

// New makes a sender that sends nothing before Start. tell is told, from a
// goroutine of the sender's, of what people should know.
func New(s *Settings, tell func(format string, args ...any)) *Sender {
	return &Sender{
		settings: s, began: time.Now(), tell: tell, stop: func() {},
		client: &http.Client{
			Timeout:       s.timeout,
			Transport:     &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: s.tls, MaxIdleConnsPerHost: 1, IdleConnTimeout: time.Minute},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		wake: make(chan struct{}, 1),
		rest: make(chan struct{}),
	}
}

// Start begins to send; numbers may be asked at any time. Close ends it.
func (n *Sender) Start(numbers func() []telemetry.Metric) {
	ctx, stop := context.WithCancel(context.Background())
	n.numbers, n.stop = numbers, stop
	n.done.Go(func() { n.run(ctx) })
}

// Span takes an encoded span.
func (n *Sender) Span(encoded []byte) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.settings.urls[traces] == "" {
		return
	}
	if n.wait.waiting >= maxWaiting {
		n.lost[traces]++
		return
	}
	b := n.wait.last()
	b.encoded = appendSpan(b.encoded, encoded)
	b.count++
	n.wait.waiting++
	if b.count == batchSize {
		b.closed, n.wait.size = true, len(b.encoded)
		n.hurry()
	}
}

// last is the batch that spans are added to.
func (q *queue) last() *batch {
	if n := len(q.spans); n > 0 && !q.spans[n-1].closed {
		return q.spans[n-1]
	}
	b := &batch{encoded: make([]byte, 0, q.size+q.size/8)}
	q.spans = append(q.spans, b)
	return b
}

// first closes the oldest batch, which is to be sent; nil: nothing waits.
func (q *queue) first() *batch {
	if len(q.spans) == 0 {
		return nil
	}
	q.spans[0].closed = true
	return q.spans[0]
}

// Log takes a log record.
func (n *Sender) Log(l *logspb.LogRecord) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.settings.urls[logs] == "" {
		return
	}
	if len(n.wait.logs) >= maxWaiting {
		n.lost[logs]++
		return
	}
	n.wait.logs = append(n.wait.logs, l)
	if len(n.wait.logs)%batchSize == 0 {
		n.hurry()
	}
}

// hurry wakes the sender: a batch is full.
func (n *Sender) hurry() {
	select {
	case n.wake <- struct{}{}:
	default:
	}
}

// Lost is how many spans and log records were dropped.
func (n *Sender) Lost() (spans, records int64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.lost[traces], n.lost[logs]
}

// Close sends the rest, as long as that takes no more than a few seconds, and
// says what was lost.
func (n *Sender) Close() {
	close(n.rest)
	timer := time.AfterFunc(closeWithin, n.stop)
	n.done.Wait()
	timer.Stop()
	n.stop()
	n.client.CloseIdleConnections()
	n.lost[traces] += int64(n.wait.waiting)
	n.lost[logs] += int64(len(n.wait.logs))
	if n.lost[traces]+n.lost[logs] > 0 {
		n.tell("not all telemetry reached %s: %d spans and %d log records are lost", n.settings.Endpoint, n.lost[traces], n.lost[logs])
	}
}

func (n *Sender) run(ctx context.Context) {
	gather := time.NewTicker(gatherFor)
	defer gather.Stop()
	report := time.NewTicker(n.settings.interval)
	defer report.Stop()
	for {
		select {
		case <-n.wake:
		case <-gather.C:
		case <-report.C:
			n.sendMetrics(ctx)
		case <-n.rest:
			n.sendWaiting(ctx)
			n.sendMetrics(ctx)
			return
		}
		n.sendWaiting(ctx)
	}
}

// sendWaiting sends until nothing waits.
func (n *Sender) sendWaiting(ctx context.Context) {
	for ctx.Err() == nil {
		n.mu.Lock()
		spans, records := n.wait.first(), n.wait.logs[:min(len(n.wait.logs), batchSize)]
		n.mu.Unlock()
		if spans == nil && len(records) == 0 {
			return
		}
		if spans != nil && n.send(ctx, traces, int64(spans.count), n.settings.spans(spans.encoded)) {
			n.mu.Lock()
			n.wait.spans = behind(n.wait.spans, 1)
			n.wait.waiting -= spans.count
			n.mu.Unlock()
		}
		if len(records) > 0 && n.send(ctx, logs, int64(len(records)), n.settings.records(records)) {
			n.mu.Lock()
			n.wait.logs = behind(n.wait.logs, len(records))
			n.mu.Unlock()
		}
	}
}

// behind drops the first n, and the memory behind them when nothing is left.
func behind[T any](all []T, n int) []T {
	clear(all[:n])
	if len(all) == n {
		return nil
	}
	return all[n:]
}

func (n *Sender) sendMetrics(ctx context.Context) {
	if n.settings.urls[metrics] == "" {
		return
	}
	n.send(ctx, metrics, 1, n.settings.numbers(n.numbers(), n.began, time.Now()))
}

// send sends a batch, again and again while there is hope. It is true when the
// batch is over, sent or lost, false when the sender has to end.
func (n *Sender) send(ctx context.Context, sig signal, count int64, body []byte) bool {
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		err := n.post(ctx, sig, body)
		var later *retryLater
		switch {
		case err == nil:
			if n.away {
				n.away = false
				spans, records := n.Lost()
				n.tell("%s takes telemetry again; lost so far: %d spans, %d log records", n.settings.Endpoint, spans, records)
			}
			return true
		case ctx.Err() != nil:
			return false
		case !errors.As(err, &later):
			n.tell("%s does not take %s: %v", n.settings.Endpoint, sig, err)
			n.lose(sig, count)
			return true
		}
		if !n.away {
			n.away = true
			n.tell("%s does not take telemetry, it is tried again (traffic is not affected): %v", n.settings.Endpoint, later.cause)
		}
		if sig == metrics { // the next report says it all
			n.lose(sig, count)
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(max(pause, later.after)):
		case <-n.rest: // one more try, then it is over
			if n.post(ctx, sig, body) != nil {
				n.stop()
				return false
			}
			return true
		}
	}
}

func (n *Sender) lose(sig signal, count int64) {
	n.mu.Lock()
	n.lost[sig] += count
	n.mu.Unlock()
}

// retryLater is why a batch should be sent again.
type retryLater struct {
	after time.Duration
	cause error
}

func (e *retryLater) Error() string { return e.cause.Error() }

// post sends a body once. Which statuses ask for another try is in the OTLP
// specification, "Retryable Response Codes".
func (n *Sender) post(ctx context.Context, sig signal, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, n.settings.urls[sig], nil)
	if err != nil {
		return err
	}
	for name, value := range n.settings.headers[sig] {
		req.Header.Set(name, value)
	}
	req.Header.Set("Content-Type", "application/x-protobuf")
	req.Header.Set("User-Agent", "dockwire")
	if n.settings.gzip[sig] {
		req.Header.Set("Content-Encoding", "gzip")
		body = compressed(body)
	}
	req.ContentLength = int64(len(body))
	req.Body = io.NopCloser(bytes.NewReader(body))
	res, err := n.client.Do(req)
	if err != nil {
		return &retryLater{cause: err}
	}
	defer res.Body.Close()
	answer, _ := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	switch res.StatusCode {
	case http.StatusOK, http.StatusAccepted:
		if rejected, why := rejectedOf(sig, answer); rejected > 0 {
			n.lose(sig, rejected)
			n.tell("%s took not all %s (%d were lost): %q", n.settings.Endpoint, sig, rejected, why)
		}
		return nil
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		seconds, _ := strconv.Atoi(res.Header.Get("Retry-After"))
		return &retryLater{after: time.Duration(seconds) * time.Second, cause: fmt.Errorf("it answers %s", res.Status)}
	}
	return fmt.Errorf("it answers %q", res.Status)
}

func compressed(body []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	w.Write(body)
	w.Close()
	return out.Bytes()
}
