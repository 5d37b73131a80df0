package build

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/decode/golden"
)

// line is an event of a build that was seen, in testdata/*.jsonl.
type line struct {
	X, Parent decode.ExchangeID
	Daemon    bool
	T         int64
	Kind      string
	Path      string
	Answer    bool
	Fields    map[string]string
	Type      string
	JSON      json.RawMessage
	Size      int64
}

func (l *line) event() decode.Event {
	o := decode.Origin{Time: time.Duration(l.T) * time.Microsecond, Conn: 1, Exchange: l.X}
	dir := decode.Request
	if l.Answer {
		dir = decode.Response
	}
	var fields []decode.Field
	for name, value := range l.Fields {
		fields = append(fields, decode.Field{Name: name, Value: value})
	}
	switch l.Kind {
	case "session":
		return &decode.RequestHead{Origin: o, Method: "POST", Target: "/session", Fields: fields, Call: engine.Lookup("POST", "/session")}
	case "head":
		return &decode.RequestHead{
			Origin: o, Parent: l.Parent, Stream: 1, ByDaemon: l.Daemon, Method: "POST", Target: l.Path,
			Fields: fields, Call: engine.Lookup("POST", l.Path),
		}
	case "answer":
		return &decode.ResponseHead{Origin: o, Status: 200, Fields: fields}
	case "message":
		if string(l.JSON) == "null" {
			l.JSON = nil
		}
		return &decode.Message{Origin: o, Dir: dir, Type: l.Type, JSON: l.JSON, Size: l.Size}
	case "trailer":
		return &decode.DirectionEnd{Origin: o, Dir: dir, Trailer: fields}
	case "end":
		return &decode.ExchangeEnd{Origin: o, By: decode.Server, How: decode.EndEOF}
	}
	return nil
}

func play(t *testing.T, file string, f *Fold) {
	t.Helper()
	r, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	s := bufio.NewScanner(r)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		var l line
		if err := json.Unmarshal(s.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		if e := l.event(); e != nil {
			f.Event(e)
		}
	}
	if s.Err() != nil {
		t.Fatal(s.Err())
	}
}

// TestBuilds folds builds as real ones were seen, the messages of which stand
// in testdata.
func TestBuilds(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.jsonl")
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			var out strings.Builder
			ended := map[*Step]bool{}
			f := New(func(b *Build, s *Step) {
				if s == nil {
					show(&out, b)
					return
				}
				if ended[s] {
					t.Errorf("%s ended twice", s.Name)
				}
				ended[s] = true
			})
			play(t, file, f)
			fmt.Fprintf(&out, "%d probes\n", f.Probes)
			golden.Check(t, strings.TrimSuffix(file, ".jsonl")+".golden", out.String())
		})
	}
}

func show(w *strings.Builder, b *Build) {
	fmt.Fprintf(w, "build: %s\n", b.Brief())
	if b.Probe {
		return
	}
	fmt.Fprintf(w, "  %s %s target=%s args %v outputs %v\n", b.Frontend, b.Dockerfile, b.Target, b.Args, b.Outputs)
	for _, s := range b.InOrder() {
		fmt.Fprintf(w, "  %-8s %s %v\n", s.State(), s.Name, s.Duration().Round(time.Microsecond))
		if s.Executes != "" {
			fmt.Fprintf(w, "           does: %s\n", s.Executes)
		}
		if s.Err != "" {
			fmt.Fprintf(w, "           error: %s\n", s.Err)
		}
		for l := range strings.Lines(string(s.Log.Bytes("…"))) {
			fmt.Fprintf(w, "           > %s", l)
		}
		for _, p := range s.Progress {
			fmt.Fprintf(w, "           %s %d/%d %v\n", p.ID, p.Current, p.Total, p.Done)
		}
	}
	for _, tr := range b.Transfers {
		fmt.Fprintf(w, "  %s: %d of %d files sent, %d bytes, %d unchanged, done %v %s\n", tr.Name, tr.Sent, tr.Listed, tr.Bytes, tr.Unchanged, tr.Done, tr.Err)
	}
	for _, a := range b.Asks {
		fmt.Fprintf(w, "  %s %s: %s %s\n", a.Kind, a.Name, a.State, a.Detail)
	}
	for _, warning := range b.Warnings {
		fmt.Fprintf(w, "  warning: %s\n", warning)
	}
	for _, r := range b.Result {
		fmt.Fprintf(w, "  result %s=%s\n", r.Name, r.Value[:min(len(r.Value), 100)])
	}
	if b.Health != "" {
		fmt.Fprintf(w, "  %s\n", b.Health)
	}
}

