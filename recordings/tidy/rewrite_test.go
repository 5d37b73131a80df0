package tidy

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/decode/filter"
	"github.com/dockwire/dockwire/recordings"
	"github.com/dockwire/dockwire/recordings/internal/tape"
)

// flow is a create, a start and logs, of a container that is another one each
// time.
func flow(t *testing.T, id string, pid int, wait time.Duration) string {
	s := exchangetest.New()
	c := s.Connect(pid, "docker", "run")
	tape.JSON(c.Call("POST", "/v1.41/containers/create?name=web", `{"Image":"busybox"}`), 201, `{"Id":"`+id+`"}`)
	s.Wait(wait)
	c.Call("POST", "/v1.41/containers/"+id+"/start", "").Answer(204, decode.ContentNone).End(decode.Server, decode.EndEOF)
	logs := s.Connect(pid+1, "docker", "logs").Call("GET", "/v1.41/containers/"+id+"/logs", "").Answer(200, decode.ContentStdcopy)
	logs.Frame(decode.Response, 1, "I am "+id[:12]+" of sha256:"+strings.Repeat("ab", 32)+"\n")
	logs.End(decode.Server, decode.EndEOF)
	return tape.Write(t, s)
}

func rewrite(t *testing.T, path string, o Options) (string, Counts) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "out.jsonl")
	counts, err := Rewrite(
		func() (*recordings.Reader, error) { return recordings.Open(path) },
		func(h recordings.Header) (*recordings.Writer, error) {
			return recordings.Create(out, recordings.Options{MaxBody: recordings.KeepAll, Header: h})
		}, o)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return string(b), counts
}

func TestTwoRecordingsOfOneFlow(t *testing.T) {
	a, _ := rewrite(t, flow(t, strings.Repeat("4f2c", 16), 100, time.Second), Options{})
	b, _ := rewrite(t, flow(t, strings.Repeat("91d0", 16), 7000, time.Minute), Options{})
	if a != b {
		t.Errorf("differ:\n%s\n%s", a, b)
	}
	if strings.Contains(a, "4f2c4f2c") || !strings.Contains(a, "sha256:"+strings.Repeat("ab", 32)) {
		t.Errorf("an id is left, or a digest is gone:\n%s", a)
	}
	if kept, _ := rewrite(t, flow(t, strings.Repeat("4f2c", 16), 100, time.Second), Options{KeepTimes: true, KeepValues: true}); !strings.Contains(kept, "4f2c4f2c") {
		t.Errorf("an id that was to be kept is gone:\n%s", kept)
	}
}

// What is left by a filter has no line of an exchange or a connection that went.
func TestNoOrphans(t *testing.T) {
	f, err := filter.Parse("op:ContainerLogs")
	if err != nil {
		t.Fatal(err)
	}
	out, counts := rewrite(t, flow(t, strings.Repeat("4f2c", 16), 100, time.Second), Options{Filter: f})
	if counts.Kept != 1 || counts.Exchanges != 3 {
		t.Errorf("%+v", counts)
	}
	for _, gone := range []string{"create", `"x":2`, `"c":2`, `"run"`} {
		if strings.Contains(out, gone) {
			t.Errorf("%s is left:\n%s", gone, out)
		}
	}
}

// A filter that nothing matches, as a mistaken one, leaves the recording as it is.
func TestNothingKept(t *testing.T) {
	f, err := filter.Parse("op:ImagePush")
	if err != nil {
		t.Fatal(err)
	}
	path := flow(t, strings.Repeat("4f2c", 16), 100, time.Second)
	_, err = Rewrite(func() (*recordings.Reader, error) { return recordings.Open(path) },
		func(recordings.Header) (*recordings.Writer, error) {
			t.Error("a recording was begun")
			return nil, errors.New("begun")
		}, Options{Filter: f})
	if !errors.Is(err, ErrNothingKept) {
		t.Errorf("%v", err)
	}
}

// A time of the run becomes a fixed one, and the head says the new length.
func TestTimesInBodies(t *testing.T) {
	for created, want := range map[string]string{
		`{"Created":"2026-01-01T00:00:01.5Z"}`:    `{"Created":"2001-09-09T01:46:40.000000000Z"}`,
		`{"Created":1767225601}`:                  `{"Created":1000000000}`,
		`{"Created":"2020-05-05T00:00:00Z"}`:      `{"Created":"2020-05-05T00:00:00Z"}`,
		`{"StartedAt":"0001-01-01T00:00:00Z"}`:    `{"StartedAt":"0001-01-01T00:00:00Z"}`,
		`{"timeNano":1767225601000000001}`:        `{"timeNano":1000000000000000000}`,
		`{"Mac":"02:42:ac:11:00:99","Pid":31415}`: `{"Mac":"02:42:00:00:00:01","Pid":4242}`,
	} {
		v := newValues(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
		if got := string(v.in([]byte(created), time.Second)); got != want {
			t.Errorf("%s became %s", created, got)
		}
	}
}
