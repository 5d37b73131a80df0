package exchange

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
)

// Result is what came of an exchange or a command.
type Result uint8

const (
	Pending Result = iota // not over
	OK
	// Refused: the daemon said no, and the client took that as an answer, or
	// may still do so.
	Refused
	// Probe: the client looked for what may not be there, and went on without
	// it. What came after tells.
	Probe
	Failed
	// Broken: cut off before its end.
	Broken
)

var results = [...]string{"pending", "ok", "refused", "probe", "failed", "broken off"}

func (r Result) String() string { return results[r] }

// Bad says that something went wrong. Only that is shown in red.
func (r Result) Bad() bool { return r == Failed || r == Broken }

// Outcome is what came of an exchange, with the reason in a few words: "exit
// 137", "out of memory", "404". The reason may be empty, also of a failure.
type Outcome struct {
	Result Result
	Reason string
}

// Outcome is what came of the exchange as far as it tells itself. Where its
// folder groups commands, what came after counts, too: see Judgement.
func (x *Exchange) Outcome() Outcome {
	if x.judged.Result != Pending {
		return x.judged
	}
	return x.outcome()
}

// SetOutcome gives an exchange the outcome that was judged elsewhere, for
// consumers that keep exchanges in a form of their own, or read them again.
func (x *Exchange) SetOutcome(o Outcome) { x.judged = o }

// Failed says that the exchange went wrong: the daemon answered with an error
// that is not just an answer, a stream reported one, a program failed, or it
// broke off. A client that leaves a running stream (logs -f, events, a detach)
// has not failed: that is how they end.
func (x *Exchange) Failed() bool { return x.Outcome().Result.Bad() }

// Erred says whether anything but OK came of it, also a refusal that was only an
// answer.
func (x *Exchange) Erred() bool {
	r := x.Outcome().Result
	return r.Bad() || r == Refused || r == Probe
}

func (x *Exchange) broken() bool {
	if x.State != Done {
		return false
	}
	switch x.Ended.How {
	case decode.EndReset, decode.EndTimeout, decode.EndError:
		return true
	case decode.EndCancel:
		switch x.Ended.By {
		case x.asker():
			return x.Status == 0
		case decode.Recorder:
			return false
		}
		return true
	}
	return false
}

// asker is the side that the exchange's request came from.
func (x *Exchange) asker() decode.Party {
	if x.ByDaemon {
		return decode.Server
	}
	return decode.Client
}

// Left says that the side which asked left a running stream: that is how they
// end.
func (x *Exchange) Left() bool {
	return x.Ended.How == decode.EndCancel && x.Ended.By == x.asker() && x.Status != 0
}

// Error is what went wrong in words, or "": the daemon's message, the error in
// a stream, or how the exchange broke off.
func (x *Exchange) Error() string {
	if x.Status >= 400 {
		if m := x.failure(); m != "" {
			return m
		}
		if x.Reason != "" {
			return x.Reason
		}
	}
	if e := x.streamError(); e != "" {
		return e
	}
	if x.grpcStatus() > 0 {
		if m := x.grpcMessage(); m != "" {
			return m
		}
	}
	if x.broken() {
		return cmp.Or(x.Ended.Err, string(x.Ended.How)+" by "+string(x.Ended.By))
	}
	if o := x.Outcome(); o.Result.Bad() {
		return o.Reason
	}
	return ""
}

// MayErr says whether anything but OK may come of the exchange, so that Error says
// something of it or Erred says yes, whatever other exchanges tell of it.
func (x *Exchange) MayErr() bool {
	switch o := x.outcome(); {
	case o.Result != OK && o.Result != Pending, x.broken(), x.grpcStatus() > 0, x.ofBuild():
		return true
	case !inspects(x) || x.State != Done: // see Commands.inspected
		return false
	}
	return len(x.Response.Body) > DefaultKeep || slices.ContainsFunc(x.news(), func(n engine.News) bool {
		return n.State.Health == "unhealthy" || n.State.HasExit && n.State.Exit != 0
	})
}

// ofBuild says that other calls may tell what came of it as a part of a build.
func (x *Exchange) ofBuild() bool {
	op := x.Call.Op
	return x.Build != nil || op != nil && (op.ID == "ImageBuild" || op.Tag == "Session" || op.Tag == "BuildKit")
}

// outcome is what the exchange tells itself.
func (x *Exchange) outcome() Outcome {
	o := x.plain()
	if (o.Result.Bad() || o.Result == Refused) && x.optional() {
		o.Result = Probe
	}
	return o
}

// optional: whatever the daemon answers, the client goes on. buildx hands over its
// tracing when its build is over, and asks for the daemon's version; dockerd before
// 23.0 knows neither call.
func (x *Exchange) optional() bool {
	switch {
	case x.Call.Op == nil:
		return false
	case x.Call.Op.ID == "BuildKitControl":
		return x.Call.Param("rpc") == "Info"
	}
	return x.Call.Op.ID == "TraceExport"
}

