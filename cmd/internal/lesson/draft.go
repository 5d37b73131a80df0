package lesson

import (
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/dockwire/dockwire/decode/create"
	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/ui/text"
)

// Draft writes a lesson about a recording: a heading for each command, its
// calls one by one with what they mean, for a teacher to go on from.
func Draft(w io.Writer, recording string) error {
	all, err := calls(recording)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return fmt.Errorf("%s has no calls to teach about", recording)
	}
	var b strings.Builder
	commands := commandsOf(all)
	fmt.Fprintf(&b, "---\ntitle: %q\nrecording: %q\n", "What "+commands[0].title()+" asks of the daemon", filepath.Base(recording))
	fmt.Fprintf(&b, "task: %q\ntry:\n", "Run it yourself, and look at the calls.")
	for _, c := range commands {
		if strings.HasPrefix(c.name, "docker ") {
			fmt.Fprintf(&b, "  - %q\n", c.line())
		}
	}
	if x := last(all); x.Method == "GET" {
		fmt.Fprintf(&b, "curl:\n  - %q\n", "curl --unix-socket $DOCKER_SOCKET 'http://docker"+x.Target+"'")
	}
	fmt.Fprintf(&b, "check: %q\nhint: %q\n---\n", "op:"+last(all).Name(), "no call of "+last(all).Name()+" came")
	b.WriteString("Say here what the lesson is about, and what one knows at its end.\n\n```wire\ncalls\n```\n")
	for _, c := range commands {
		fmt.Fprintf(&b, "\n## %s\n\n%d calls.\n", markdownWord(c.title()), len(c.calls))
		for _, x := range c.calls {
			draftCall(&b, x)
		}
	}
	_, err = io.WriteString(w, b.String())
	return err
}

// draftCall writes about one call.
func draftCall(b *strings.Builder, c *call) {
	fmt.Fprintf(b, "\n### Call %d: %s\n\n", c.ID, c.Name())
	if doc := engine.Explain(c.Call.Op).Text; doc != "" {
		fmt.Fprintf(b, "%s\n\n", doc)
	}
	fmt.Fprintf(b, "It took %s.\n\n", text.Took(c.Took().Round(time.Microsecond)))
	b.WriteString("```wire\n")
	fmt.Fprintf(b, "request %d\nresponse %d\n", c.ID, c.ID)
	if len(c.pieces) > 0 {
		fmt.Fprintf(b, "stream %d\n", c.ID)
	}
	b.WriteString("```\n")
}

// clientCommand is the calls of one run of a client.
type clientCommand struct {
	name  string
	pid   int
	calls []*call
}

func (c *clientCommand) title() string { return cmp.Or(c.name, "a client") }

// line is the command as one types it.
func (c *clientCommand) line() string {
	var words []string
	for _, w := range c.calls[0].Conn.Peer.Command {
		words = append(words, create.Quote(w))
	}
	return strings.Join(words, " ")
}

func commandsOf(all []*call) (commands []*clientCommand) {
	for _, c := range all {
		name, pid := "", 0
		if c.Conn != nil {
			name, pid = c.Conn.Command(), c.Conn.Peer.PID
		}
		var of *clientCommand
		for _, known := range commands {
			if known.name == name && known.pid == pid {
				of = known
			}
		}
		if of == nil {
			of = &clientCommand{name: name, pid: pid}
			commands = append(commands, of)
		}
		of.calls = append(of.calls, c)
	}
	return commands
}

// last is the last call that is no stream within another.
func last(all []*call) *call {
	for i := len(all) - 1; i > 0; i-- {
		if all[i].Parent == 0 {
			return all[i]
		}
	}
	return all[0]
}

// markdownWord makes a command line harmless in a heading.
func markdownWord(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	return "`" + strings.ReplaceAll(s, "`", "'") + "`"
}
