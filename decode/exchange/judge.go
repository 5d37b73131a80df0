package exchange

import (
	"slices"
	"strings"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
)

const (
	maxRefusals = 64
	maxMarks    = 16
)

// work is what a command has done so far.
type work struct {
	refusals  []refusal // what comes after may judge them
	marks     []mark    // what went wrong, as it came
	elsewhere []string  // what was looked for among several kinds of things
	did       deeds
	steps     int     // calls of its work that it began
	built     bool    // a call was of a build
	before    Verdict // of what was seen of it by another
}

// refusal is an answer of no, or the failure of a program that may be run
// again, whose meaning is not decided yet.
type refusal struct {
	exchange decode.ExchangeID
	op       *engine.Operation
	method   string
	about    []string // what it was about: calls about the same show that it was only a look
	outcome  Outcome
	says     string
	harmless bool
	unknown  bool   // a gRPC call that the daemon does not implement
	repeats  string // an exec: only the same one again takes it back
	wentOn   bool   // the client has made other calls since
}

// mark is something that went wrong.
type mark struct {
	kind     markKind
	exchange decode.ExchangeID
	thing    *Thing
	says     string // without the command
	message  string
	mute     bool     // its answer has no room for words
	image    []string // a container that the client creates of it takes the mark back
	step     int      // as long as that is its next call; 0: whenever it is
	outcome  Outcome
	daemon   string // that cut off a call which tells nothing of the command's work
}

type markKind uint8

const (
	markCall   markKind = iota // the daemon answered with an error
	markBuild                  // a build failed
	markHealth                 // a container is unhealthy
	markExit                   // a container or an exec ended with an error
	markBroken                 // a call was cut off
)

// event gets every event after it was folded in.
func (cs *Commands) event(x *Exchange, e decode.Event) {
	switch e := e.(type) {
	case *decode.RequestHead:
		cs.begin(x)
	case *decode.Data:
		switch {
		case e.Dir == decode.Response:
			cs.data(x, e)
		case x.about != nil && x.Status != 0 && x.Response.Content == decode.ContentRaw:
			x.about.typed(e.Bytes)
		}
	case *decode.ExchangeEnd:
		if x.Command != nil {
			cs.end(x)
		}
	}
}

func (cs *Commands) begin(x *Exchange) {
	c := cs.of(x)
	x.Command, x.things = c, &cs.Things
	c.Calls++
	c.Open++
	c.Last = max(c.Last, x.Start)
	if x.Call.Op == nil {
		return
	}
	switch x.Call.Op.ID {
	case "ContainerAttach", "ContainerLogs", "ContainerAttachWebsocket":
		x.about = cs.Things.find("container", x.Call.Param("id"))
	case "ExecStart":
		x.about = cs.Things.find("exec", x.Call.Param("id"))
	}
	if plumbing(x.Call.Op.ID) {
		return
	}
	c.steps++
	if len(c.refusals) > 0 {
		cs.after(c, x)
	}
}

// plumbing is what clients ask beside their work.
func plumbing(op string) bool {
	return slices.Contains([]string{"SystemPing", "SystemPingHead", "SystemVersion", "SystemEvents", "SystemInfo"}, op)
}

// cleanup says that a call takes back what was done, which clients do after a
// failure, too.
func cleanup(op *engine.Operation) bool {
	switch op.ID {
	case "ContainerDelete", "ContainerStop", "ContainerKill", "NetworkDelete", "NetworkDisconnect", "VolumeDelete", "ImageDelete",
		"ContainerWait", "ContainerLogs":
		return true
	}
	return false
}

// after judges what was refused before x began.
func (cs *Commands) after(c *Command, x *Exchange) {
	op := x.Call.Op
	if cleanup(op) {
		return
	}
	about := subjects(&cs.Things, x)
	c.refusals = slices.DeleteFunc(c.refusals, func(r refusal) bool {
		look := r.method == "GET" || r.method == "HEAD"
		switch {
		case r.repeats != "" || r.harmless:
			return false
		case common(r.about, about) && (look || op == r.op || r.op.ID == "ContainerCreate" && r.outcome.Reason == "404"):
			cs.judge(c, r, Outcome{Probe, r.outcome.Reason})
			if look && op != r.op && r.outcome.Reason == "404" {
				c.elsewhere = r.about // the same name is looked for among things of another kind
			}
			return true
		}
		return false
	})
	for i := range c.refusals {
		c.refusals[i].wentOn = true
	}
}

