package verify

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
)

// request is a request as it is sent.
type request struct {
	head []byte
	send func(write func([]byte) error) error // the body
}

// placeholder is how those of decode/redact begin.
const placeholder = "{{redacted."

// request makes a request of a recorded one, with the names of now.
func (r *run) request(c *call) (*request, error) {
	x := c.x
	body, whole, err := r.body(c)
	if err != nil {
		return nil, err
	}
	size := x.Request.Size
	if whole {
		size = int64(len(body))
	}
	var b bytes.Buffer
	chunked := false
	err = r.rec.Head(x, func(h *decode.RequestHead) {
		fmt.Fprintf(&b, "%s %s HTTP/1.1\r\n", x.Method, r.target(c))
		for _, f := range h.Fields {
			switch strings.ToLower(f.Name) {
			case "content-length", "transfer-encoding", "expect", "trailer":
				continue
			}
			if strings.Contains(f.Value, placeholder) {
				c.note("asked without the header %s: its value is redacted in the recording", f.Name)
				continue
			}
			fmt.Fprintf(&b, "%s: %s\r\n", f.Name, f.Value)
		}
		chunked = h.Framing == decode.FramingChunked
		if chunked {
			b.WriteString("Transfer-Encoding: chunked\r\n")
		} else if h.Framing == decode.FramingLength {
			fmt.Fprintf(&b, "Content-Length: %d\r\n", size)
		}
		b.WriteString("\r\n")
	})
	send := func(write func([]byte) error) error {
		if whole {
			return write(body)
		}
		return r.rec.EachRequestData(x, write)
	}
	if chunked {
		plain := send
		send = func(write func([]byte) error) error { return inChunks(plain, write) }
	}
	return &request{b.Bytes(), send}, err
}

// inChunks frames a body (RFC 9112 section 7.1).
func inChunks(send func(func([]byte) error) error, write func([]byte) error) error {
	err := send(func(p []byte) error {
		if len(p) == 0 {
			return nil
		}
		return write(fmt.Appendf(nil, "%x\r\n%s\r\n", len(p), p))
	})
	return errors.Join(err, write([]byte("0\r\n\r\n")))
}

// maxJSON bounds the bodies into which names are put.
const maxJSON = 8 << 20

// body is the body with the names of now; whole is false for one that is sent
// as it was recorded, a piece at a time.
func (r *run) body(c *call) (body []byte, whole bool, err error) {
	x := c.x
	if x.Request.Content != decode.ContentJSON || x.Request.Size > maxJSON {
		return nil, false, nil
	}
	if body, err = r.rec.RequestBody(x); err != nil {
		return nil, false, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.names.inJSON(body), true, nil
}

// target is the request target with the API version and the names of now.
func (r *run) target(c *call) string {
	x := c.x
	path, query, hasQuery := strings.Cut(x.Target, "?")
	if was, v := x.Call.Version, r.opt.Versions.Of(x.Call.Version); v != was {
		path = strings.Replace(path, "/v"+was+"/", "/v"+v+"/", 1)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range x.Call.Params {
		path = r.names.inPath(path, &x.Call.Params[i])
	}
	if !hasQuery {
		return path
	}
	query = r.names.inQuery(query)
	if x.Call.Op != nil && (x.Call.Op.ID == "SystemEvents" || x.Call.Op.ID == "ContainerLogs") {
		query = shifted(query, func(t time.Time) time.Time { return r.moment(c, t) })
	}
	return path + "?" + query
}

// moment is when a recorded moment is now: as long before the call as it was, but
// behind what had been answered by then, as calls follow each other faster here.
// r.mu is held.
func (r *run) moment(c *call, t time.Time) time.Time {
	start := r.rec.Header.Start
	now := t.Add(time.Since(start.Add(c.x.Time)))
	for _, b := range r.calls {
		if _, at, ok := b.x.LastStep(); ok && b.phase >= answered && !start.Add(at).After(t) && b.at.After(now) {
			now = b.at
		}
	}
	return now
}

// shifted moves the times in a query from when it was recorded to now: clients
// ask for what happened since a moment of their own run.
func shifted(query string, to func(time.Time) time.Time) string {
	parts := strings.Split(query, "&")
	for i, part := range parts {
		key, value, _ := strings.Cut(part, "=")
		at, err := strconv.ParseFloat(value, 64)
		if key != "since" && key != "until" || err != nil || at < minTime || at > maxTime {
			continue
		}
		whole, fraction := math.Modf(at)
		t := to(time.Unix(int64(whole), int64(fraction*1e9)))
		parts[i] = fmt.Sprintf("%s=%d.%09d", key, t.Unix(), t.Nanosecond())
	}
	return strings.Join(parts, "&")
}

// minTime and maxTime are what is taken for seconds since 1970: 0 is no time,
// and no test asks for events of the last century.
const (
	minTime = 1e9
	maxTime = 1e11
)

// inPath puts a name of now into a path.
func (n *names) inPath(path string, p *engine.Param) string {
	live := n.of(p.Value)
	if live == p.Value {
		return path
	}
	at := strings.Index(path, "/"+p.Value)
	if at < 0 { // it stands there escaped
		at = strings.Index(path, "/"+url.PathEscape(p.Value))
		return path[:max(at, 0)] + strings.Replace(path[max(at, 0):], url.PathEscape(p.Value), url.PathEscape(live), 1)
	}
	return path[:at+1] + live + path[at+1+len(p.Value):]
}

// inQuery puts names of now into a query. What has none stays as it was
// written.
func (n *names) inQuery(query string) string {
	parts := strings.Split(query, "&")
	for i, part := range parts {
		key, value, _ := strings.Cut(part, "=")
		plain, err := url.QueryUnescape(value)
		if err != nil {
			continue
		}
		if live := n.of(plain); live != plain {
			parts[i] = key + "=" + url.QueryEscape(live)
		}
	}
	return strings.Join(parts, "&")
}

// note adds what a person should know of a call.
func (c *call) note(format string, args ...any) {
	c.notes = append(c.notes, fmt.Sprintf(format, args...))
}
