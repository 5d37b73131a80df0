package export

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
)

const (
	shellWindow = 2000     // calls that wait for one that began before them
	shellRoom   = 32 << 20 // bytes of them
	shellIDs    = 10000    // ids of answers that later calls may use, the newest
)

// shellExporter writes the calls as a script, in the order in which they
// began. An id that an answer gave is taken from the answer again, by jq.
type shellExporter struct {
	*collector
	out     *bufio.Writer
	waiting []*call
	held    int               // bytes of waiting
	vars    map[string]string // id in the recording → variable
	ids     []string          // keys of vars, the oldest first
	calls   int
}

func newShell(w io.Writer, o *Options) Exporter {
	s := &shellExporter{out: bufio.NewWriterSize(w, 64<<10), vars: map[string]string{}}
	s.collector = newCollector(o, forPeople, s.add) // a word of a command line has 128 KiB at most
	fmt.Fprintf(s.out, shellTop, strings.ReplaceAll(oneLine(o.Name), "\n", " "))
	return s
}

const shellTop = `#!/bin/sh
# Docker API calls of %s, as curl commands. Needs curl and jq.
# They are made on the daemon at $DOCKER_SOCKET: containers may be created and removed.
set -u
socket=${DOCKER_SOCKET:-/var/run/docker.sock}
failed=0

# call STATUS METHOD TARGET [CURL-ARGUMENT...]: makes a call, keeps its answer in $answer, and says when its status is another.
call() {
	want=$1 method=$2 target=$3
	shift 3
	if [ "$method" = HEAD ]; then set -- --head "$@"; else set -- -X "$method" "$@"; fi
	got=$(curl -sS -g --path-as-is --unix-socket "$socket" -w '\n%%{http_code}' "$@" "http://docker$target" | tr -d '\000')
	status=${got##*
}
	answer=${got%%
*}
	if [ "$status" != "$want" ]; then
		echo "$method $target: $status, not $want: $answer" >&2
		failed=1
	fi
}
# id PATH: a value of the answer.
id() { printf '%%s' "$answer" | jq -r "$1"; }

`

func (s *shellExporter) add(c *call) {
	k := c.keep()
	at := len(s.waiting)
	for at > 0 && s.waiting[at-1].ID > k.ID {
		at--
	}
	s.waiting = slices.Insert(s.waiting, at, k)
	s.held += k.size()
	s.release(false)
}

// release writes the waiting calls that began before every call that is still open.
func (s *shellExporter) release(all bool) {
	oldest := decode.ExchangeID(1<<63 - 1)
	for x := range s.folder.Open() { // the one that is being delivered, too
		if x.ID < oldest && x.State != exchange.Done && !x.Hijack {
			oldest = x.ID
		}
	}
	n := 0
	for n < len(s.waiting) && (all || s.waiting[n].ID < oldest || len(s.waiting)-n > shellWindow || s.held > shellRoom) {
		next := (*call)(nil)
		if n+1 < len(s.waiting) {
			next = s.waiting[n+1]
		}
		s.call(s.waiting[n], next)
		s.held -= s.waiting[n].size()
		n++
	}
	s.waiting = append(s.waiting[:0], s.waiting[n:]...)
}

// call writes one call. A call that went on while the next was made is put
// into the background.
func (s *shellExporter) call(c, next *call) {
	s.calls++
	fmt.Fprintf(s.out, "# %d %s %s\n", c.ID, oneLine(c.Name()), cut(oneLine(c.Summary()), 150))
	if why := leftOut(c); why != "" {
		fmt.Fprintf(s.out, "# left out: %s\n\n", why)
		return
	}
	background := ""
	if next != nil && c.Last > next.Start {
		background = " &\nsleep 1 # it has to reach the daemon before the next"
	}
	fmt.Fprintf(s.out, "call %d %s %s%s%s\n", c.Status, s.quote(c.Method), s.quote(c.Target), s.arguments(c), background)
	if background == "" {
		s.learn(c)
	}
	s.out.WriteByte('\n')
}

// leftOut says why a call cannot be made by curl.
func leftOut(c *call) string {
	switch {
	case c.Status == 0:
		return "it had no answer"
	case c.ByDaemon, c.Stream != 0:
		return "it travelled in HTTP/2"
	case c.Hijack:
		return "the connection becomes a stream, which curl cannot speak"
	case c.Response.Content == decode.ContentJSONStream && c.Ended.By == decode.Client:
		return "a stream that the client ended"
	case c.Request.Cut:
		return "its body is not whole: " + bodyNote(&c.Request)
	case !shown(string(c.Request.Body)), !shown(c.Target), !shown(c.Method), !shown(c.Request.Header("Content-Type")):
		return "it has bytes that are no printable text"
	case !strings.HasPrefix(c.Target, "/"):
		return "its target is no path"
	case strings.Contains(string(c.Request.Body), "{{redacted.") || strings.Contains(c.Target, "{{redacted."):
		return "it has a secret, which was redacted"
	}
	return ""
}

// shown reports whether text has only characters that can be seen.
func shown(s string) bool { return printable(s) == s }

func (s *shellExporter) arguments(c *call) string {
	var b strings.Builder
	if t := c.Request.Header("Content-Type"); t != "" {
		b.WriteString(" -H " + s.quote("Content-Type: "+t))
	}
	if len(c.Request.Body) > 0 {
		b.WriteString(" --data-raw " + s.quote(string(c.Request.Body)))
	}
	return b.String()
}

// learn takes the ids of an answer, which later calls use.
func (s *shellExporter) learn(c *call) {
	if c.Method != "POST" || c.Status >= 300 || c.Response.Content != decode.ContentJSON {
		return
	}
	var answer struct{ ID, Name string }
	if json.Unmarshal(c.Response.Body, &answer) != nil || len(answer.ID) < 12 {
		return
	}
	name := "id_" + itoa(int(c.ID))
	if s.vars[answer.ID] == "" {
		if s.ids = append(s.ids, answer.ID); len(s.ids) > shellIDs {
			delete(s.vars, s.ids[0])
			s.ids = s.ids[1:]
		}
	}
	s.vars[answer.ID] = name
	fmt.Fprintf(s.out, "%s=$(id '.Id // .ID')\n", name)
}

// quote makes one word of a shell out of any text. Ids that an earlier answer
// gave become the variable that holds them.
func (s *shellExporter) quote(text string) string {
	var b strings.Builder
	b.WriteByte('\'')
	for i := 0; i < len(text); {
		n := 0 // digits from here on
		for i+n < len(text) && isHex(text[i+n]) {
			n++
		}
		switch name := s.vars[text[i:i+n]]; {
		case name != "":
			b.WriteString(`'"$` + name + `"'`)
		case n > 0:
			b.WriteString(text[i : i+n])
		case text[i] == '\'':
			b.WriteString(`'\''`)
		default:
			b.WriteByte(text[i])
		}
		i += max(n, 1)
	}
	b.WriteByte('\'')
	return b.String()
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' }

func (s *shellExporter) Close() error {
	s.finish()
	s.release(true)
	fmt.Fprint(s.out, "wait\nexit $failed\n")
	return s.out.Flush()
}
