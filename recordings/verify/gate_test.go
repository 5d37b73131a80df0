package verify

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/recordings/internal/tape"
)

// A daemon that sends the head of a wait with its end is given the start that
// ends it, and is not found to be different for that.
func TestHeadThatComesLate(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(7, "docker")
	wait := c.Call("POST", "/v1.47/containers/x/wait", "").Answer(200, decode.ContentJSON, "Content-Type: application/json", "Transfer-Encoding: chunked")
	reply(s.Connect(7, "docker").Call("POST", "/v1.47/containers/x/start", ""), 204, "")
	wait.Data(decode.Response, `{"StatusCode":3}`).End(decode.Server, decode.EndEOF)

	startsBefore(t, s, func(w http.ResponseWriter, started <-chan struct{}) {
		<-started
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"StatusCode":3}`)
	})
}

// startsBefore verifies a recording of two calls on a daemon that answers the
// start and gives the other call to the function.
func startsBefore(t *testing.T, s *exchangetest.Script, other func(w http.ResponseWriter, started <-chan struct{})) {
	t.Helper()
	l, dial := socket(t)
	started := make(chan struct{})
	d := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/start") {
			close(started)
			w.WriteHeader(204)
			return
		}
		other(w, started)
	})}
	served := make(chan error, 1)
	go func() { served <- d.Serve(l) }()
	t.Cleanup(func() { d.Close(); <-served })

	r := newRun(open(t, tape.Write(t, s)), Options{Dial: dial, Timeout: 20 * time.Second, Existing: true})
	r.headPatience = 10 * time.Millisecond
	result, err := r.verify(context.Background())
	if err != nil || result.Same != 2 {
		t.Errorf("%v\n%s", err, told(result))
	}
}

// Input whose stream begins later than it did, or that is more than the daemon
// takes before the container runs, does not keep back the call that the daemon
// needs to go on.
func TestInputThatNeedsTheNextCall(t *testing.T) {
	const head = "HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
	for name, begins := range map[string]func(c io.Writer, started <-chan struct{}){
		"the head comes late":    func(c io.Writer, started <-chan struct{}) { <-started; io.WriteString(c, head) },
		"the input is not taken": func(c io.Writer, started <-chan struct{}) { io.WriteString(c, head); <-started },
	} {
		t.Run(name, func(t *testing.T) {
			s := exchangetest.New()
			attach := s.Connect(7, "docker").Request("POST", "/v1.47/containers/x/attach?stdin=1&stdout=1&stream=1", "Connection: Upgrade", "Upgrade: tcp").
				Answer(101, decode.ContentRaw, "Connection: Upgrade", "Upgrade: tcp", "Content-Type: application/vnd.docker.raw-stream")
			for range 6 {
				attach.Data(decode.Request, strings.Repeat("some input text\n", 4<<10))
			}
			attach.EndOf(decode.Request)
			reply(s.Connect(7, "docker").Call("POST", "/v1.47/containers/x/start", ""), 204, "")
			attach.Data(decode.Response, "393216\n").EndOf(decode.Response).End(decode.Server, decode.EndEOF)

			startsBefore(t, s, func(w http.ResponseWriter, started <-chan struct{}) {
				c, rw, err := http.NewResponseController(w).Hijack()
				if err != nil {
					return
				}
				defer c.Close()
				begins(c, started)
				if n, err := io.Copy(io.Discard, rw); err == nil {
					fmt.Fprintln(c, n)
				}
			})
		})
	}
}

// Input goes when what stood before it has come: the prompt; and a half-close
// after it.
func TestInputWaitsForItsPrompt(t *testing.T) {
	s := exchangetest.New()
	attach := s.Connect(7, "docker").Request("POST", "/v1.47/containers/x/attach?stdin=1&stdout=1&stream=1", "Connection: Upgrade", "Upgrade: tcp").
		Answer(101, decode.ContentRaw, "Connection: Upgrade", "Upgrade: tcp", "Content-Type: application/vnd.docker.raw-stream")
	attach.Data(decode.Response, "name? ").Data(decode.Request, "ada\n").Data(decode.Response, "hello ada\n")
	attach.EndOf(decode.Request).EndOf(decode.Response).End(decode.Server, decode.EndEOF)

	l, dial := socket(t)
	seen := make(chan string, 3)
	go func() {
		c, err := l.Accept()
		if err != nil {
			close(seen)
			return
		}
		defer c.Close()
		in := bufio.NewReader(c)
		if _, err := http.ReadRequest(in); err != nil {
			seen <- err.Error()
		}
		io.WriteString(c, "HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n")
		_ = c.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
		if _, err := in.Peek(1); err == nil {
			seen <- "input came before the prompt"
		}
		_ = c.SetReadDeadline(time.Time{})
		io.WriteString(c, "name? ")
		line, _ := in.ReadString('\n')
		seen <- line
		io.WriteString(c, "hello ada\n")
		if rest, err := io.ReadAll(in); err == nil {
			seen <- "half-close" + string(rest)
		}
		c.(*net.UnixConn).CloseWrite()
	}()
	t.Cleanup(func() { l.Close() })

	r := verified(t, s, dial, func(o *Options) { o.Existing = true })
	if a, b := <-seen, <-seen; a != "ada\n" || b != "half-close" {
		t.Errorf("%q, %q", a, b)
	}
	if r.Same != 1 {
		t.Errorf("%s", told(r))
	}
}

// A client that leaves a build behind its error may do so before the answer's end.
// The build is given the time it takes to come as far.
func TestBuildThatWasLeft(t *testing.T) {
	const step, failed = `{"stream":"Step 1/1"}` + "\n", `{"error":"exit 42"}` + "\n"
	s := exchangetest.New()
	s.Connect(7, "docker").Call("POST", "/v1.47/build", "").Answer(200, decode.ContentJSONStream, "Content-Type: application/json", "Transfer-Encoding: chunked").
		Data(decode.Response, step).Data(decode.Response, failed).End(decode.Client, decode.EndCancel)
	l, dial := socket(t)
	d := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, step)
		http.NewResponseController(w).Flush()
		select {
		case <-r.Context().Done():
			t.Error("the build was left before its error")
		case <-time.After(100 * time.Millisecond): // the step
		}
		io.WriteString(w, failed)
	})}
	served := make(chan error, 1)
	go func() { served <- d.Serve(l) }()
	t.Cleanup(func() { d.Close(); <-served })
	run := newRun(open(t, tape.Write(t, s)), Options{Dial: dial, Timeout: 20 * time.Second, Existing: true})
	run.streamPatience = 10 * time.Millisecond
	if result, err := run.verify(context.Background()); err != nil || result.Same != 1 {
		t.Errorf("%v\n%s", err, told(result))
	}
}

// A pause is made as it was recorded, and no longer than MaxIdle.
func TestPauses(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(7, "docker")
	reply(c.Call("GET", "/v1.47/images/json", ""), 200, `[]`)
	s.Wait(time.Hour)
	reply(c.Call("GET", "/v1.47/images/json", ""), 200, `[]`)
	_, dial := daemon(t, map[string]string{"GET /v1.47/images/json": `200 []`})
	r := verified(t, s, dial, func(o *Options) { o.Pace.Speed, o.Pace.MaxIdle = 1, 20*time.Millisecond })
	if r.Same != 2 || r.Shortened != 1 || !strings.Contains(told(r), "pauses shortened by --max-idle: 1;") {
		t.Errorf("%s", told(r))
	}
}
