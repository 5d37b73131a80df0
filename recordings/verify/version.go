package verify

import (
	"fmt"
	"strings"

	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/recordings/flow/load"
)

// Versions says which API version a call is asked with that was recorded with
// another. The zero Versions asks as recorded.
type Versions struct {
	fixed    string
	nearest  bool
	min, max string
}

// ParseVersions reads "recorded", "nearest" (the recorded one where the daemon
// speaks it, else the one of the daemon's that is nearest) or a version.
func ParseVersions(s string, d Daemon) (Versions, error) {
	switch s {
	case "", "recorded":
		return Versions{}, nil
	case "nearest":
		return Versions{nearest: true, min: d.MinAPI, max: d.API}, nil
	}
	v := strings.TrimPrefix(s, "v")
	if _, _, ok := engine.NumberOf(v); !ok {
		return Versions{}, fmt.Errorf("no such API version: %q (recorded, nearest, or one such as 1.47)", s)
	}
	return Versions{fixed: v}, nil
}

// Of is the version for one that was recorded.
func (v Versions) Of(recorded string) string {
	switch {
	case recorded == "":
		return ""
	case v.fixed != "":
		return v.fixed
	case !v.nearest:
		return recorded
	case v.min != "" && engine.Older(recorded, v.min):
		return v.min
	case v.max != "" && engine.Older(v.max, recorded):
		return v.max
	}
	return recorded
}

// Unspoken are the recorded API versions, as they would be asked, that the
// daemon does not speak.
func (v Versions) Unspoken(rec *load.Recording, d Daemon) []string {
	var out []string
	seen := map[string]bool{}
	for _, x := range rec.Exchanges {
		asked := v.Of(x.Call.Version)
		if asked == "" || seen[asked] {
			continue
		}
		seen[asked] = true
		if d.MinAPI != "" && engine.Older(asked, d.MinAPI) || engine.Older(d.API, asked) {
			out = append(out, asked)
		}
	}
	return out
}
