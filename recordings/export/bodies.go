package export

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
)

// bodyText shows a body: JSON indented, text as it is, the rest as a dump of
// its beginning.
func bodyText(b []byte) string {
	const dump = 512
	switch {
	case len(b) == 0:
		return ""
	case json.Valid(b):
		var out bytes.Buffer
		if json.Indent(&out, b, "", "  ") == nil {
			return printable(out.Bytes())
		}
	case !isText(b):
		text := hex.Dump(b[:min(len(b), dump)])
		if len(b) > dump {
			text += fmt.Sprintf("… %s in all\n", bytesSize(int64(len(b))))
		}
		return text
	}
	return printable(b)
}

// bodyNote says what of a body is not shown, and why.
func bodyNote(s *exchange.Side) string {
	switch m := s.Omitted; {
	case m != nil:
		note := bytesSize(m.Bytes) + " were not kept"
		if m.Why != "" {
			note += " (" + oneLine(m.Why) + ")"
		}
		if len(m.Tar) > 0 {
			note += "; a tar of " + count(len(m.Tar)+m.TarCut, "entry")
		}
		return strings.ReplaceAll(note, "entrys", "entries")
	case s.Cut:
		return fmt.Sprintf("the first %s of %s", bytesSize(int64(len(s.Body))), bytesSize(s.Size))
	}
	return ""
}

// from names the source of a piece.
func (p *piece) from() string {
	switch {
	case p.dir == decode.Request:
		return "client"
	case p.fd == 1:
		return "stdout"
	case p.fd == 2:
		return "stderr"
	}
	return "daemon"
}

// buildSteps lists the steps of the build that a call is part of.
func buildSteps(c *call) (steps []string) {
	if c.Build.Solve != c.ID {
		return nil
	}
	for _, s := range c.Build.InOrder() {
		line := oneLine(s.Name) + " · " + s.State()
		if d := s.Duration(); d > 0 {
			line += " · " + took(d)
		}
		if s.Err != "" {
			line += " · " + oneLine(s.Err)
		}
		steps = append(steps, line)
	}
	return steps
}

// pieceText shows a piece of a stream: JSON stays on one line.
func pieceText(b []byte) string {
	if isText(b) {
		return printable(b)
	}
	return bodyText(b)
}