// subjects is what a call is about: names and ids, in the form in which they
// can be compared.
func subjects(ts *Things, x *Exchange) []string {
	var all []string
	add := func(s string) {
		if s = subject(s); s != "" {
			all = append(all, s)
		}
	}
	for _, p := range x.Call.Params {
		if p.Name != "rpc" {
			add(p.Value)
			for _, kind := range [...]string{"container", "image", "network"} {
				if t := ts.find(kind, p.Value); t != nil {
					add(t.Name)
					add(t.ID)
				}
			}
		}
	}
	switch x.Call.Op.ID {
	case "ImageCreate":
		name := x.Call.Asks("fromImage")
		if tag := x.Call.Asks("tag"); strings.Contains(tag, ":") {
			name += "@" + tag
		} else if tag != "" {
			name += ":" + tag
		}
		add(name)
	case "ContainerCreate", "ContainerRename":
		add(x.Call.Asks("name"))
	}
	return all
}

// bodySubjects adds what only the request's body names, once it has come.
func bodySubjects(x *Exchange) (all []string) {
	for _, name := range engine.NamedInBody(x.facts()) {
		if name = subject(name); name != "" {
			all = append(all, name)
		}
	}
	return all
}

// subject brings the names of images into one form.
func subject(s string) string {
	s = strings.TrimPrefix(s, "sha256:")
	for _, prefix := range [...]string{"docker.io/", "library/"} {
		s = strings.TrimPrefix(s, prefix)
	}
	return strings.TrimPrefix(strings.TrimSuffix(s, ":latest"), "/")
}

