package recordings

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode"
)

// What was captured between real clients and dockerd comes back from a
// recording as the decoder gave it, pieces of plain bodies joined.
func TestCaptures(t *testing.T) {
	files, err := filepath.Glob("../decode/testdata/*/*.wire")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d captures, %v", len(files), err)
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			var seen []decode.Event
			playWire(t, path, func(e decode.Event) { seen = append(seen, decode.Clone(e)) })
			file := write(t, Options{MaxBody: KeepAll, TarUploads: true, Peers: true}, seen...)
			got, bad := read(t, file)
			if bad != nil {
				t.Fatal(bad)
			}
			same(t, joined(got), joined(seen))
		})
	}
}

// joined joins the pieces of bodies that are no streams, and splits none.
func joined(events []decode.Event) []decode.Event {
	type key struct {
		x decode.ExchangeID
		d decode.Direction
	}
	contents := map[key]decode.Content{}
	var list []decode.Event
	for _, e := range events {
		switch e := decode.Clone(e).(type) {
		case *decode.RequestHead:
			contents[key{e.Exchange, decode.Request}] = e.Content
			list = append(list, e)
		case *decode.ResponseHead:
			contents[key{e.Exchange, decode.Response}] = e.Content
			list = append(list, e)
		case *decode.Data:
			of := side{content: contents[key{e.Exchange, e.Dir}]}
			plain := !of.streams() && e.Fd == decode.NoFd && !e.More
			if last, ok := list[len(list)-1].(*decode.Data); ok && plain && last.Exchange == e.Exchange && last.Dir == e.Dir {
				last.Bytes = append(last.Bytes, e.Bytes...)
				last.Time = 0
				continue
			}
			if plain {
				e.Time = 0 // that of the last piece
			}
			list = append(list, e)
		case *decode.ControlFrames: // not kept
		default:
			list = append(list, e)
		}
	}
	return list
}

// playWire feeds a capture to the decoder; decode/testdata/README.md has the
// form of captures.
func playWire(t *testing.T, path string, emit func(decode.Event)) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s := decode.NewSession(emit)
	conns := map[decode.ConnID]*decode.Conn{}
	lines := strings.Split(string(text), "\n")
	for i := 0; i < len(lines); i++ {
		if lines[i] == "" || lines[i][0] == '#' {
			continue
		}
		var id decode.ConnID
		var verb string
		var at int64
		if _, err := fmt.Sscan(lines[i], &id, &verb, &at); err != nil {
			t.Fatalf("%s:%d: %v", path, i+1, err)
		}
		now := time.Duration(at) * time.Microsecond
		rest := strings.Join(strings.SplitN(lines[i], " ", 4)[3:], "")
		dir := decode.Request
		if verb[0] == '<' {
			dir = decode.Response
		}
		c := conns[id]
		switch verb {
		case "open":
			conns[id] = s.Open(decode.ConnOpened{Origin: decode.Origin{Time: now, Conn: id}})
		case "close":
			var by decode.Party
			var how decode.Ending
			var why string
			if _, err := fmt.Sscanf(rest, "%s %s %q", &by, &how, &why); err != nil {
				t.Fatalf("%s:%d: %v", path, i+1, err)
			}
			c.Close(now, by, how, why)
		case ">", "<":
			b := unquote(t, rest)
			for i+1 < len(lines) && lines[i+1] != "" && strings.Contains("+*", lines[i+1][:1]) {
				i++
				b += more(t, lines[i])
			}
			c.Feed(dir, now, []byte(b))
		case ">|", "<|":
			c.EOF(dir, now)
		case ">?", "<?":
			var n int64
			var why string
			if _, err := fmt.Sscanf(rest, "%d %q", &n, &why); err != nil {
				t.Fatalf("%s:%d: %v", path, i+1, err)
			}
			c.Gap(dir, now, n, why)
		}
	}
}

func more(t *testing.T, line string) string {
	t.Helper()
	text := line[2:]
	if line[0] == '+' {
		return unquote(t, text)
	}
	count, text, _ := strings.Cut(text, " ")
	n, err := strconv.Atoi(count)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Repeat(unquote(t, text), n)
}

func unquote(t *testing.T, s string) string {
	t.Helper()
	text, err := strconv.Unquote(s)
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return text
}
