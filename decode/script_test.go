package decode

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A script is what a tap saw: testdata/README.md describes its text form.
type script []step

type step struct {
	conn  ConnID
	at    time.Duration
	do    string // "open", "close", "feed", "eof", "gap"
	dir   Direction
	bytes []byte
	n     int64
	by    Party
	how   Ending
	why   string
}

func readScript(t testing.TB, file string) script {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s, err := parseScript(b)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return s
}

func parseScript(b []byte) (script, error) {
	var s script
	sc := bufio.NewScanner(bytes.NewReader(b))
	sc.Buffer(nil, 4<<20)
	for n := 1; sc.Scan(); n++ {
		line := strings.TrimSpace(sc.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		if err := s.parseLine(line); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	return s, sc.Err()
}

func (s *script) parseLine(line string) error {
	if line[0] == '+' || line[0] == '*' {
		return s.parseMore(line)
	}
	var st step
	var verb string
	var micros int64
	if _, err := fmt.Sscan(line, &st.conn, &verb, &micros); err != nil {
		return err
	}
	st.at = time.Duration(micros) * time.Microsecond
	rest := strings.SplitN(line, " ", 4)[3:]
	if strings.HasPrefix(verb, "<") {
		st.dir = Response
	}
	var err error
	switch verb {
	case "open":
		st.do = "open"
	case "close":
		st.do = "close"
		_, err = fmt.Sscanf(rest[0], "%s %s %q", &st.by, &st.how, &st.why)
	case ">", "<":
		st.do = "feed"
		var text string
		text, err = strconv.Unquote(rest[0])
		st.bytes = []byte(text)
	case ">|", "<|":
		st.do = "eof"
	case ">?", "<?":
		st.do = "gap"
		_, err = fmt.Sscanf(rest[0], "%d %q", &st.n, &st.why)
	default:
		err = fmt.Errorf("unknown verb %q", verb)
	}
	*s = append(*s, st)
	return err
}

func (s *script) parseMore(line string) error {
	times := 1
	_, text, _ := strings.Cut(line, " ")
	if line[0] == '*' {
		var count string
		count, text, _ = strings.Cut(text, " ")
		n, err := strconv.Atoi(count)
		if err != nil {
			return err
		}
		times = n
	}
	more, err := strconv.Unquote(text)
	last := &(*s)[len(*s)-1]
	last.bytes = append(last.bytes, strings.Repeat(more, times)...)
	return err
}

// play runs the script through a session. Reads longer than cut bytes are
// fed in pieces; cut 0 leaves them as they are.
func (s script) play(cut int, emit func(Event)) {
	sess := NewSession(emit)
	conns := map[ConnID]*Conn{}
	for _, st := range s {
		st.play(sess, conns, cut)
	}
}

func (st *step) play(sess *Session, conns map[ConnID]*Conn, cut int) {
	if st.do == "open" {
		conns[st.conn] = sess.Open(ConnOpened{Origin: Origin{Time: st.at, Conn: st.conn}})
		return
	}
	c := conns[st.conn]
	switch st.do {
	case "close":
		c.Close(st.at, st.by, st.how, st.why)
	case "eof":
		c.EOF(st.dir, st.at)
	case "gap":
		c.Gap(st.dir, st.at, st.n, st.why)
	case "feed":
		p := st.bytes
		for cut > 0 && len(p) > cut {
			feedCopy(c, st.dir, st.at, p[:cut])
			p = p[cut:]
		}
		feedCopy(c, st.dir, st.at, p)
	}
}

// feedCopy feeds bytes that are overwritten afterwards: whoever keeps a
// reference to them shows.
func feedCopy(c *Conn, d Direction, at time.Duration, p []byte) {
	b := bytes.Clone(p)
	c.Feed(d, at, b)
	for i := range b {
		b[i] = 0xEE
	}
}
