package verify

import (
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings/flow/bind"
)

// names are what the daemon chose: the recorded ids and names, and those of
// now. The zero names is empty.
type names struct {
	set bind.Set
	ids map[string]string // full ids
}

// shortID is how much of an id docker shows (docker/docker pkg/stringid).
const shortID = 12

// learnID notes an id, and the form in which docker shows it. One that was
// issued once more means something new.
func (n *names) learnID(recorded, live, where string, x decode.ExchangeID) {
	pairs := []bind.Pair{{Recorded: recorded, Live: live}}
	if len(recorded) == len(live) && len(recorded) > shortID {
		pairs = append(pairs, bind.Pair{Recorded: recorded[:shortID], Live: live[:shortID]})
	}
	if recorded == live || !n.set.Allows(pairs) {
		return
	}
	if n.ids == nil {
		n.ids = map[string]string{}
	}
	if len(recorded) > shortID {
		n.ids[recorded] = live
	}
	n.set.Learn(pairs, where, x)
}

// learnName notes a name; false when it stands for something else already.
func (n *names) learnName(recorded, live, where string, x decode.ExchangeID) bool {
	pairs := []bind.Pair{{Recorded: recorded, Live: live}}
	if !n.set.Allows(pairs) {
		return false
	}
	n.set.Learn(pairs, where, x)
	return true
}

// of is a value of a path or query with the names of now.
func (n *names) of(value string) string {
	if live, ok := n.prefix(value); ok {
		return live
	}
	if r := n.set.Answers(); r != nil {
		return string(r.All(nil, []byte(value), false))
	}
	return value
}

// minPrefix is how much of an id somebody types.
const minPrefix = 2

// prefix is a value that is the beginning of one id, as people give it.
func (n *names) prefix(value string) (string, bool) {
	if len(value) < minPrefix || len(value) >= 64 || len(value) == shortID || strings.Trim(value, "0123456789abcdef") != "" {
		return "", false
	}
	found := ""
	for recorded, live := range n.ids {
		if strings.HasPrefix(recorded, value) && len(live) >= len(value) {
			if found != "" {
				return "", false
			}
			found = live[:len(value)]
		}
	}
	return found, found != ""
}

// inJSON puts the names of now into a JSON body.
func (n *names) inJSON(body []byte) []byte {
	if r := n.set.Answers(); r != nil {
		return r.All(nil, body, true)
	}
	return body
}
