package diff

import (
	"github.com/dockwire/dockwire/recordings/replay/bind"
	"github.com/dockwire/dockwire/recordings/replay/match"
)

// Pairs compares answers to the same request, for those who know which belong
// together. The zero Pairs is ready. It is not safe for concurrent use.
type Pairs struct{ c comparison }

// Name tells that live stands for recorded from now on.
func (p *Pairs) Name(recorded, live string) {
	p.c.names = append(p.c.names, bind.Pair{Recorded: recorded, Live: live})
}

// Own says what tells things that are of the recording by their names. Others
// are on a daemon by what others do: lists may differ in them.
func (p *Pairs) Own(own func(name string) bool) { p.c.own = own }

// Ignore says which places are not compared from now on.
func (p *Pairs) Ignore(rules match.Rules) { p.c.ignore = rules }

// Ignored counts the differences that were at those places.
func (p *Pairs) Ignored() int { return p.c.ignored }

// Answers compares status, body, streams and end. left says that clients left
// both before they had ended: what then came late does not count.
func (p *Pairs) Answers(recorded, live *Parts, left bool) []match.Difference {
	p.c.left = left
	return p.c.answers(recorded, live)
}
