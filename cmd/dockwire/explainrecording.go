package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/dockwire/dockwire/cmd/internal/child"
	"github.com/dockwire/dockwire/cmd/internal/lesson"
	"github.com/dockwire/dockwire/cmd/internal/pipeline"
	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/create"
	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/intercept"
	"github.com/dockwire/dockwire/recordings"
	"github.com/dockwire/dockwire/ui/safe"
)

// isFile reports whether an argument of explain is a file.
func isFile(arg string) bool {
	info, err := os.Stat(arg)
	return isRecording(arg) || strings.Contains(arg, ".") && err == nil && info.Mode().IsRegular()
}

// explainRecording explains every call of a recording.
func explainRecording(out io.Writer, path string, width int) error {
	in, err := recordings.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	s := newSeenExplainer(out, width)
	for e, err := range in.All() {
		if err != nil {
			return err
		}
		if s.folder.Event(e); s.p.err != nil {
			return s.p.err
		}
	}
	return s.close()
}

// explainLive runs a command against the daemon, and explains what it asked.
func explainLive(out io.Writer, f *upstreamFlags, line []string, width int) (err error) {
	if len(line) == 0 {
		return errors.New("--live runs a command: dockwire explain --live -- docker ps")
	}
	up, err := f.find()
	if err != nil {
		return err
	}
	defer up.close()
	dir, err := privateDir()
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	var said strings.Builder // the command has the terminal until it ends
	s := newSeenExplainer(&said, width)
	o, err := observe(time.Now(), route{upstream: up}, recordFlags{maxBody: "8MiB"}, os.Getenv, say, pipeline.EachEvent(s.folder.Event))
	if err != nil {
		return err
	}
	at, err := o.server.Listen(intercept.Endpoint{Scheme: "unix", Address: filepath.Join(dir, "docker.sock")}, intercept.Private)
	if err != nil {
		return errors.Join(err, o.close())
	}
	relayed := o.server.Start()
	code, _, err := child.Run(line, child.Env(os.Environ(), at.DockerHost()))
	o.awaitEnd()
	if err = errors.Join(err, o.closeServer(), <-relayed, o.close(), s.close()); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(out, "\n%s", said.String()); err != nil {
		return err
	}
	if code != 0 {
		return exitError{code: code}
	}
	return nil
}

// seenExplainer explains calls that were made, in the order of their requests.
type seenExplainer struct {
	out     io.Writer
	p       explanationPrinter // of the call that is explained
	text    bytes.Buffer       // what p writes
	folder  *exchange.Folder
	command string
	calls   int
	order   []decode.ExchangeID // of those that are not written yet
	done    map[decode.ExchangeID]explainedCall
}

type explainedCall struct{ command, text string }

// maxWaiting bounds how many calls wait for one that began before them.
const maxWaiting = 1000

// explainedBody is how much of a body is looked into, in bytes.
const explainedBody = 1 << 20

func newSeenExplainer(out io.Writer, width int) *seenExplainer {
	s := &seenExplainer{out: out, done: map[decode.ExchangeID]explainedCall{}}
	s.p = explanationPrinter{out: &s.text, width: width}
	s.folder = exchange.NewFolder(explainedBody, func(x *exchange.Exchange, e decode.Event) {
		switch e.(type) {
		case *decode.RequestHead:
			s.order = append(s.order, x.ID)
		case *decode.ExchangeEnd:
			if x != nil {
				s.add(x)
				s.write(len(s.order) > maxWaiting)
			}
		}
	})
	return s
}

func (s *seenExplainer) close() error {
	for x := range s.folder.Open() {
		s.add(x)
	}
	s.write(true)
	if s.calls == 0 && s.p.err == nil {
		_, s.p.err = io.WriteString(s.out, "no call was made\n")
	}
	return s.p.err
}

func (s *seenExplainer) add(x *exchange.Exchange) {
	s.text.Reset()
	s.explain(x)
	s.done[x.ID] = explainedCall{strings.Clone(x.Conn.Command()), s.text.String()}
}

// write writes the calls that wait for no other, or all that have ended.
func (s *seenExplainer) write(all bool) {
	var left []decode.ExchangeID
	for i, id := range s.order {
		c, ended := s.done[id]
		if !ended && !all {
			left = s.order[i:]
			break
		}
		if !ended {
			left = append(left, id)
			continue
		}
		delete(s.done, id)
		s.calls++
		if c.command != s.command && c.command != "" {
			s.command = c.command
			c.text = "\n" + safe.String(c.command) + "\n" + c.text
		}
		if s.p.err == nil {
			_, s.p.err = io.WriteString(s.out, c.text)
		}
	}
	s.order = left
}

// explain writes about one call.
func (s *seenExplainer) explain(x *exchange.Exchange) {
	s.p.printf("\n%2d  %-6s %s\n", x.ID, x.Method, safe.String(x.Call.Path))
	first, _, _ := strings.Cut(engine.Explain(x.Call.Op).Text, ". ")
	s.p.prose(x.Name()+": "+strings.TrimSuffix(first, "."), 4)
	if x.Call.Op == nil {
		return
	}
	id := x.Call.Op.ID
	query := x.Call.Query()
	for _, name := range slices.Sorted(maps.Keys(query)) {
		s.field("query "+name, strings.Join(query[name], ", "), engine.ParamDoc(id, name), flagOf(x, "query "+name))
	}
	for _, f := range engine.SetFields(engine.RequestFields(id), x.Request.Body) {
		s.field(f.Place, f.Value, f.Doc, flagOf(x, f.Place))
	}
	status := fmt.Sprint(x.Status)
	if x.Status == 0 {
		status = "no answer"
	}
	doc := engine.StatusDoc(id, status)
	s.p.prose(strings.TrimSuffix("← "+status+": "+doc, ": "), 4)
	if e := x.Error(); e != "" {
		s.p.prose("   "+e, 6)
	}
	for _, f := range engine.SetFields(engine.AnswerFields(id), x.Response.Body) {
		s.field(f.Place, f.Value, f.Doc, "")
	}
}

// flagOf is the flag of docker that asks for a place in a call, with its value
// where that is known.
func flagOf(x *exchange.Exchange, place string) string {
	if x.Call.Op.ID != "ContainerCreate" {
		return engine.Flag(x.Call.Op.ID, place)
	}
	var found []string
	for at, flag := range create.Flags(x.Call.Query(), x.Request.Body) {
		if at == place || strings.HasPrefix(at, place+".") {
			found = append(found, flag)
		}
	}
	slices.Sort(found)
	return strings.Join(found, " ")
}

// field writes a field, its value, the flag that asks for it and what it is for.
func (s *seenExplainer) field(place, value, doc, flag string) {
	s.p.printf("      %s = %s\n", safe.String(place), safe.Cut(value, max(s.p.width-10-len(place), 20)))
	if flag != "" {
		s.p.printf("          ← %s\n", safe.Cut(flag, max(s.p.width-12, 20)))
	}
	if doc != "" {
		s.p.prose(doc, 10)
	}
}

// explainExample shows a call of an operation that was really made, if one is
// in the recordings that come with dockwire.
func explainExample(out io.Writer, op string) error {
	dir, err := os.MkdirTemp("", "dockwire-example-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	demo := filepath.Join(dir, "demo.jsonl.zst")
	if err := os.WriteFile(demo, demoRecording, 0o600); err != nil {
		return err
	}
	example, err := lesson.Example(dir, op, demo)
	if err != nil || example == "" {
		return err
	}
	_, err = fmt.Fprintf(out, "\nAn example, as it was recorded\n%s", example)
	return err
}
