package compare

import (
	"slices"
	"strings"

	"github.com/dockwire/dockwire/recordings/flow/match"
)

// wanted leaves out the differences at places that are not to be compared, and
// counts them.
func (c *Pairs) wanted(x *Parts, differ []match.Difference) []match.Difference {
	if len(c.ignore) == 0 {
		return differ
	}
	all := len(differ)
	differ = slices.DeleteFunc(differ, func(d match.Difference) bool {
		place, _, _ := strings.Cut(d.Place, " line ") // of a stream
		return c.ignore.Cover(x.Operation(), place)
	})
	c.ignored += all - len(differ)
	return differ
}
