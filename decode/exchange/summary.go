package exchange

import "github.com/dockwire/dockwire/decode/engine"

// Summary is one line of what the exchange was about and what came of it,
// without the operation's name. It may hold any characters the wire had:
// escape it before showing it.
func (x *Exchange) Summary() string {
	if x.summarised {
		return x.summary
	}
	f := x.facts()
	if x.Status >= 400 {
		f.Failure = x.failure()
	}
	s := engine.Summary(f)
	if b := x.Build; b != nil && x.Call.Param("rpc") == "Status" {
		s += " → " + engine.OneLine(b.Brief())
	}
	if x.things != nil {
		s = x.things.namedIn(s)
	}
	if x.State == Done {
		x.summary, x.summarised = s, true
	}
	return s
}

func (x *Exchange) facts() engine.Facts {
	return engine.Facts{
		Method:       x.Method,
		Call:         &x.Call,
		Status:       x.Status,
		RequestBody:  x.Request.Body,
		ResponseBody: x.Response.Body,
		RequestSize:  x.Request.Size,
		ResponseSize: x.Response.Size,
		Progress:     x.Progress,
		Heads:        heads{x},
		ByDaemon:     x.ByDaemon,
		Finished:     x.State == Done,
		Reason:       x.Reason,
		News:         x.told,
	}
}

// heads are those of an exchange.
type heads struct{ x *Exchange }

func (h heads) Asked(name string) string    { return h.x.Request.Header(name) }
func (h heads) Answered(name string) string { return h.x.Response.Header(name) }
func (h heads) Request() string             { return h.x.requestHead() }

// failure is the daemon's message in an answer of an error.
func (x *Exchange) failure() string {
	if x.failureKnown {
		return x.failureText
	}
	x.failureText, x.failureKnown = engine.Failure(x.facts()), x.State == Done
	return x.failureText
}

// streamError is the error that came inside a JSON stream: dockerd cannot
// change the status once it has begun to answer.
func (x *Exchange) streamError() string {
	if x.Progress == nil {
		return ""
	}
	return x.Progress.Err
}

// value folds one whole value of a JSON stream in.
func (x *Exchange) value(v []byte) {
	if x.Progress == nil {
		x.Progress = new(engine.Progress)
	}
	x.Progress.Add(v)
}
