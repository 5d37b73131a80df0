package verify

import (
	"encoding/json"
	"strings"

	"github.com/dockwire/dockwire/recordings/flow/match"
)

// own are the ids and names of what was made: by the recorded calls when they
// were recorded, or by those of now. What others do on the daemon meanwhile is
// not compared in lists and events. The zero own is empty.
type own map[string]bool

func (o own) add(values ...string) {
	for _, v := range values {
		v = strings.TrimPrefix(v, "sha256:")
		if o[v] = true; len(v) == 64 {
			o[v[:shortID]] = true
		}
	}
}

// has reports whether a JSON value is about one of them.
func (o own) has(value []byte) bool {
	leaves, _ := match.JSONLeaves("", value, asIs)
	for _, l := range leaves {
		var s string
		if json.Unmarshal([]byte(l.Value), &s) == nil && o.is(s) {
			return true
		}
	}
	return false
}

// is reports whether a text is one of them, or the id of one.
func (o own) is(s string) bool {
	s = strings.TrimPrefix(s, "sha256:")
	return o[s] || o[tagged(s, "")]
}
