package decode

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// corpora is the folder of HTTP vectors that others wrote.
func corpora(t *testing.T) string {
	dir := os.Getenv("DOCKWIRE_CORPORA")
	if dir == "" {
		dir = "../../shared/corpora"
	}
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("DOCKWIRE_CORPORA: ", err)
		}
		t.Skip("no corpora at ", dir)
	}
	return dir
}

func TestCorpora(t *testing.T) {
	dir := corpora(t)
	for _, kind := range []struct {
		pattern string
		read    func(string) []string
		least   int
	}{
		{"gunicorn/*/*.http", gunicornVector, 80},
		{"llhttp/request/*.md", llhttpVectors, 150},
		{"libhtp/*.t", libhtpRequests, 50},
	} {
		files, err := filepath.Glob(filepath.Join(dir, kind.pattern))
		if err != nil || len(files) == 0 {
			t.Errorf("%s: no files (%v)", kind.pattern, err)
		}
		n := 0
		for _, name := range files {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range kind.read(string(b)) {
				n++
				t.Run(filepath.Base(name), func(t *testing.T) { compare(t, []byte(v)) })
			}
		}
		if n < kind.least {
			t.Errorf("%s: %d vectors", kind.pattern, n)
		}
	}
}

func gunicornVector(s string) []string {
	s = strings.ReplaceAll(s, "\n", "")
	return []string{strings.NewReplacer(`\r`, "\r", `\n`, "\n").Replace(s)}
}

var (
	llhttpBlock  = regexp.MustCompile("(?s)```http\n(.*?)\n?```")
	llhttpEscape = regexp.MustCompile(`\\(x[0-9a-fA-F]{2}|[rntf])`)
)

// llhttpVectors reads the blocks as llhttp's own tests do.
func llhttpVectors(s string) (all []string) {
	for _, m := range llhttpBlock.FindAllStringSubmatch(s, -1) {
		v := strings.ReplaceAll(m[1], "\\\n", "")
		v = strings.ReplaceAll(v, "\n", "\r\n")
		all = append(all, llhttpEscape.ReplaceAllStringFunc(v, func(e string) string {
			switch e[1] {
			case 'r':
				return "\r"
			case 'n':
				return "\n"
			case 't':
				return "\t"
			case 'f':
				return "\f"
			}
			var c byte
			fmt.Sscanf(e[2:], "%02x", &c)
			return string([]byte{c})
		}))
	}
	return all
}

// libhtpRequests joins what the client says in a transcript.
func libhtpRequests(s string) []string {
	var b strings.Builder
	for _, turn := range libhtpTurns(s) {
		if turn.dir == Request {
			b.WriteString(turn.text)
		}
	}
	return []string{b.String()}
}

type turn struct {
	dir  Direction
	text string
}

// libhtpTurns takes a transcript apart.
func libhtpTurns(s string) (all []turn) {
	for line := range strings.Lines(s) {
		switch mark := strings.TrimRight(line, "\r\n"); {
		case mark == ">>>":
			all = append(all, turn{dir: Request})
		case mark == "<<<":
			all = append(all, turn{dir: Response})
		case len(all) > 0:
			all[len(all)-1].text += line
		}
	}
	return all
}

// TestLlhttpResponses compares with net/http's client, as FuzzClient does.
func TestLlhttpResponses(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(corpora(t), "llhttp/response/*.md"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range llhttpVectors(string(b)) {
			for _, heads := range []uint8{0, 1} {
				n++
				methods, requests := asked(heads)
				t.Run(filepath.Base(name), func(t *testing.T) { compareAnswers(t, methods[:], requests, []byte(v)) })
			}
		}
	}
	if n < 100 {
		t.Errorf("%d vectors", n)
	}
}

// TestLibhtpTranscripts feeds both directions in turn, and compares the statuses
// with what net/http reads.
func TestLibhtpTranscripts(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(corpora(t), "libhtp/*.t"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(name), func(t *testing.T) { compareTranscript(t, libhtpTurns(string(b))) })
	}
	if len(files) < 50 {
		t.Errorf("%d transcripts", len(files))
	}
}

func compareTranscript(t *testing.T, turns []turn) {
	var methods, got []string
	sess := NewSession(func(e Event) {
		switch e := e.(type) {
		case *RequestHead:
			methods = append(methods, e.Method)
		case *ResponseHead:
			got = append(got, fmt.Sprint(e.Status))
		}
	})
	c := sess.Open(ConnOpened{Origin: Origin{Conn: 1}})
	answers := ""
	for _, turn := range turns {
		c.Feed(turn.dir, 0, []byte(turn.text))
		if turn.dir == Response {
			answers += turn.text
		}
	}
	c.EOF(Response, 0)
	c.Close(0, Server, EndEOF, "")
	for i, want := range answered(methods, []byte(answers)) {
		if _, status, _ := strings.Cut(want.status, " "); i >= len(got) || got[i] != status {
			t.Fatalf("response %d is %s to the client, the decoder has %v", i, status, got)
		}
	}
}
