package replay

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings/flow/load"
)

// session makes the calls to a client that the daemon made, once it is known
// which build the session of that name is of.
func (b *builds) session(name, peer string, gone <-chan struct{}, nc *upgradedConn) {
	p, d := b.p, b.door(name)
	nc.heard = func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		d.serves = true
		p.wake()
	}
	over := &http.Transport{
		Protocols: onlyHTTP2(), DisableCompression: true,
		DialContext: func(context.Context, string, string) (net.Conn, error) { return nc, nil },
	}
	client, err := over.NewClientConn(context.Background(), "http", "localhost:80")
	if err != nil {
		return
	}
	defer client.Close()
	p.mu.Lock()
	d.client = client
	p.wake()
	p.mu.Unlock()
	var s *recordedSession
	for s == nil && !isClosed(gone) && !isClosed(p.closed) {
		b.wait(gone, func() bool { s = d.session; return s != nil })
	}
	var calls sync.WaitGroup
	if s != nil {
		for _, x := range s.calls {
			calls.Go(func() { b.callClient(peer, gone, client, s, x) })
		}
	}
	select {
	case <-gone:
	case <-p.closed:
	}
	client.Close()
	calls.Wait()
}

// door is the session of that name, which comes or has come.
func (b *builds) door(name string) *door {
	b.p.mu.Lock()
	defer b.p.mu.Unlock()
	return b.opened(name)
}

// opened is door; p.mu is held.
func (b *builds) opened(name string) *door {
	d := b.doors[name]
	if d == nil {
		d = &door{}
		b.doors[name] = d
	}
	return d
}

// inside serves a session that a client opens by a call: each message carries bytes of
// its connection (buildkit session/grpchijack). buildx does so for the folders that
// several builds of a bake share.
func (b *builds) inside(client string, w http.ResponseWriter, r *http.Request) {
	ours, theirs := net.Pipe()
	gone := make(chan struct{})
	b.p.work.Go(func() {
		defer close(gone)
		defer theirs.Close()
		for {
			message, err := readMessage(r.Body)
			if err != nil {
				return
			}
			if err := eachField(message, func(_ protowire.Number, _ uint64, data []byte) { _, _ = theirs.Write(data) }); err != nil {
				return
			}
		}
	})
	flusher, _ := w.(http.Flusher)
	var mu sync.Mutex
	over := false // nothing may be written once this call has returned
	nc := &upgradedConn{Conn: ours, in: ours, write: func(p []byte) error {
		mu.Lock()
		defer mu.Unlock()
		if over {
			return net.ErrClosed
		}
		_, err := w.Write(framed(protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), p)))
		if flusher != nil {
			flusher.Flush()
		}
		return err
	}}
	b.session(r.Header.Get("X-Docker-Expose-Session-Uuid"), client, gone, nc)
	nc.Close()
	mu.Lock()
	defer mu.Unlock()
	over = true
	end(w, grpcOK, "")
}

