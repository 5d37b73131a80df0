package match

import (
	"strings"

	"github.com/dockwire/dockwire/decode/engine"
)

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

// sameValue reports whether live may stand for recorded: a placeholder stands
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

// noteSecrets remembers what the client sent where the recording has
// placeholders: it gets that back, and not the placeholder.
func (m *Matcher) noteSecrets(l *Live, e *entry) {
	if l.RawTarget != "" {
		call := engine.Lookup(l.Method, l.RawTarget)
		m.secretsAt(m.opt.Rules.head(e.op, &e.x.Call, same), m.opt.Rules.head(e.op, &call, m.binds.Recorded))
	}
	if l.Raw == nil && !e.x.Request.Redacted || l.Body.IsTar {
		return
	}
	recorded, err := m.request(e.x)
	if err != nil {
		return
	}
	raw := Body{Bytes: l.Raw, Size: int64(len(l.Raw)), Whole: true}
	if l.Raw == nil {
		raw.Bytes, raw.Size = l.Body.Bytes, l.Body.Size
	}
	raw.flatten(m.opt.Rules, e.op, &l.Call, m.binds.Recorded)
	m.secretsAt(recorded.Body.leaves, raw.leaves)
}

// secretsAt pairs placeholders with what is at their places.
func (m *Matcher) secretsAt(recorded, live []Leaf) {
	at := map[string]string{}
	for i := range live {
		at[live[i].Place] = live[i].asItCame()
	}
	for i := range recorded {
		text, sent := recorded[i].Value, at[recorded[i].Place]
		if !strings.Contains(text, holderStart) {
			continue
		}
		if strings.HasPrefix(recorded[i].Place, "body") {
			var ok1, ok2 bool
			text, ok1 = unquote(text)
			if sent, ok2 = unquote(sent); !ok1 || !ok2 {
				continue
			}
		}
		m.secretsIn(text, sent)
	}
}

// secretsIn pairs the placeholders of a text with what is in their places.
func (m *Matcher) secretsIn(text, live string) {
	for {
		before, rest, ok := strings.Cut(text, holderStart)
		name, after, closed := strings.Cut(rest, holderEnd)
		if !ok || !closed || !strings.HasPrefix(live, before) {
			return
		}
		live = live[len(before):]
		next, _, more := strings.Cut(after, holderStart)
		end := strings.Index(live, next)
		if !more {
			end = len(live) - len(next)
		}
		if end < 1 || !strings.HasPrefix(live[end:], next) {
			return
		}
		m.binds.Secret(holderStart+name+holderEnd, live[:end])
		text, live = after, live[end:]
	}
}
