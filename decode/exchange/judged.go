package exchange

import (
	"unique"

	"github.com/dockwire/dockwire/decode"
)

// maxJudged bounds the calls and the commands whose judgements are kept: what
// comes later in a recording is told as far as it is known at its end.
const maxJudged = 1 << 18

// Judged is what a whole recording says of its calls and commands, for those
// that read it again: a consumer that prints a call at its end cannot know what
// comes after.
type Judged struct {
	fold     *Folder
	commands *Commands
	things   *Things
	outcomes map[decode.ExchangeID]Outcome
	verdicts map[CommandID]unique.Handle[string] // lines, of which many are equal
}

// NewJudged is fed all events of a recording, then closed.
func NewJudged() *Judged {
	j := &Judged{outcomes: map[decode.ExchangeID]Outcome{}, verdicts: map[CommandID]unique.Handle[string]{}}
	j.fold = NewFolder(0, func(x *Exchange, e decode.Event) {
		if _, over := e.(*decode.ExchangeEnd); over && x != nil && j.commands.Get(x.Command.ID) == nil {
			j.keep(x.Command) // it was dropped, and goes on
		}
	})
	j.commands = j.fold.Group(func(v Judgement) {
		if len(j.outcomes) < maxJudged {
			j.outcomes[v.Exchange] = v.Outcome
		}
	})
	j.commands.dropped = j.keep
	return j
}

// keep puts a verdict in words, as late as can be.
func (j *Judged) keep(c *Command) {
	if len(j.verdicts) < maxJudged {
		j.verdicts[c.ID] = unique.Make(c.Verdict().Line)
	}
}

// Event takes the next event.
func (j *Judged) Event(e decode.Event) { j.fold.Event(e) }

// Close says that there are no more.
func (j *Judged) Close() {
	j.commands.Close()
	for _, c := range j.commands.All() {
		j.verdicts[c.ID] = unique.Make(c.Verdict().Line)
	}
	j.things = &j.commands.Things
	j.fold, j.commands = nil, nil
}

// Tell gives an exchange that is over what the whole recording says of it. A
// nil Judged leaves it as it is.
func (j *Judged) Tell(x *Exchange) {
	if j == nil || x.Command == nil {
		return
	}
	x.things = j.things // with the names that come later
	if o, ok := j.outcomes[x.ID]; ok {
		x.judged = o
	}
	if v, ok := j.verdicts[x.Command.ID]; ok {
		x.verdict = v.Value()
	}
}