// arrived waits until the session that a request names is served, as dockerd
// does. The docker CLI 20.10 that gets its answer before waits for the session
// for ever.
func (b *builds) arrived(c *conn, in *incoming) {
	_, query, _ := strings.Cut(in.target, "?")
	q, err := url.ParseQuery(query)
	if id := q.Get("session"); err == nil && id != "" {
		d := b.door(id)
		b.wait(c.gone, func() bool { return d.serves })
	}
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// private are services of a client whose answers are secrets: a replay keeps
// none of them.
func private(method string) bool {
	for _, service := range []string{"/moby.buildkit.secrets.", "/moby.sshforward.", "/moby.filesync.v1.Auth/"} {
		if strings.HasPrefix(method, service) {
			return true
		}
	}
	return false
}

// callClient makes one recorded call to a client.
func (b *builds) callClient(peer string, gone <-chan struct{}, client *http.ClientConn, s *recordedSession, x *load.Exchange) {
	failed := false
	b.wait(gone, func() bool { failed = s.failed != ""; return failed || b.before([]*recordedSession{s}, x.Pos) })
	if failed || isClosed(gone) || isClosed(b.p.closed) {
		return
	}
	switch {
	case strings.HasSuffix(x.Target, "Secrets/GetSecret"), strings.HasSuffix(x.Target, "SSH/CheckAgent"):
		if why := b.offered(client, x); why != "" {
			b.fail(s, peer, x.Target, why)
		}
	case private(x.Target):
	case strings.HasSuffix(x.Target, "FileSync/DiffCopy"):
		if why := b.receive(client, x); why != "" {
			b.fail(s, peer, x.Target, why)
		}
	default:
		b.send(client, x)
	}
	b.p.mu.Lock()
	defer b.p.mu.Unlock()
	s.done[x.ID] = true
	b.p.wake()
}

// offered asks a client for a secret, or for an agent of SSH, and says what differs when
// it has one where the recorded one had none, or none where that had one. Its content is
// no input of a build: BuildKit does not look at it either.
func (b *builds) offered(client *http.ClientConn, x *load.Exchange) (why string) {
	had := false
	for _, step := range x.Steps() {
		_ = b.p.rec.Events(step.Line, func(e decode.Event) error { // it was read before
			_, message := e.(*decode.Message)
			had = had || message
			return nil
		})
	}
	answers, left := b.send(client, x)
	if has := answers > 0; left || has == had {
		return ""
	}
	var id string
	if len(x.Asked) > 0 {
		_ = b.p.rec.Events(x.Asked[0].Line, func(e decode.Event) error {
			if m, ok := e.(*decode.Message); ok {
				id = member(m.JSON, "ID")
			}
			return nil
		})
	}
	what, said := "secret", map[bool]string{true: "given", false: "(nothing)"}
	if strings.HasSuffix(x.Target, "CheckAgent") {
		what = "ssh"
	}
	return fmt.Sprintf("what the client lets the build use has changed:\n  %s %s\n    - recorded  %s\n    + received  %s", what, cmp.Or(id, "default"), said[had], said[!had])
}

// open begins a call with the recorded fields. Its request is written to w.
func (b *builds) open(client *http.ClientConn, x *load.Exchange) (w *io.PipeWriter, answer func() (*http.Response, error), err error) {
	r, w := io.Pipe()
	request, err := http.NewRequest(http.MethodPost, "http://localhost"+x.Target, r)
	if err != nil {
		return nil, nil, err
	}
	err = b.p.rec.Head(x, func(h *decode.RequestHead) {
		for _, f := range h.Fields {
			if !strings.HasPrefix(f.Name, ":") {
				request.Header.Add(f.Name, strings.Clone(f.Value))
			}
		}
	})
	return w, func() (*http.Response, error) { return client.RoundTrip(request) }, err
}

// send makes a call whose messages are sent as they were, each when the client
// has said as much as it had: files of -o are written in this way. It returns how
// many messages the client answered, and whether it left instead.
func (b *builds) send(client *http.ClientConn, x *load.Exchange) (answers int, left bool) {
	w, answer, err := b.open(client, x)
	if err != nil {
		return 0, true
	}
	came, over := 0, make(chan struct{}) // came is guarded by p.mu
	go func() {
		defer w.Close()
		for _, asked := range x.Asked {
			b.wait(over, func() bool { return came >= asked.After })
			err := b.p.rec.Events(asked.Line, func(e decode.Event) error {
				m, ok := e.(*decode.Message)
				if !ok {
					return nil
				}
				_, err := w.Write(framed(m.Bytes))
				return err
			})
			if err != nil {
				return
			}
		}
	}()
	defer close(over)
	defer w.Close()
	response, err := answer()
	if err != nil {
		return 0, true
	}
	defer response.Body.Close()
	for ; ; answers++ {
		if _, err := readMessage(response.Body); err != nil {
			break
		}
		b.p.mu.Lock()
		came++
		b.p.wake()
		b.p.mu.Unlock()
	}
	if status := response.Trailer.Get("Grpc-Status"); status != "" && status != grpcOK && x.End.How == decode.EndEOF && !private(x.Target) {
		b.p.warnNow(x, "%s ended with status %s: %s", x.Target, status, response.Trailer.Get("Grpc-Message"))
	}
	return answers, false
}
