package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/dockwire/dockwire/intercept"
)

// route says where clients connect, and where their connections go.
type route struct {
	upstream  *upstream
	listeners *listeners // nil: a private socket only
}

// explain explains errors about certificates, with what to do about them. It
// returns the text of other errors.
func (r route) explain(err error) string {
	var down *intercept.UpstreamError
	var shut *intercept.HandshakeError
	switch {
	case errors.As(err, &down) && r.upstream.certs != nil:
		return fmt.Sprintf("cannot connect to upstream %s: %s", down.Upstream, r.upstream.certs.Explain(down.Err))
	case errors.As(err, &shut) && r.listeners != nil && r.listeners.certs != nil:
		return fmt.Sprintf("%s did not get in by %s: %s", shut.Address, shut.Listener, r.listeners.certs.Explain(shut.Err))
	}
	return err.Error()
}

// unavailable is the response for a client, in the daemon's own form, when the
// daemon cannot be reached, or when the client speaks plain HTTP to a TLS port.
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
	if errors.Is(err, intercept.ErrLoop) || errors.Is(err, intercept.ErrUnanswered) {
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
