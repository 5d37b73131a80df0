package limits

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/recordings"
	screens "github.com/dockwire/dockwire/ui/screens/terminal"
)

var searched = flag.Int("searched", 128, "MiB of the recording that is searched")

// searchMemory bounds a screen that searches a recording, however long that is.
const searchMemory = 96 << 10 // KiB

// A search on the screen finds what only the end of a long recording has, shows
// how far it is, and holds nothing of what it has read.
func TestSearchOfALongRecording(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "long.jsonl")
	writeLong(t, path, int64(*searched)<<20, "the needle in it\n")
	cmd := exec.Command(dockwire, "view", path)
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "LANG=C.UTF-8", "XDG_CONFIG_HOME="+dir, "XDG_CACHE_HOME="+dir)
	term, err := screens.Start(cmd, columns, rows)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { term.Kill(); _ = term.Wait() }()
	const patience = 5 * time.Minute
	began := time.Now()
	if err := term.Await(patience, "the whole recording", func(text string) bool {
		return strings.Contains(text, " calls") && !strings.Contains(text, "reading")
	}); err != nil {
		t.Fatal(err)
	}
	listed := time.Since(began)
	began = time.Now()
	if err := term.Type("/the needle\r"); err != nil {
		t.Fatal(err)
	}
	progress, seen := regexp.MustCompile(`searching \d+%`), map[string]bool{}
	if err := term.Await(patience, "the hit", func(text string) bool {
		seen[progress.FindString(text)] = true
		return strings.Contains(text, "in one call")
	}); err != nil {
		t.Fatal(err)
	}
	most := (&tap{t: t, cmd: cmd}).memory("VmHWM")
	t.Logf("%d MiB: listed after %v, found after %v, %d steps of progress, at most %d KiB", *searched, listed, time.Since(began), len(seen), most)
	if delete(seen, ""); len(seen) == 0 {
		t.Error("no progress was shown")
	}
	if most > searchMemory {
		t.Errorf("%d KiB of memory, want at most %d", most, searchMemory)
	}
}

// writeLong makes a recording of at least that size, whose last stream ends with a
// text that nothing else has.
func writeLong(t *testing.T, path string, size int64, last string) {
	t.Helper()
	w, err := recordings.Create(path, recordings.Options{Bursts: true, Header: recordings.Header{Start: time.Now()}})
	if err != nil {
		t.Fatal(err)
	}
	var noise strings.Builder
	for n := 0; noise.Len() < 16<<10; n++ {
		fmt.Fprintf(&noise, "%08d nothing to see here, a line as others\n", n)
	}
	part := func(end string) []decode.Event {
		s := exchangetest.New()
		c := s.Connect(1, "docker", "logs", "web")
		for range 20 {
			c.Call("GET", "/v1.47/containers/json", "").Reply(200, "[]")
		}
		x := c.Call("GET", "/v1.47/containers/web/logs?stdout=1", "").Answer(200, decode.ContentStdcopy)
		for range 64 {
			x.Frame(decode.Response, 1, noise.String())
		}
		x.Frame(decode.Response, 1, end).End(decode.Server, decode.EndEOF)
		c.Close()
		return s.Events()
	}
	var at decode.Origin
	write := func(events []decode.Event) {
		before := at
		for _, e := range events {
			o := *e.From()
			moved := decode.Origin{Time: o.Time + before.Time, Conn: o.Conn + before.Conn, Exchange: o.Exchange}
			if o.Exchange > 0 {
				moved.Exchange += before.Exchange
			}
			*e.From() = moved
			if err := w.Event(e); err != nil {
				t.Fatal(err)
			}
			at = decode.Origin{Time: moved.Time, Conn: max(at.Conn, moved.Conn), Exchange: max(at.Exchange, moved.Exchange)}
			*e.From() = o
		}
	}
	same := part("as all the others\n")
	for w.Offset() < size {
		write(same)
	}
	write(part(last))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}
