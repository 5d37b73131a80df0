package exchange

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
)

// brokenSays is a call that was cut off before its end: what it was to do, and
// which side gave it up. work says that the call did some of the command's work,
// and did not only wait or listen.
func (cs *Commands) brokenSays(x *Exchange) (says string, work bool) {
	side := "by the daemon"
	if x.Ended.By == decode.Client {
		side = "by the client"
	}
	if x.Build != nil {
		says := "build was cut off " + side
		for _, s := range x.Build.Steps {
			if s.State() == "running" || s.State() == "canceled" {
				return says + " in step " + s.Name, true
			}
		}
		return says, true
	}
	says, work = cs.says(x), true
	if says == "" || x.Call.Op != nil && says == x.Call.Op.ID+" failed" {
		work = false
		says = x.Name()
		if x.about != nil || x.Call.Op != nil && x.Call.Op.ID == "ContainerWait" {
			says += joinWord(x.Summary())
		}
	}
	return says + ", cut off " + side + joinMessage(engine.OneLine(x.Ended.Err)), work
}

// daemonOf is the daemon that cut off a call which only waited or listened, "" for
// other calls.
func daemonOf(x *Exchange, work bool) string {
	if work || x.Ended.By == decode.Client || x.Conn == nil {
		return ""
	}
	return x.Conn.Upstream
}

// buildSays is a failed build: its step with the exit code of its program and
// the last line that it wrote, or the message of the builder.
func (cs *Commands) buildSays(x *Exchange) (says, message string) {
	says, message = "build failed", cause(x.Error())
	var last string
	if x.Build == nil {
		says = cs.says(x)
	} else if s := x.Build.Failing(); s != nil {
		says = "step " + s.Name + " failed"
		last = cmp.Or(lastLine(s.Log.Tail), lastLine(s.Log.Head))
	}
	for _, before := range [...]string{" did not complete successfully: exit code: ", " returned a non-zero code: "} {
		if i := strings.LastIndex(message, before); i >= 0 && digits(message[i+len(before):]) {
			return says + ", exit " + message[i+len(before):], last // the program's own words say more
		}
	}
	return says, message
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// lastLine is the last line of a program's output, fit to be shown; of the
// last few the one that speaks of an error, if one does: counts may follow it.
func lastLine(b []byte) string {
	lines := strings.FieldsFunc(strings.ToValidUTF8(string(b), ""), func(r rune) bool { return r == '\r' || r == '\n' })
	lines = slices.DeleteFunc(lines, func(l string) bool { return strings.TrimSpace(l) == "" })
	lines = lines[max(len(lines)-fewLines, 0):]
	for _, l := range slices.Backward(lines) {
		low := strings.ToLower(l)
		for _, w := range [...]string{"error", "failed", "fatal", "cannot", "can't", "not found", "no such", "no space", "denied", "panic", "invalid"} {
			if strings.Contains(low, w) {
				return engine.OneLine(l)
			}
		}
	}
	if len(lines) == 0 {
		return ""
	}
	return engine.OneLine(lines[len(lines)-1])
}

// fewLines is how many lines may stand behind the one that tells.
const fewLines = 4
