package lesson

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/recordings"
	"github.com/dockwire/dockwire/ui/safe"
)

// A block of code with the word wire behind its fence holds what to show of the
// recording, a line each:
//
//	calls          every call, a line each
//	request 2      the head and body of request 2, as on the wire
//	response 2     the same of its answer
//	stream 3       what streamed both ways, a line a piece
//	frames 3       the first frames of a stdcopy stream, in hexadecimal

// call is an exchange with what streamed.
type call struct {
	*exchange.Exchange
	pieces []piece
}

type piece struct {
	dir   decode.Direction
	fd    int
	bytes []byte
}

// keepBody is how much of a body a lesson can show, in bytes.
const keepBody = 16 << 10

// calls reads the calls of a recording, in the order of their requests.
func calls(path string) ([]*call, error) {
	in, err := recordings.Open(path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	return callsOf(in)
}

func callsOf(in *recordings.Reader) ([]*call, error) {
	var all []*call
	byID := map[decode.ExchangeID]*call{}
	f := exchange.NewFolder(keepBody, func(x *exchange.Exchange, e decode.Event) {
		if x == nil {
			return
		}
		c := byID[x.ID]
		if c == nil {
			c = &call{}
			byID[x.ID] = c
			all = append(all, c)
		}
		switch e := e.(type) {
		case *decode.Data:
			if x.Side(e.Dir).Streams() || x.Hijack {
				c.pieces = append(c.pieces, piece{e.Dir, e.Fd, slices.Clone(e.Bytes)})
			}
		case *decode.Message:
			c.pieces = append(c.pieces, piece{e.Dir, decode.NoFd, slices.Clone(e.JSON)})
		case *decode.ExchangeEnd:
			c.Exchange = x.Clone()
			conn := *x.Conn
			conn.Peer.Command = slices.Clone(conn.Peer.Command)
			for i, word := range conn.Peer.Command { // it may point into the recording
				conn.Peer.Command[i] = strings.Clone(word)
			}
			c.Conn = &conn
		}
	})
	for e, err := range in.All() {
		if err != nil {
			return nil, err
		}
		f.Event(e)
	}
	for x := range f.Open() {
		if c := byID[x.ID]; c != nil && c.Exchange == nil {
			c.Exchange = x.Clone()
		}
	}
	all = slices.DeleteFunc(all, func(c *call) bool { return c.Exchange == nil })
	slices.SortFunc(all, func(a, b *call) int { return int(a.ID) - int(b.ID) })
	return all, nil
}

// Nested reports whether the recording has calls that travel inside of others,
// as builds have.
func (l *Lesson) Nested() (bool, error) {
	all, err := l.calls()
	return slices.ContainsFunc(all, func(c *call) bool { return c.Parent != 0 }), err
}

// fill puts what the recording holds into the wire blocks of a text.
func (l *Lesson) fill(md string) (string, error) {
	var out, spec strings.Builder
	var all []*call
	inside := ""
	for line := range strings.Lines(md) {
		fence := fenceOf(line)
		switch {
		case inside == "" && fence != "" && strings.TrimSpace(line[len(fence):]) == "wire":
			inside = fence
			spec.Reset()
			if all == nil {
				var err error
				if all, err = l.calls(); err != nil {
					return "", err
				}
			}
		case inside != "" && fence == inside:
			inside = ""
			for want := range strings.Lines(spec.String()) {
				shown, lang, err := show(all, strings.Fields(want))
				if err != nil {
					return "", fmt.Errorf("wire block %q: %w", strings.TrimSpace(want), err)
				}
				writeFenced(&out, lang, shown)
			}
		case inside != "":
			spec.WriteString(line)
		default:
			out.WriteString(line)
		}
	}
	if inside != "" {
		return "", errors.New("a wire block does not end")
	}
	return out.String(), nil
}

// writeFenced writes a block of code, by a fence longer than any in it.
func writeFenced(out *strings.Builder, lang, s string) {
	fence := "```"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	fmt.Fprintf(out, "%s%s\n%s\n%s\n", fence, lang, strings.TrimRight(s, "\n"), fence)
}

// calls reads the lesson's recording.
func (l *Lesson) calls() ([]*call, error) {
	if l.Recording == "" {
		return nil, errors.New("the lesson has no recording to show anything of")
	}
	in, done, err := l.open()
	if err != nil {
		return nil, err
	}
	defer done()
	return callsOf(in)
}

// open opens a copy of the lesson's recording; done removes it.
func (l *Lesson) open() (in *recordings.Reader, done func(), err error) {
	dir, err := os.MkdirTemp("", "dockwire-lesson-")
	if err != nil {
		return nil, nil, err
	}
	path, err := l.CopyRecording(dir)
	if err == nil {
		in, err = recordings.Open(path)
	}
	if err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(dir))
	}
	return in, func() { _ = in.Close(); _ = os.RemoveAll(dir) }, nil
}

