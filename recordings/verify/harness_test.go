package verify

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/recordings/flow/load"
	"github.com/dockwire/dockwire/recordings/internal/tape"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	id1 = "3f2a91c0b7d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e"
	id2 = "aaaa91c0b7d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e"
)

func open(t testing.TB, path string) *load.Recording {
	t.Helper()
	rec, err := load.Open(path, load.Options{Partial: true, Unkept: true, Inputs: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { rec.Close() })
	return rec
}

// socket listens where paths may not be long.
func socket(t testing.TB) (net.Listener, Dial) {
	t.Helper()
	dir, err := os.MkdirTemp("", "dwv")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	path := filepath.Join(dir, "d.sock")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	return l, func(ctx context.Context) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", path)
	}
}

// fake is a daemon that answers what it is told to, and says what it was asked.
// Answers are by method and path: "201 {...}"; what has none is 404.
type fake struct {
	answers map[string]string
	mu      sync.Mutex
	asked   []string // with bodies, in the order they came
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body := new(strings.Builder)
	fmt.Fprintf(body, "%s %s", r.Method, r.RequestURI)
	if r.ContentLength > 0 {
		b := make([]byte, r.ContentLength)
		n, _ := r.Body.Read(b)
		fmt.Fprintf(body, " %s", b[:n])
	}
	f.mu.Lock()
	f.asked = append(f.asked, body.String())
	answer, ok := f.answers[r.Method+" "+r.URL.Path]
	f.mu.Unlock()
	if !ok {
		answer = `404 {"message":"no such thing"}`
	}
	status, text, _ := strings.Cut(answer, " ")
	if status == "hang" {
		<-r.Context().Done()
		return
	}
	w.Header().Set("Content-Type", "application/json")
	code := 0
	fmt.Sscan(status, &code)
	w.WriteHeader(code)
	fmt.Fprint(w, text)
}

// was says what the recorded calls asked for, without questions of our own.
func (f *fake) was() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return strings.Join(f.asked, "\n")
}

// daemon serves a fake until the test ends.
func daemon(t testing.TB, answers map[string]string) (*fake, Dial) {
	t.Helper()
	l, dial := socket(t)
	f := &fake{answers: answers}
	s := &http.Server{Handler: f}
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	t.Cleanup(func() { s.Close(); <-served })
	return f, dial
}

// verified runs a script against a daemon.
func verified(t testing.TB, s *exchangetest.Script, dial Dial, change ...func(*Options)) *Result {
	t.Helper()
	o := Options{Dial: dial, Timeout: 20 * time.Second}
	for _, c := range change {
		c(&o)
	}
	r, err := Run(context.Background(), open(t, tape.Write(t, s)), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// told is a result for people.
func told(r *Result) string { return r.Text(nil, func(s string) string { return s }) }

// reply answers as the daemon does.
func reply(x *exchangetest.Exchange, status int, body string) *exchangetest.Exchange {
	if body == "" {
		return tape.Empty(x, status)
	}
	return tape.JSON(x, status, body)
}