// plain is the outcome by the answer alone.
func (x *Exchange) plain() Outcome {
	switch {
	case x.Status >= 400:
		return x.refusal()
	case x.streamError() != "":
		return Outcome{Failed, "error in the stream"}
	case x.State != Done:
		return Outcome{}
	case x.Build != nil && x.Build.Probe:
		if x.grpcStatus() > 0 {
			return Outcome{Probe, ""}
		}
		return Outcome{Result: OK}
	case x.broken():
		if x.Call.Op != nil && (x.Call.Op.ID == "BuildKitConnect" || x.Call.Op.ID == "Session") && x.Status == 101 {
			return Outcome{Result: OK} // clients drop these when they are done
		}
		if x.Ended.By == decode.Client {
			return Outcome{Broken, "client gave up"}
		}
		return Outcome{Broken, "by " + string(x.Ended.By)}
	case x.grpcStatus() > 0:
		return x.grpcOutcome()
	case x.Call.Op != nil && (x.Call.Op.ID == "ContainerWait" || x.Call.Op.ID == "ExecInspect"):
		for _, n := range x.news() {
			if n.State.HasExit && n.State.Exit != 0 {
				return Outcome{Failed, exitWords(n.State)}
			}
		}
	}
	return Outcome{Result: OK}
}

// Exit is the exit code that the exchange reports, if it reports one.
func (x *Exchange) Exit() (code int64, ok bool) {
	for _, n := range x.news() {
		if n.State.HasExit {
			return int64(n.State.Exit), true
		}
	}
	if x.Progress != nil && x.Progress.Exited {
		return int64(x.Progress.Exit), true
	}
	return 0, false
}

// Health is the health of a container that the exchange reports, or "".
func (x *Exchange) Health() string {
	for _, n := range x.news() {
		if n.State.Health != "" {
			return n.State.Health
		}
	}
	if x.Progress != nil {
		return x.Progress.Health
	}
	return ""
}

// Verdict is what came of its command so far, in one line; "" where commands
// are not told apart.
func (x *Exchange) Verdict() string {
	if x.Command == nil || x.verdict != "" {
		return x.verdict
	}
	return x.Command.Verdict().Line
}

// refusal tells an answer of no from an error. What is Refused may yet be
// judged otherwise, by what comes after.
func (x *Exchange) refusal() Outcome {
	o := Outcome{Failed, strconv.Itoa(x.Status)}
	look := x.Method == "GET" || x.Method == "HEAD"
	op := ""
	if x.Call.Op != nil {
		op = x.Call.Op.ID
	}
	switch {
	case look && (x.Status == 404 || x.Status == 405 || x.Status == 501 || x.Status == 503 || op == "DistributionInspect"),
		op == "ContainerCreate" && x.Status == 404,
		op == "BuildKitConnect", op == "Session",
		harmless(x, op):
		o.Result = Refused
	}
	return o
}

// harmless: the client gets what it wants, or does not care.
func harmless(x *Exchange, op string) bool {
	switch op {
	case "ContainerResize", "ExecResize":
		return true // sent before the program runs, and after it has ended
	case "ContainerDelete":
		q := x.Call.Query()
		return x.Status == 404 && (q.Get("force") == "1" || q.Get("force") == "true") ||
			x.Status == 409 && strings.Contains(string(x.Response.Body), "already in progress")
	}
	return false
}

func (x *Exchange) news() []engine.News {
	if x.Call.Op == nil || x.State != Done {
		return nil
	}
	if !x.toldKnown {
		x.told, x.toldKnown = engine.NewsOf(x.facts()), true
	}
	return x.told
}

// exitWords is an exit code with what it means.
func exitWords(s engine.State) string {
	w := "exit " + strconv.Itoa(s.Exit)
	if s.OOM {
		w += ", out of memory"
	}
	return w
}

const grpcUnimplemented = 12

// grpcStatus is the status a gRPC call ended with; -1: none.
func (x *Exchange) grpcStatus() int {
	if x.Stream == 0 && x.Response.Content != decode.ContentGRPC {
		return -1
	}
	for _, fields := range [][]decode.Field{x.Response.Trailer, x.Response.Fields} {
		for _, f := range fields {
			if f.Name == "grpc-status" {
				if n, err := strconv.Atoi(f.Value); err == nil {
					return n
				}
			}
		}
	}
	return -1
}

var grpcNames = [...]string{"ok", "canceled", "unknown error", "invalid argument", "deadline exceeded", "not found",
	"already exists", "permission denied", "resource exhausted", "failed precondition", "aborted", "out of range",
	"unimplemented", "internal error", "unavailable", "data loss", "unauthenticated"}

func (x *Exchange) grpcOutcome() Outcome {
	n := x.grpcStatus()
	o := Outcome{Failed, "grpc " + strconv.Itoa(n)}
	if n < len(grpcNames) {
		o.Reason = grpcNames[n]
	}
	switch n {
	case 1: // the caller left, as those do that listen until the build is over
		o.Result = OK
		if x.Call.Param("rpc") == "Solve" {
			o.Result = Broken
		}
	case 2: // a program that has what it wanted of an agent closes its socket
		if x.Call.Param("rpc") == "ForwardAgent" && x.Response.Size > 0 {
			o.Result = OK
		}
	case 5, grpcUnimplemented: // not found, not known to this daemon
		o.Result = Refused
	}
	return o
}

// grpcMessage is the message of that status, percent-decoded.
func (x *Exchange) grpcMessage() string {
	for _, fields := range [][]decode.Field{x.Response.Trailer, x.Response.Fields} {
		for _, f := range fields {
			if f.Name == "grpc-message" {
				if m, err := url.PathUnescape(f.Value); err == nil {
					return engine.OneLine(m)
				}
				return engine.OneLine(f.Value)
			}
		}
	}
	return ""
}
