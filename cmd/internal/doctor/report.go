package doctor

import (
	"fmt"
	"regexp"
	"slices"
)

// State is how a thing is.
type State string

const (
	OK      State = "ok"
	Note    State = "note"    // neither good nor bad
	Warning State = "warning" // it works, and a person should know
	Failed  State = "failed"
)

// Finding is one thing that was looked at.
type Finding struct {
	Topic  string // "daemon", "socket", "access", "connect", "ping", "version", …
	State  State
	Detail string
	Advice []string // what to do, a line each; mostly commands to copy
}

// Report is what was found, in the order to read it.
type Report struct {
	Findings []Finding
}

// OK reports whether the daemon can be used.
func (r Report) OK() bool {
	return !slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.State == Failed })
}

func (r *Report) add(topic string, state State, advice []string, format string, args ...any) {
	f := Finding{Topic: topic, State: state, Detail: hideSecrets(fmt.Sprintf(format, args...))}
	for _, a := range advice {
		f.Advice = append(f.Advice, hideSecrets(a))
	}
	r.Findings = append(r.Findings, f)
}

// password is the part of an address that is one (RFC 3986 section 3.2.1).
var password = regexp.MustCompile(`(://[^\s/:@]*):[^\s/@]+@`)

// hideSecrets takes passwords out of addresses, which errors quote too.
func hideSecrets(s string) string { return password.ReplaceAllString(s, "$1:xxxxx@") }
