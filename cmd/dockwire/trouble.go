package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/dockwire/dockwire/intercept"
)

// route is the way clients take: where they come in and where they go.
type route struct {
	upstream *upstream
	entrance *entrance // nil: nothing but a private socket
}

// explain says what an error on the way means and what to do, where it is
// about certificates.
func (r route) explain(err error) string {
	var down *intercept.UpstreamError
	var shut *intercept.HandshakeError
	switch {
	case errors.As(err, &down) && r.upstream.certs != nil:
		return fmt.Sprintf("cannot connect to upstream %s: %s", down.Upstream, r.upstream.certs.Explain(down.Err))
	case errors.As(err, &shut) && r.entrance != nil && r.entrance.certs != nil:
		return fmt.Sprintf("%s did not get in by %s: %s", shut.Address, shut.Listener, r.entrance.certs.Explain(shut.Err))
	}
	return err.Error()
}

// unavailable is what a client is told, in the daemon's own form, while the
// daemon cannot be reached, or when it speaks plain HTTP where TLS is spoken.
func (r route) unavailable(first []byte, err error) []byte {
	status := "502 Bad Gateway"
	var shut *intercept.HandshakeError
	if errors.As(err, &shut) {
		status = "400 Bad Request" // as net/http's server does
	}
	var foreign *intercept.ForeignError
	if errors.As(err, &foreign) {
		status = "403 Forbidden"
	}
	if errors.Is(err, intercept.ErrLoop) {
		status = "508 Loop Detected"
	}
	body, _ := json.Marshal(map[string]string{"message": "dockwire: " + r.explain(err)})
	body = append(body, '\n')
	head := fmt.Sprintf("HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n", status, len(body))
	if strings.HasPrefix(string(first), "HEAD ") {
		return []byte(head)
	}
	return append([]byte(head), body...)
}

// trouble reports what went wrong on the path. The same thing is said once in
// a while only, and of different things no more than a few: whoever can reach
// a port can cause as many as he likes.
type trouble struct {
	explain func(error) string
	tell    func(format string, args ...any)

	mu     sync.Mutex
	began  time.Time       // of the current while
	said   map[string]bool // in it
	unsaid int             // in it, not counting repetitions
}

const (
	repeatAfter  = 5 * time.Second // the length of a while
	saidInAWhile = 10
)

func (t *trouble) report(err error) {
	text := t.explain(err)
	t.mu.Lock()
	defer t.mu.Unlock()
	if time.Since(t.began) >= repeatAfter {
		t.conclude()
		t.began, t.said = time.Now(), make(map[string]bool)
	}
	switch {
	case t.said[text]:
	case len(t.said) >= saidInAWhile:
		t.unsaid++
	default:
		t.said[text] = true
		t.tell("%s", text)
	}
}

// conclude says how much was not said. t.mu is held, or nobody reports any
// more.
func (t *trouble) conclude() {
	if t.unsaid > 0 {
		t.tell("%s like these not shown", plural(t.unsaid, "more problem"))
	}
	t.unsaid = 0
}
