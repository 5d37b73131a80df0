package verify

import (
	"fmt"
	"strconv"
	"strings"

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
	if _, _, ok := number(v); !ok {
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
	case v.min != "" && older(recorded, v.min):
		return v.min
	case v.max != "" && older(v.max, recorded):
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
		if d.MinAPI != "" && older(asked, d.MinAPI) || older(d.API, asked) {
			out = append(out, asked)
		}
	}
	return out
}

// older reports whether API version a is before b; what is no version is not.
func older(a, b string) bool {
	a1, a2, ok1 := number(a)
	b1, b2, ok2 := number(b)
	return ok1 && ok2 && (a1 < b1 || a1 == b1 && a2 < b2)
}

func number(v string) (major, minor int, ok bool) {
	a, b, ok := strings.Cut(v, ".")
	major, err1 := strconv.Atoi(a)
	minor, err2 := strconv.Atoi(b)
	return major, minor, ok && err1 == nil && err2 == nil && major >= 0 && minor >= 0
}
