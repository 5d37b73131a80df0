package replay

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/recordings"
	"github.com/dockwire/dockwire/recordings/internal/tape"
)

// actVariable makes this test's program a dockwire command that does as its
// value says.
const actVariable = "DOCKWIRE_TEST_ACT"

func fakeDockwire(act string) int {
	if act == "asks" {
		socket := strings.TrimPrefix(os.Getenv("DOCKER_HOST"), "unix://")
		c, err := net.Dial("unix", socket)
		if err != nil {
			fmt.Print(err)
			return 1
		}
		fmt.Fprint(c, request("GET", "/images/a/json"))
		r, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			fmt.Print(err)
			return 1
		}
		fmt.Print(r.StatusCode)
		return 0
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt)
	args := os.Args[1:]
	file, at := args[slices.Index(args, "-o")+1], args[slices.Index(args, "--listen")+1]
	if act == "refuses" {
		fmt.Fprintln(os.Stderr, "dockwire: no daemon there")
		return 1
	}
	l, err := net.Listen("unix", strings.TrimPrefix(at, "unix://"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Fprintf(os.Stderr, "dockwire: listening on %s\n", at)
	var mu sync.Mutex
	text := strings.Join(slices.Concat(args[:3], args[5:6], args[slices.Index(args, "--listen")+2:]), " ") + "\n"
	go http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		text += r.URL.Path + "\n"
		w.WriteHeader(http.StatusTeapot)
	}))
	if act == "leaves" {
		return 0
	}
	<-stop
	mu.Lock()
	defer mu.Unlock()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil || act == "fails" {
		fmt.Fprintln(os.Stderr, "dockwire: the disk is full", err)
		return 1
	}
	return 0
}

// recording sets the environment as a person that records does.
func recording(t *testing.T, act string) (file string) {
	t.Helper()
	t.Setenv(recordVariable, "1")
	t.Setenv(binaryVariable, os.Args[0])
	t.Setenv(actVariable, act)
	return filepath.Join(t.TempDir(), "testdata", "run.jsonl") // in a folder that is not there yet
}

// Auto replays what there is, and records what there is not.
func TestAuto(t *testing.T) {
	file := recording(t, "records")
	t.Setenv(recordVariable, "")
	read := func() string {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	run := func(paths ...string) {
		t.Helper()
		f := &fakeTB{}
		d := New(f, file, Auto())
		for _, path := range paths {
			want := http.StatusTeapot
			if path == "/images/a/json" {
				want = http.StatusOK
			}
			if code := get(t, d, path); code != want {
				t.Errorf("%s: status %d, want %d", path, code, want)
			}
		}
		if got := f.end(); got != "" {
			t.Errorf("failed with %s", got)
		}
	}
	run("/containers/json")
	if got, want := read(), "tap --format none --overwrite --max-body=all --tar-uploads=false\n/containers/json\n"; got != want {
		t.Errorf("without a recording: %q, want %q", got, want)
	}
	s := exchangetest.New()
	tape.JSON(s.Connect(7).Call("GET", "/images/a/json", ""), 200, "{}")
	tape.To(t, file, s, func(o *recordings.Options) { o.Overwrite = true })
	recorded := read()
	run("/images/a/json")
	if read() != recorded {
		t.Error("a replay without a miss changed the recording")
	}
	run("/images/a/json", "/images/b/json", "/images/c/json")
	if got, want := read(), "tap --format none --append --max-body=all --tar-uploads=false\n/images/b/json\n/images/c/json\n"; got != want {
		t.Errorf("with misses: %q, want %q", got, want)
	}
}

func TestNewRecords(t *testing.T) {
	file := recording(t, "records")
	f := &fakeTB{}
	d := New(f, file, AllUsed(), Record("--tar-uploads"), Record("--redact", "TICKET"))
	if code := get(t, d, "/containers/json"); code != http.StatusTeapot {
		t.Errorf("status %d: that was not the daemon behind dockwire", code)
	}
	if r := d.Report(); r.Exchanges != 0 || r.Missed != nil {
		t.Errorf("a report of a replay: %+v", r)
	}
	if got := f.end(); got != "" {
		t.Errorf("failed with %s", got)
	}
	b, err := os.ReadFile(file)
	if want := "tap --format none --overwrite --max-body=all --tar-uploads=false --tar-uploads --redact TICKET\n/containers/json\n"; string(b) != want || err != nil {
		t.Errorf("recorded %q, %v, want %q", b, err, want)
	}
	if _, err := os.Stat(filepath.Dir(d.socket)); !os.IsNotExist(err) {
		t.Errorf("the socket's folder is still there: %v", err)
	}
}

func TestARecorderThatFailsFailsTheTest(t *testing.T) {
	for _, tt := range []struct{ act, want string }{
		{"refuses", "dockwire tap did not start: exit status 1\ndockwire: no daemon there"},
		{"leaves", "dockwire tap ended before the test did: exit status 0\ndockwire: listening"},
		{"fails", "the disk is full"},
	} {
		t.Run(tt.act, func(t *testing.T) {
			file := recording(t, tt.act)
			f := &fakeTB{}
			var d *Daemon
			fatally(func() { d = New(f, file) })
			if tt.act == "leaves" {
				<-d.recorder.exited
			}
			if got := f.end(); !strings.Contains(got, tt.want) || !strings.Contains(got, file) {
				t.Errorf("failed with %q, want %q and %s", got, tt.want, file)
			}
		})
	}
}

// fatally calls what may end with fakeTB.Fatalf, and reports whether it did.
func fatally(f func()) (fatal bool) {
	defer func() {
		switch x := recover().(type) {
		case nil:
		case *fakeTB:
			fatal = true
		default:
			panic(x)
		}
	}()
	f()
	return false
}

func TestARecorderHasToBeInstalled(t *testing.T) {
	for _, tt := range []struct{ binary, path, want string }{
		{"", t.TempDir(), `"dockwire": executable file not found`},
		{filepath.Join(t.TempDir(), "none"), os.Getenv("PATH"), "none"},
	} {
		t.Setenv(recordVariable, "yes")
		t.Setenv(binaryVariable, tt.binary)
		t.Setenv("PATH", tt.path)
		f := &fakeTB{}
		fatal := fatally(func() { New(f, "run.jsonl") })
		got := f.end()
		if !fatal {
			t.Error("the test went on")
		}
		for _, want := range []string{tt.want, "go install github.com/dockwire/dockwire/cmd/dockwire@latest", binaryVariable} {
			if !strings.Contains(got, want) {
				t.Errorf("failed with %q, want %q", got, want)
			}
		}
	}
}

func TestZeroReplays(t *testing.T) {
	recording(t, "records")
	t.Setenv(recordVariable, "0")
	f := &fakeTB{}
	fatally(func() { New(f, "none.jsonl") })
	if got := f.end(); !strings.Contains(got, "DOCKWIRE_RECORD=1 makes the recording") {
		t.Errorf("failed with %q, want how to make the recording", got)
	}
}
