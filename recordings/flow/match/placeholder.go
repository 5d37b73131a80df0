package match

import "strings"

// Placeholders of decode/redact: {{redacted.KIND.N}}.
const (
	holderStart = "{{redacted."
	holderEnd   = "}}"
	holder      = "{{redacted}}"
)

// plain takes kind and number out of placeholders: they are numbered by the
// order of one observation.
func plain(value string) string {
	if !strings.Contains(value, holderStart) {
		return value
	}
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(value, holderStart)
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		_, after, ok := strings.Cut(rest, holderEnd)
		if !ok {
			b.WriteString(holderStart)
			value = rest
			continue
		}
		b.WriteString(holder)
		value = after
	}
}

// sameValue tells whether live may stand for recorded: a placeholder stands
// for any value that is not empty.
func sameValue(recorded, live string) bool {
	if recorded == live {
		return true
	}
	recorded = plain(recorded)
	if recorded == plain(live) {
		return true
	}
	parts := strings.Split(recorded, holder)
	if len(parts) == 1 || !strings.HasPrefix(live, parts[0]) {
		return false
	}
	live = live[len(parts[0]):]
	for i, part := range parts[1:] {
		if len(live) == 0 {
			return false
		}
		var n int
		if i == len(parts)-2 {
			if n = len(live) - len(part); !strings.HasSuffix(live, part) {
				return false
			}
		} else if n = strings.Index(live[1:], part) + 1; n == 0 {
			return false
		}
		if n < 1 {
			return false
		}
		live = live[n+len(part):]
	}
	return true
}
