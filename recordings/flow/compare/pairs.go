package compare

import (
	"slices"

	"github.com/dockwire/dockwire/recordings/flow/bind"
	"github.com/dockwire/dockwire/recordings/flow/match"
)

// Pairs compares exchanges that belong together, two by two, and remembers the
// names that stand for each other. The zero Pairs is ready. It is not safe for
// concurrent use.
type Pairs struct {
	names   []bind.Pair
	learned []Name
	own     func(name string) bool // tells what is of the recording; nil: all is
	left    bool                   // the client left both answers that are compared
	ignore  match.Rules
	ignored int // differences at those places
}

// Name says that live stands for recorded from now on.
func (c *Pairs) Name(recorded, live string) {
	c.names = append(c.names, bind.Pair{Recorded: recorded, Live: live})
}

// Names lists the names that requests were seen to choose newly.
func (c *Pairs) Names() []Name { return slices.Clone(c.learned) }

// Own says what tells things that are of the recording by their names. Others
// are on a daemon by what others do: lists may differ in them.
func (c *Pairs) Own(own func(name string) bool) { c.own = own }

// Ignore says which places are not compared from now on.
func (c *Pairs) Ignore(rules match.Rules) { c.ignore = rules }

// Ignored counts the differences that were at those places.
func (c *Pairs) Ignored() int { return c.ignored }

// Answers compares status, body, streams and end. left says that clients left
// both before they had ended: what then came late does not count.
func (c *Pairs) Answers(recorded, live *Parts, left bool) []match.Difference {
	c.left = left
	return c.answers(recorded, live)
}

// Both compares requests and answers of exchanges that ended.
func (c *Pairs) Both(a, b *Parts) []match.Difference {
	return append(c.wanted(a, c.request(a, b)), c.answers(a, b)...)
}
