package compare

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/recordings/flow/bind"
	"github.com/dockwire/dockwire/recordings/flow/match"
)

// learn binds the names at a place, as a replay would.
func (c *Pairs) learn(a *Parts, d *match.Difference) bool {
	if d.Absent != "" {
		return false
	}
	if c.named(d) {
		return true
	}
	recorded, other := d.Recorded, d.Received
	if strings.HasPrefix(d.Place, "body.") {
		var err1, err2 error
		recorded, err1 = strconv.Unquote(recorded)
		other, err2 = strconv.Unquote(other)
		if err1 != nil || err2 != nil {
			return false
		}
	}
	pairs, ok := bind.Pairs(a.op, d.Place, recorded, other)
	if !ok && !strings.HasPrefix(d.Place, "path.") {
		pairs, ok = bind.Guessed(recorded, other)
	}
	if !ok {
		return false
	}
	for _, p := range pairs {
		for _, known := range c.names {
			if (known.Recorded == p.Recorded) != (known.Live == p.Live) && !p.Gives {
				return false // it stands for something else already
			}
		}
		c.names = append(c.names, p)
		c.learned = append(c.learned, Name{p.Recorded, p.Live})
	}
	return true
}

// renamed puts the names that are bound into places: those of things in lists.
func (c *Pairs) renamed(leaves []match.Leaf) []match.Leaf {
	if len(c.names) == 0 || !slices.ContainsFunc(leaves, func(l match.Leaf) bool { return strings.Contains(l.Place, ".[") }) {
		return leaves
	}
	leaves = slices.Clone(leaves)
	for i := range leaves {
		leaves[i].Place = bind.Apply(c.names, leaves[i].Place)
	}
	sortByPlace(leaves)
	return leaves
}

// strange reports a thing that only one list has and that is not of the
// recording.
func (c *Pairs) strange(op *engine.Operation, d *match.Difference) bool {
	if c.own == nil {
		return false
	}
	name, ok := thing(op, d.Place)
	return ok && (d.Absent != "" || op.ID == "ContainerList") && !c.own(name)
}

// named reports whether values differ by names that are bound only.
func (c *Pairs) named(d *match.Difference) bool {
	return d.Absent == "" && len(c.names) > 0 && bind.Apply(c.names, d.Recorded) == d.Received
}