func common(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

// judge says that an exchange has another outcome than it told.
func (cs *Commands) judge(c *Command, r refusal, o Outcome) { cs.tell(Judgement{r.exchange, c, o}) }

func (cs *Commands) data(x *Exchange, e *decode.Data) {
	if t := x.about; t != nil && x.Response.Content != decode.ContentJSONStream {
		if e.Fd == 1 {
			t.out = hear(t.out, e.Bytes)
		} else {
			t.says = hear(t.says, t.unechoed(e.Bytes))
		}
	}
	if x.Progress != nil && x.Progress.News.Kind != "" {
		cs.learn(x, &x.Progress.News, e.Time)
		x.Progress.News.Kind = ""
	}
}

// end takes in what an exchange that is over tells.
func (cs *Commands) end(x *Exchange) {
	c := x.Command
	c.Open--
	c.Last = max(c.Last, x.End)
	c.built = c.built || x.Build != nil && !x.Build.Probe
	x.Conn.ends = x.Conn.ends || x.last()
	var news []engine.News
	if !cs.polls.again(x) {
		cs.looks.again(x)
		news = x.news()
		cs.looks.keep(x)
		for i := range news {
			cs.learn(x, &news[i], x.End)
		}
		cs.polls.keep(x)
	}
	o := x.outcome()
	if o.Result == Failed && cs.ended(x) {
		o.Result = Refused // its end was wanted, and had come
	}
	switch {
	case o.Result == Refused:
		cs.refused(c, x, o)
	case x.Build != nil && x.Build.Probe:
	case x.Build != nil && o.Result == Failed:
		says, message := cs.buildSays(x)
		c.mark(mark{kind: markBuild, exchange: x.ID, says: says, message: message})
	case o.Result == Failed && isExit(x):
		o = cs.exited(c, x, o)
	case o.Result == Failed:
		m := mark{kind: markCall, exchange: x.ID, says: cs.says(x), message: message(x), mute: x.Method == "HEAD", outcome: o}
		switch {
		case x.Call.Op == nil:
		case x.Call.Op.ID == "ImageBuild":
			m.says, m.message = cs.buildSays(x)
		case x.Call.Op.ID == "ImageCreate":
			m.image = subjects(&cs.Things, x)
		case x.Call.Op.ID == "ContainerStart":
			t := cs.Things.find("container", x.Call.Param("id"))
			if t == nil {
				break
			}
			// The daemon reports an end of what it could not start, before or after.
			t.failed = true
			c.marks = slices.DeleteFunc(c.marks, func(m mark) bool { return m.kind == markExit && m.thing == t })
			if t.Name == "" {
				m.image, m.step = []string{subject(t.Image)}, c.steps+1
			}
		}
		c.mark(m)
	case o.Result == Broken:
		says, work := cs.brokenSays(x)
		c.mark(mark{kind: markBroken, exchange: x.ID, says: says, daemon: daemonOf(x, work)})
	case o.Result == OK:
		o = cs.inspected(c, x, news, o)
		c.did.add(cs, x)
		cs.used(c, x)
	}
	x.judged = o
	if c.Done() {
		cs.conclude(c)
	}
}

// ended says that a call asks for the end of a container that somebody has
// asked to end before, and that has.
func (cs *Commands) ended(x *Exchange) bool {
	if x.Status != 409 || x.Call.Op == nil || x.Call.Op.ID != "ContainerKill" && x.Call.Op.ID != "ContainerStop" {
		return false
	}
	t := cs.Things.find("container", x.Call.Param("id"))
	return t != nil && t.stopped
}

// used takes back the failure of a pull whose image the client then uses as
// it is on the daemon, and that of a container which had no name and was only
// tried: the client creates the next one of its image at once.
func (cs *Commands) used(c *Command, x *Exchange) {
	if x.Call.Op == nil || x.Call.Op.ID != "ContainerCreate" || len(c.marks) == 0 {
		return
	}
	about := bodySubjects(x)
	c.marks = slices.DeleteFunc(c.marks, func(m mark) bool {
		if !common(m.image, about) || m.step != 0 && m.step != c.steps {
			return false
		}
		cs.tell(Judgement{m.exchange, c, Outcome{Probe, m.outcome.Reason}})
		return true
	})
}

func isExit(x *Exchange) bool {
	return x.Status < 400 && x.Call.Op != nil && (x.Call.Op.ID == "ContainerWait" || x.Call.Op.ID == "ExecInspect")
}

func (c *Command) mark(m mark) {
	if len(c.marks) < maxMarks {
		c.marks = append(c.marks, m)
	}
}

func (cs *Commands) refused(c *Command, x *Exchange, o Outcome) {
	if len(c.refusals) == maxRefusals {
		cs.resolve(c, c.refusals[0])
		c.refusals = c.refusals[1:]
	}
	r := refusal{
		exchange: x.ID, op: x.Call.Op, method: x.Method, outcome: o, says: cs.says(x) + joinMessage(message(x)),
		harmless: x.Call.Op != nil && harmless(x, x.Call.Op.ID) || cs.ended(x),
		unknown:  x.grpcStatus() == grpcUnimplemented && x.Build == nil,
	}
	if x.Call.Op == nil {
		r.harmless = true
	} else if r.about = subjects(&cs.Things, x); common(r.about, c.elsewhere) && x.Status == 404 {
		r.says = "no such object: " + x.Call.Params[0].Value
	} else if r.about = subjects(&cs.Things, x); x.Call.Op.ID == "ContainerCreate" {
		r.about = bodySubjects(x)
	}
	c.refusals = append(c.refusals, r)
}

// exited judges the end of a program: an end that was asked for is not a failure
// that failed.
func (cs *Commands) exited(c *Command, x *Exchange, o Outcome) Outcome {
	kind := "container"
	if x.Call.Op.ID == "ExecInspect" {
		kind = "exec"
	}
	t := cs.Things.find(kind, x.Call.Param("id"))
	if t == nil {
		t = &Thing{Kind: kind, ID: x.Call.Param("id")}
	}
	if kind == "container" && t.stopped {
		return Outcome{OK, o.Reason + ", as it was stopped"}
	}
	if kind == "exec" {
		cs.repeated(c, t)
		if len(c.refusals) < maxRefusals {
			c.refusals = append(c.refusals, refusal{
				exchange: x.ID, op: x.Call.Op, method: x.Method, outcome: o, repeats: t.Of + "\x00" + t.Name,
				says: exitSays(t), about: nil,
			})
		}
		return o
	}
	c.exit(t, x.ID)
	return o
}

// exit marks the end of a container that was started, once.
func (c *Command) exit(t *Thing, x decode.ExchangeID) {
	if t.failed {
		return
	}
	for i := range c.marks {
		if m := &c.marks[i]; m.kind == markExit && m.thing == t {
			m.exchange = max(m.exchange, x)
			return
		}
	}
	c.mark(mark{kind: markExit, exchange: x, thing: t})
}

// repeated takes back the failure of an exec that the client makes again, as
// those do that wait for a service.
func (cs *Commands) repeated(c *Command, t *Thing) {
	key := t.Of + "\x00" + t.Name
	c.refusals = slices.DeleteFunc(c.refusals, func(r refusal) bool {
		if r.repeats != key || t.Name == "" {
			return false
		}
		cs.judge(c, r, Outcome{Probe, r.outcome.Reason})
		return true
	})
}

// conclude judges what nothing came after.
func (cs *Commands) conclude(c *Command) {
	for _, r := range c.refusals {
		cs.resolve(c, r)
	}
	c.refusals = nil
}

// resolve decides whether a refusal was a failure or a probe.
func (cs *Commands) resolve(c *Command, r refusal) {
	switch {
	case r.harmless:
	case r.unknown && c.built: // a client of builds goes on without what an old daemon has not
		cs.judge(c, r, Outcome{Probe, r.outcome.Reason})
	case r.repeats != "":
		c.mark(mark{kind: markExit, exchange: r.exchange, says: r.says})
		cs.judge(c, r, r.outcome) // the same, and the command has a verdict now
	case r.wentOn && !c.asked(r.about):
		if r.method == "GET" || r.method == "HEAD" {
			cs.judge(c, r, Outcome{Probe, r.outcome.Reason})
		}
	default:
		c.mark(mark{kind: markCall, exchange: r.exchange, says: r.says})
		cs.judge(c, r, Outcome{Failed, r.outcome.Reason})
	}
}

// asked says that the command line names one of these.
func (c *Command) asked(about []string) bool {
	args := c.Peer.Command[min(1, len(c.Peer.Command)):]
	return slices.ContainsFunc(args, func(a string) bool { return slices.Contains(about, subject(a)) })
}

// inspected judges a look at a container: to a client that waits for it, that it is
// unhealthy or has ended is a failure.
func (cs *Commands) inspected(c *Command, x *Exchange, news []engine.News, o Outcome) Outcome {
	if x.Call.Op == nil || len(news) != 1 || news[0].Kind != "container" {
		if x.Call.Op != nil && x.Call.Op.ID == "ExecInspect" && len(news) == 1 && news[0].State.HasExit {
			if t := cs.Things.find("exec", news[0].ID); t != nil {
				cs.repeated(c, t)
			}
		}
		return o
	}
	t := cs.Things.find("container", news[0].ID)
	if t == nil || x.Call.Op.ID != "ContainerInspect" || t.looks < 2 && t.starter != c {
		return o
	}
	s := &news[0].State
	switch {
	case s.Health == "unhealthy":
		for i := range c.marks {
			if m := &c.marks[i]; m.kind == markHealth && m.thing == t {
				m.exchange = x.ID
				return Outcome{Failed, "unhealthy"}
			}
		}
		c.mark(mark{kind: markHealth, exchange: x.ID, thing: t})
		return Outcome{Failed, "unhealthy"}
	case s.HasExit && s.Exit != 0 && !t.stopped && t.starter == c:
		c.exit(t, x.ID)
		return Outcome{Failed, exitWords(t.State)}
	}
	return o
}

// learn takes news of a thing in.
func (cs *Commands) learn(x *Exchange, n *engine.News, at time.Duration) {
	switch n.Kind {
	case "container", "image", "network", "volume", "exec":
	default:
		return
	}
	t := cs.Things.add(n)
	if t == nil {
		return
	}
	cs.Things.name(t, n.Name)
	if n.Image != "" {
		t.Image = n.Image
	}
	t.bound = t.bound || n.Bound
	if n.Of != "" {
		t.Of = n.Of
		if c := cs.Things.find("container", n.Of); c != nil {
			t.Of = c.ID
		}
	}
	cs.live(x, t, n, at)
}

// live goes on with the life of a thing.
func (cs *Commands) live(x *Exchange, t *Thing, n *engine.News, at time.Duration) {
	c := x.Command
	what := n.What
	switch {
	case what == "started", what == "restarted":
		if x.Call.Op.ID != "SystemEvents" {
			t.starter = c
			t.stopped, t.failed = false, false
		} else if t.ended {
			t.State.Restarts++
			t.ended = false
		}
	case what == "stopped" || what == "killed" || what == "removed" || strings.HasPrefix(what, "sent "):
		t.stopped = true
	case what == "exited":
		what = exitMoment(n.State)
		t.ended = true
		t.State.HasExit, t.State.Exit = n.State.HasExit, n.State.Exit
		if t.starter != nil && n.State.Exit != 0 && !t.stopped && !t.starter.Done() && x.Call.Op.ID == "SystemEvents" && t.Kind == "container" {
			t.starter.exit(t, x.ID)
		}
	case what == "out of memory":
		t.State.OOM = true
	}
	if n.What == "" && t.Kind == "container" { // looked at
		if t.seen != c.ID || t.looks == 0 {
			t.seen, t.looks = c.ID, 0
		}
		if x.Call.Op.ID == "ContainerInspect" {
			t.looks++
			oom, restarts := t.State.OOM, t.State.Restarts
			t.State = n.State
			t.State.OOM = oom || n.State.OOM
			t.State.Restarts = max(restarts, n.State.Restarts)
			if n.State.Health != "" {
				what = n.State.Health
			} else if n.State.HasExit {
				what = exitMoment(n.State)
			}
		}
	} else if n.State.Health != "" {
		t.State.Health = n.State.Health
	}
	if what != "" && !t.told(what) {
		t.moment(at, what, x.ID)
	}
}

// told says that its latest state is known already.
func (t *Thing) told(what string) bool {
	for i := len(t.Life) - 1; i >= 0 && i >= len(t.Life)-3; i-- {
		switch m := t.Life[i].What; {
		case m == what && what != "restarted":
			return true
		case m == "started":
			return false
		}
	}
	return false
}
