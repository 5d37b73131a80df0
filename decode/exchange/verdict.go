package exchange

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
)

// Verdict is what came of a command, in one line.
type Verdict struct {
	Result  Result
	Line    string            // "docker run: container exited 127: sh: nosuch: not found"; safe to show
	Failing decode.ExchangeID // the call that reports the failure; 0: none
}

// Verdict is what came of the command, as far as it has come.
func (c *Command) Verdict() Verdict {
	m := c.failing()
	if b := &c.before; b.Result.Bad() || m == nil && len(c.did.list) == 0 && b.Line != "" {
		return *b
	}
	if m == nil {
		v := Verdict{Result: OK, Line: c.line(c.did.says())}
		if !c.Done() {
			v.Result = Pending
		}
		return v
	}
	says := m.words()
	if m.daemon != "" && c.left && len(c.did.list) > 0 {
		says = "the daemon at " + m.daemon + " stopped; done before: " + c.did.says()
	}
	v := Verdict{Result: Failed, Line: c.line(says), Failing: m.exchange}
	if m.kind == markBroken {
		v.Result = Broken
	}
	return v
}

func (c *Command) line(says string) string {
	says = cmp.Or(says, "no calls")
	return engine.OneLine(c.Brief() + ": " + says)
}

// failing is what the command failed with: the first that went wrong, but a
// build's own words go before those of its calls, and a call that was cut off
// or that has no words comes last.
func (c *Command) failing() *mark {
	var best *mark
	rank := func(m *mark) int {
		switch {
		case m.kind == markBuild:
			return 0
		case m.kind == markBroken || m.mute:
			return 2
		}
		return 1
	}
	for i := range c.marks {
		if m := &c.marks[i]; best == nil || rank(m) < rank(best) {
			best = m
		}
	}
	return best
}

func (m *mark) words() string {
	switch m.kind {
	case markHealth:
		return healthSays(m.thing)
	case markExit:
		if m.thing != nil {
			return exitSays(m.thing)
		}
	}
	return strings.TrimPrefix(m.says+joinMessage(m.message), ": ")
}

func joinMessage(s string) string {
	if s == "" {
		return ""
	}
	return ": " + s
}

// label is a thing as the verdict calls it.
func (t *Thing) label() string {
	switch {
	case t.Name != "":
		return t.Name
	case len(t.ID) < shortLen || !isHex(t.ID): // asked for by its name
		return t.ID
	}
	return t.Kind
}

func healthSays(t *Thing) string {
	s := &t.State
	out := t.label() + " is unhealthy"
	var parts []string
	if s.CheckSays != "" {
		parts = append(parts, strconv.Quote(s.CheckSays))
	}
	if s.Checks > 0 {
		checks := strconv.Itoa(s.Checks) + " checks"
		if s.Checks == 1 {
			checks = "1 check"
		}
		if s.CheckSpan >= time.Second {
			checks += " in " + s.CheckSpan.Round(time.Second).String()
		}
		parts = append(parts, checks)
	}
	if len(parts) > 0 {
		out += " (" + strings.Join(parts, ", ") + ")"
	}
	return out
}

func exitSays(t *Thing) string {
	s := t.label() + " " + exitMoment(t.State)
	if t.State.Exit == 137 && !t.State.OOM && t.Kind == "container" { // no client has asked for it here
		switch {
		case t.starter != nil && t.starter.left:
			s += ", the daemon stopped"
		case t.bound:
			s += ", out of memory?"
		}
	}
	if t.Kind == "exec" && t.Name != "" {
		s = "exec " + t.Name + " " + exitMoment(t.State)
	}
	if t.State.Restarts > 0 {
		s += fmt.Sprintf(", restarted %d times", t.State.Restarts)
	}
	if t.State.Error != "" {
		return s + ": " + cause(t.State.Error)
	}
	return s + joinMessage(t.lastWords())
}

// exitMoment is an exit code with what docker users know it by.
func exitMoment(s engine.State) string {
	w := "exited " + strconv.Itoa(s.Exit)
	switch {
	case s.OOM:
		return w + ", out of memory"
	case s.Exit > 128 && s.Exit <= 128+len(signals):
		if name := signals[s.Exit-129]; name != "" {
			return w + " (" + name + ")"
		}
	}
	return w
}

var signals = [15]string{0: "SIGHUP", 1: "SIGINT", 2: "SIGQUIT", 3: "SIGILL", 5: "SIGABRT", 6: "SIGBUS", 7: "SIGFPE", 8: "SIGKILL", 10: "SIGSEGV", 12: "SIGPIPE", 14: "SIGTERM"}

// message is the daemon's message without what only repeats where it was made.
// Things that were named are called by their names.
func message(x *Exchange) string {
	if x.things == nil {
		return cause(x.Error())
	}
	return x.things.namedIn(cause(x.Error()))
}