// A client that lets the daemon's health checks fail is told apart from one whose
// session ends while a check is under way.
func TestSessionHealth(t *testing.T) {
	const check = "/grpc.health.v1.Health/Check"
	for name, tt := range map[string]struct {
		offers string
		checks []decode.Event // each ends a check
		want   string
	}{
		"answered":              {check, []decode.Event{&decode.Message{Dir: decode.Response, JSON: []byte(`{"status":"SERVING"}`)}}, ""},
		"not offered":           {"/moby.filesync.v1.FileSync/DiffCopy", nil, "the client offers no health check"},
		"not implemented":       {check, []decode.Event{&decode.DirectionEnd{Dir: decode.Response, Trailer: []decode.Field{{Name: "grpc-status", Value: "12"}}}}, "the client answered no health check"},
		"the daemon gives up":   {check, []decode.Event{&decode.ExchangeEnd{By: decode.Server, How: decode.EndReset}}, "the client answered no health check"},
		"the client leaves":     {check, []decode.Event{&decode.ExchangeEnd{By: decode.Client, How: decode.EndCancel}}, ""},
		"answered, then silent": {check, []decode.Event{&decode.Message{Dir: decode.Response}, &decode.ExchangeEnd{By: decode.Server, How: decode.EndReset}}, ""},
	} {
		f := New(nil)
		send := func(x decode.ExchangeID, e decode.Event) {
			e.From().Exchange = x
			f.Event(e)
		}
		head := func(path string, fields ...decode.Field) *decode.RequestHead {
			return &decode.RequestHead{Method: "POST", Target: path, Parent: 1, Stream: 1, Fields: fields, Call: engine.Lookup("POST", path)}
		}
		send(1, head("/session", decode.Field{Name: "X-Docker-Expose-Session-Uuid", Value: "s"}, decode.Field{Name: "X-Docker-Expose-Session-Grpc-Method", Value: tt.offers}))
		send(2, head("/moby.buildkit.v1.Control/Solve"))
		send(2, &decode.Message{JSON: []byte(`{"Ref":"r","Session":"s","Frontend":"dockerfile.v0"}`)})
		for i, e := range tt.checks {
			asked := head(check)
			asked.ByDaemon = true
			send(decode.ExchangeID(3+i), asked)
			send(decode.ExchangeID(3+i), e)
			if _, over := e.(*decode.ExchangeEnd); !over {
				send(decode.ExchangeID(3+i), &decode.ExchangeEnd{By: decode.Server, How: decode.EndEOF})
			}
		}
		if got := f.Of(1).Health; !strings.HasPrefix(got, tt.want) || (got == "") != (tt.want == "") {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestLogIsBounded(t *testing.T) {
	var l Log
	kept := 0
	for i := range 10_000 {
		kept += l.add(fmt.Appendf(nil, "line %d\n", i), maxLogs-kept)
	}
	all := string(l.Bytes("…\n"))
	if kept != len(l.Head)+len(l.Tail) || kept > maxHead+maxTail || int64(kept)+l.Cut != l.Size {
		t.Errorf("%d kept, %d cut of %d", kept, l.Cut, l.Size)
	}
	if !strings.HasPrefix(all, "line 0\n") || !strings.HasSuffix(all, "line 9999\n") {
		t.Errorf("%q", all)
	}
}

// Bounds hold whatever comes: builds, steps and open calls beyond them are
// counted or forgotten.
func TestBounds(t *testing.T) {
	f := New(nil)
	for i := range maxCalls + 10 {
		x := decode.ExchangeID(i + 1)
		f.Event(&decode.RequestHead{Origin: decode.Origin{Exchange: x}, Stream: 1, Call: engine.Lookup("POST", "/moby.buildkit.v1.Control/Status")})
		f.Event(&decode.Message{Origin: decode.Origin{Exchange: x}, JSON: fmt.Appendf(nil, `{"Ref":"r%d"}`, i)})
	}
	if len(f.builds) > maxBuilds || len(f.calls) > maxCalls {
		t.Errorf("%d builds, %d calls", len(f.builds), len(f.calls))
	}
	b := f.builds[0]
	for i := range maxSteps + 5 {
		b.vertex(&vertex{Digest: fmt.Sprint(i)}, 0)
	}
	if n, _, _ := b.Counts(); len(b.Steps) != maxSteps || n != maxSteps+5 {
		t.Errorf("%d steps kept, %d counted", len(b.Steps), n)
	}
}

// Messages may say anything.
func FuzzMessages(f *testing.F) {
	f.Add("/moby.buildkit.v1.Control/Status", []byte(`{"vertexes":[{"digest":"a","started":"2026-11-25T22:00:00Z"}]}`), true)
	f.Add("/moby.filesync.v1.FileSync/DiffCopy", []byte(`{"type":"PACKET_REQ","ID":1}`), false)
	f.Fuzz(func(t *testing.T, path string, doc []byte, answer bool) {
		fold := New(nil)
		fold.Event(&decode.RequestHead{Origin: decode.Origin{Exchange: 1}, Fields: []decode.Field{{Name: "X-Docker-Expose-Session-Uuid", Value: "s"}}})
		for x, p := range []string{"/moby.buildkit.v1.Control/Solve", "/moby.buildkit.v1.Control/Status", path} {
			o := decode.Origin{Exchange: decode.ExchangeID(x + 2)}
			fold.Event(&decode.RequestHead{Origin: o, Parent: 1, Stream: 1, ByDaemon: x == 2, Call: engine.Lookup("POST", p)})
			fold.Event(&decode.Message{Origin: o, JSON: []byte(`{"Ref":"r","Session":"s"}`)})
			dir := decode.Request
			if answer {
				dir = decode.Response
			}
			fold.Event(&decode.Message{Origin: o, Dir: dir, JSON: doc})
		}
		for x := range 4 {
			fold.Event(&decode.ExchangeEnd{Origin: decode.Origin{Exchange: decode.ExchangeID(x + 1)}})
		}
	})
}
