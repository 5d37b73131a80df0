package engine

import (
	"maps"
	"strings"
	"sync"
)

// summariser says what an exchange is about and, when the daemon has answered
// without an error, its outcome. Either may be empty.
type summariser func(r *reading) (what, outcome string)

// summarisers by operation id. Each group of operations has a file.
var summarisers = sync.OnceValue(func() map[string]summariser {
	all := map[string]summariser{}
	for _, group := range []map[string]summariser{
		containerSummaries(), containerFileSummaries(), containerListSummaries(), execSummaries(),
		imageSummaries(), buildSummaries(), buildkitSummaries(), systemSummaries(), volumeSummaries(), networkSummaries(),
		pluginSummaries(), swarmSummaries(), serviceSummaries(), secretSummaries(), debugSummaries(),
	} {
		maps.Copy(all, group)
	}
	return all
})

// Summary says in one line what an exchange was about and how it ended,
// without the operation's name: "web ← nginx:1.27 → 3f2a91c0b7d4". An arrow
// to the right is before the answer, which is an error's message when
// there was one. It is safe to show: one line, no control characters, bounded.
// It is "" when there is nothing to say.
func Summary(f Facts) string {
	var what, outcome string
	r := newReading(f)
	if f.Call != nil && f.Call.Op != nil {
		if s := summarisers()[f.Call.Op.ID]; s != nil {
			what, outcome = s(r)
		}
	}
	what = spaced(what, option("deadline", deadline(r)))
	failure := r.failure()
	if failure != "" {
		outcome = failure
	} else if !r.ok() {
		outcome = ""
	}
	what, outcome = strings.TrimSpace(what), oneLine(outcome, maxSummary)
	switch {
	case outcome == "":
	case what == "" && failure == "":
		what = outcome
	case what == "":
		what = "→ " + outcome
	default:
		what += " → " + outcome
	}
	return oneLine(what, maxSummary)
}

// Failure is the daemon's message when it answered with an error, be it by
// status or inside a stream that began well; "" otherwise. It is as safe to
// show as a Summary, and longer, for a consumer that shows all of it.
func Failure(f Facts) string { return oneLine(newReading(f).failure(), maxFailure) }

func (r *reading) failure() string {
	if r.Failure != "" {
		return r.Failure
	}
	if r.Status >= 400 {
		m := errorMessage(r.res)
		if why := r.refusal(); m == "" {
			m = why
		} else if why != "" {
			m += ": " + why
		}
		return shortIDs(m)
	}
	return shortIDs(r.Progress.Err)
}

// errorMessage finds the message of {"message": "…"}, of Podman's
// {"cause", "message"}, or takes the text that the daemon sends before API
// 1.24 and for a refused attach (moby daemon/server/httputils).
func errorMessage(b body) string {
	text := strings.TrimSpace(string(b))
	if !strings.HasPrefix(text, "{") {
		line, _, _ := strings.Cut(text, "\n")
		return line
	}
	return b.text("message")
}