// cause cuts off the names of the parts that passed an error on.
func cause(s string) string {
	for _, before := range [...]string{
		"error during container init: ", "unable to start container process: ", "container_linux.go:380: starting container process caused: ",
		"starting container process caused: ", "failed to solve: ",
	} {
		for strings.Contains(s, before) {
			_, s, _ = strings.Cut(s, before)
		}
	}
	tail := max(len(s)-len(": unknown…")+1, 0)
	if i := strings.LastIndex(s[tail:], ": unkno"); i >= 0 && tail+i > 0 {
		s = s[:tail+i]
	}
	return strings.TrimSpace(s)
}

// says is what a call was to do and did not.
func (cs *Commands) says(x *Exchange) string {
	if x.Call.Op == nil {
		return x.Name() + " failed"
	}
	q := x.Call.Query()
	switch x.Call.Op.ID {
	case "ContainerCreate":
		if n := q.Get("name"); n != "" {
			return n + " was not created"
		}
		return "container was not created"
	case "NetworkCreate", "VolumeCreate", "SecretCreate", "ConfigCreate", "ServiceCreate":
		kind := strings.ToLower(strings.TrimSuffix(x.Call.Op.ID, "Create"))
		return kind + joinWord(first(engine.NamedInBody(x.facts()))) + " was not created"
	case "ContainerExec":
		return "exec in " + cs.label("container", x.Call.Param("id")) + " failed"
	case "ExecStart":
		return "exec " + cs.label("exec", x.Call.Param("id")) + " did not start"
	case "ImageCreate":
		if q.Get("fromSrc") != "" {
			name := imageName(q.Get("repo"), q.Get("tag"))
			if name != "" {
				name = " of " + name
			}
			return "import" + name + " failed"
		}
		return "pull of " + imageName(q.Get("fromImage"), q.Get("tag")) + " failed"
	case "ImagePush":
		return "push of " + imageName(x.Call.Param("name"), q.Get("tag")) + " failed"
	case "ImageCommit":
		return cs.label("container", q.Get("container")) + " was not committed"
	case "ImageBuild":
		if x.Progress != nil && x.Progress.Step != "" {
			return "step " + x.Progress.Step + joinWord(x.Progress.StepText) + " failed"
		}
		return "build failed"
	case "ImageLoad":
		return "load failed"
	}
	if u, ok := undone[x.Call.Op.ID]; ok {
		return strings.ReplaceAll(u.says, "…", cs.label(u.kind, cmp.Or(x.Call.Param("id"), x.Call.Param("name"))))
	}
	if (x.Method == "GET" || x.Method == "HEAD") && message(x) != "" {
		return "" // the message says what was looked at
	}
	return x.Call.Op.ID + " failed"
}

// label is what the verdict calls a thing that a call is about.
func (cs *Commands) label(kind, ref string) string {
	if t := cs.Things.find(kind, ref); t != nil {
		return t.label()
	}
	return engine.ShortIDs(ref)
}

// undone words calls about the thing in their path, which … stands for, where they fail and
// where they do not.
var undone = map[string]struct{ kind, says, done string }{
	"ContainerStart":      {"container", "… did not start", ""},
	"ContainerRestart":    {"container", "… did not restart", "restarted"},
	"ContainerStop":       {"container", "… was not stopped", "stopped"},
	"ContainerKill":       {"container", "… was not stopped", "killed"},
	"ContainerPause":      {"container", "… was not paused", "paused"},
	"ContainerUnpause":    {"container", "… was not unpaused", "unpaused"},
	"ContainerRename":     {"container", "… was not renamed", "renamed"},
	"ContainerUpdate":     {"container", "… was not updated", "updated"},
	"ContainerDelete":     {"container", "… was not removed", "removed"},
	"ImageTag":            {"image", "… was not tagged", ""},
	"ImageDelete":         {"image", "… was not removed", "removed"},
	"NetworkConnect":      {"network", "network … was not connected", "connected"},
	"NetworkDisconnect":   {"network", "network … was not disconnected", "disconnected"},
	"NetworkDelete":       {"network", "network … was not removed", "removed"},
	"VolumeDelete":        {"volume", "volume … was not removed", "removed"},
	"ServiceUpdate":       {"service", "service … was not updated", "updated"},
	"ServiceDelete":       {"service", "service … was not removed", "removed"},
	"SecretDelete":        {"secret", "secret … was not removed", "removed"},
	"ConfigDelete":        {"config", "config … was not removed", "removed"},
	"NodeUpdate":          {"node", "node … was not updated", "updated"},
	"NodeDelete":          {"node", "node … was not removed", "removed"},
	"PluginEnable":        {"plugin", "plugin … was not enabled", "enabled"},
	"PluginDisable":       {"plugin", "plugin … was not disabled", "disabled"},
	"PluginDelete":        {"plugin", "plugin … was not removed", "removed"},
	"PutContainerArchive": {"container", "copy to … failed", ""},
}

func joinWord(s string) string {
	if s == "" {
		return ""
	}
	return " " + s
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

func imageName(name, tag string) string {
	switch {
	case tag == "":
		return name
	case strings.Contains(tag, ":"):
		return name + "@" + tag
	}
	return name + ":" + tag
}
