package match

import (
	"cmp"
	"strings"
)

// Difference is a place at which a live request differs from a recorded one.
type Difference struct {
	Place    string `json:"place"`
	Recorded string `json:"recorded"`         // "" with Missing
	Received string `json:"received"`         // "" with Extra; as it came
	Absent   string `json:"absent,omitempty"` // "recorded" or "received": which side has nothing there

	translated string // Received in the recording's words
}

// diff compares leaves that are sorted by place.
func diff(recorded, live []Leaf) []Difference {
	var out []Difference
	for len(recorded) > 0 || len(live) > 0 {
		switch order(recorded, live) {
		case -1:
			out = append(out, Difference{Place: recorded[0].Place, Recorded: recorded[0].Value, Absent: "received"})
			recorded = recorded[1:]
		case 1:
			out = append(out, Difference{Place: live[0].Place, Received: live[0].asItCame(), translated: live[0].Value, Absent: "recorded"})
			live = live[1:]
		default:
			if !sameValue(recorded[0].Value, live[0].Value) && recorded[0].Value != live[0].Live && !recorded[0].content.same(live[0].content) {
				was, is := inOneKind(&recorded[0], &live[0])
				out = append(out, Difference{Place: live[0].Place, Recorded: was, Received: is, translated: live[0].Value})
			}
			recorded, live = recorded[1:], live[1:]
		}
	}
	return out
}

func (l *Leaf) asItCame() string { return cmp.Or(l.Live, l.Value) }

func order(a, b []Leaf) int {
	switch {
	case len(b) == 0:
		return -1
	case len(a) == 0:
		return 1
	}
	return strings.Compare(a[0].Place, b[0].Place)
}

// weight says how much a difference says about two requests not being meant
// to be the same.
func weight(d *Difference) float64 {
	switch {
	case strings.HasPrefix(d.Place, "path."):
		return 5
	case strings.HasPrefix(d.Place, "query."):
		return 3
	}
	return 1
}
