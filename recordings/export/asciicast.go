package export

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
)

// asciicastExporter writes the first terminal of a recording, an attach or an
// exec with a TTY, as asciicast v3: its output and input, the resizes, the exit
// code, and other calls as markers. The bytes are unchanged: they act on the
// terminal that plays them as on the recorded one.
type asciicastExporter struct {
	*collector
	out     *bufio.Writer
	id      decode.ExchangeID // of the terminal; 0: none yet
	title   string
	over    bool // the terminal has ended
	thing   string
	last    time.Duration
	cols    int
	rows    int
	started bool
	rest    [2][]byte // of each direction: the beginning of a character
	others  int       // further terminals
	exit    *int64
}

const (
	castColumns = 80
	castRows    = 24
)

func newAsciicast(w io.Writer, o *Options) Exporter {
	a := &asciicastExporter{out: bufio.NewWriterSize(w, 64<<10), cols: castColumns, rows: castRows}
	a.collector = newCollector(o, forPeople, a.call)
	a.event = a.watchTerminal
	return a
}

// watchTerminal looks at each event when it comes: a terminal may last as long
// as a recording.
func (a *asciicastExporter) watchTerminal(x *exchange.Exchange, e decode.Event) {
	switch e := e.(type) {
	case *decode.ResponseHead:
		switch x.Name() {
		case "ContainerAttach", "ExecStart", "ContainerLogs":
			if x.Response.Content == decode.ContentRaw {
				a.begin(x)
			}
		}
	case *decode.Data:
		if x.ID == a.id && !a.over {
			kind := "o"
			if e.Dir == decode.Request {
				kind = "i"
			}
			a.write(e.Time, kind, a.text(e.Dir, e.Bytes))
		}
	case *decode.Gap:
		if x.ID == a.id && !a.over {
			a.write(e.Time, "m", bytesSize(e.Bytes)+" are missing here")
		}
	}
}

func (a *asciicastExporter) begin(x *exchange.Exchange) {
	switch {
	case a.id != 0:
		a.others++
		return
	case !a.options.Filter.Match(x):
		return
	}
	a.id, a.title, a.thing = x.ID, cut(oneLine(x.Command.Title), 200), x.Call.Param("id")
	a.last = x.ResponseHead
}

// head is written with the first event, as the size of the terminal often
// comes after its start.
func (a *asciicastExporter) head() {
	a.started = true
	term := map[string]any{"cols": a.cols, "rows": a.rows, "type": "xterm-256color"}
	head := map[string]any{"version": 3, "term": term}
	if a.title != "" {
		head["title"] = a.title
	}
	if start := a.options.Header.Start; !start.IsZero() {
		head["timestamp"] = start.Add(a.last).Unix()
	}
	b, _ := json.Marshal(head)
	fmt.Fprintf(a.out, "%s\n", b)
}

// write writes an event; its time counts from the one before.
func (a *asciicastExporter) write(at time.Duration, kind, data string) {
	if data == "" {
		return
	}
	if !a.started {
		a.head()
	}
	b, _ := json.Marshal(data)
	_, _ = visible.WriteString(a.out, fmt.Sprintf("[%.6f, %q, %s]\n", max(at-a.last, 0).Seconds(), kind, b))
	a.last = max(a.last, at)
}

// text is the whole characters of what came; the beginning of one waits for its
// rest.
func (a *asciicastExporter) text(d decode.Direction, b []byte) string {
	b = append(a.rest[d], b...)
	n := len(b)
	for i := max(n-utf8.UTFMax+1, 0); i < n; i++ {
		if utf8.RuneStart(b[i]) && !utf8.FullRune(b[i:]) {
			n = i
			break
		}
	}
	a.rest[d] = append([]byte(nil), b[n:]...)
	return strings.ToValidUTF8(string(b[:n]), "�")
}

// call takes a call that is over: a resize, an exit code, or a marker.
func (a *asciicastExporter) call(c *call) {
	op := c.Name()
	switch {
	case op == "ContainerResize" || op == "ExecResize":
		if a.id == 0 || a.over || a.thing != "" && c.Call.Param("id") == a.thing {
			a.resize(c)
		}
	case c.ID == a.id:
		a.over = true
	case a.id == 0:
	default:
		if code, ok := c.Exit(); ok && a.exit == nil && (op == "ExecInspect" || op == "ContainerWait") && a.about(c) {
			a.exit = &code
		}
		if !a.over {
			a.write(cmp.Or(c.ResponseHead, c.Start), "m", oneLine(op+" "+c.Summary()))
		}
	}
}

// about reports whether a call is about what the terminal belongs to. One may
// name it by its name and the other by its id.
func (a *asciicastExporter) about(c *call) bool {
	ref := c.Call.Param("id")
	return ref == a.thing || strings.HasPrefix(ref, a.thing) || strings.HasPrefix(a.thing, ref)
}

func (a *asciicastExporter) resize(c *call) {
	q := c.Call.Query()
	var cols, rows int
	if _, err := fmt.Sscan(q.Get("w"), &cols); err != nil || cols < 1 || cols > 10000 {
		return
	}
	if _, err := fmt.Sscan(q.Get("h"), &rows); err != nil || rows < 1 || rows > 10000 {
		return
	}
	a.cols, a.rows = cols, rows
	if a.started {
		a.write(c.Start, "r", fmt.Sprintf("%dx%d", cols, rows))
	}
}

func (a *asciicastExporter) Close() error {
	a.finish()
	if a.id == 0 {
		return cmp.Or(a.out.Flush(), fmt.Errorf("there is no terminal among the calls: an attach or an exec with a TTY (-t) is needed"))
	}
	for d, rest := range a.rest {
		if len(rest) > 0 {
			a.write(a.last, []string{"i", "o"}[d], "�")
		}
	}
	if a.others > 0 {
		a.write(a.last, "m", count(a.others, "more terminal")+" in the recording: choose one with --filter")
	}
	if a.exit != nil {
		a.write(a.last, "x", fmt.Sprint(*a.exit))
	}
	if !a.started {
		a.head()
	}
	return a.out.Flush()
}