// show is what a line of a wire block asks for.
func show(all []*call, want []string) (shown, lang string, err error) {
	if len(want) == 1 && want[0] == "calls" {
		return listed(all), "text", nil
	}
	if len(want) != 2 {
		return "", "", errors.New("give calls, request N, response N, stream N or frames N")
	}
	n, err := strconv.Atoi(want[1])
	if err != nil {
		return "", "", fmt.Errorf("%q is no number of a call", want[1])
	}
	i := slices.IndexFunc(all, func(c *call) bool { return int(c.ID) == n })
	if i < 0 {
		return "", "", fmt.Errorf("the recording has no call %d", n)
	}
	switch c := all[i]; want[0] {
	case "request":
		return c.side(decode.Request), "http", nil
	case "response":
		return c.side(decode.Response), "http", nil
	case "stream":
		return c.stream(), "text", nil
	case "frames":
		return c.frames(), "text", nil
	}
	return "", "", fmt.Errorf("%q: give calls, request, response, stream or frames", want[0])
}

// listed is every call, a line each.
func listed(all []*call) string {
	var b strings.Builder
	for _, c := range all {
		fmt.Fprintf(&b, "%2d  %-6s %-34s %3d  %s\n", c.ID, c.Method, safe.Cut(safe.String(c.Call.Path), 34), c.Status, safe.String(c.Name()))
	}
	return b.String()
}

// side is a head and what followed, as text.
func (c *call) side(d decode.Direction) string {
	s := c.Side(d)
	if d == decode.Response && c.Status == 0 {
		return "(no answer)"
	}
	var b strings.Builder
	b.WriteString(c.HeadText(d))
	b.WriteString("\n")
	if !c.Hijack && len(s.Body) > 0 {
		var indented bytes.Buffer
		if json.Indent(&indented, s.Body, "", "  ") == nil {
			b.Write(indented.Bytes())
		} else {
			b.Write(s.Body)
		}
	}
	return safe.Lines(b.String())
}

// stream is what streamed, a line a piece.
func (c *call) stream() string {
	var b strings.Builder
	for _, p := range c.pieces {
		from := "daemon"
		switch {
		case p.dir == decode.Request:
			from = "client"
		case p.fd == 1:
			from = "stdout"
		case p.fd == 2:
			from = "stderr"
		}
		said := bytes.TrimSpace(p.bytes)
		if len(said) == 0 || said[0] != '{' || !json.Valid(said) {
			said = strconv.AppendQuote(nil, string(p.bytes))
		}
		fmt.Fprintf(&b, "%-6s  %s\n", from, safe.String(said))
	}
	return b.String()
}

// frames are the first stdcopy frames, as bytes.
func (c *call) frames() string {
	var b strings.Builder
	for _, p := range c.pieces {
		if p.dir != decode.Response || p.fd == decode.NoFd {
			continue
		}
		n := len(p.bytes)
		raw := append([]byte{byte(p.fd), 0, 0, 0, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}, p.bytes...)
		for line := range strings.Lines(hex.Dump(raw)) {
			b.WriteString(line[len("00000000  "):]) // without the offset it fits into 80 columns
		}
	}
	return b.String()
}
