package redact

import (
	"slices"

	"github.com/dockwire/dockwire/decode"
)

// span is a part of a value that is secret.
type span struct {
	from, to int
	kind     string
	rule     string
}

// disjoint are spans in order of which no two overlap. Only tidy makes them,
// so that no rule can hand its findings to a replacement that another rule's
// findings overlap.
type disjoint []span

// tidy adds where the user's literal values and known secrets stand, sorts spans, joins those
// that overlap and drops empty ones and those that were replaced before.
func (r *Redactor) tidy(spans []span, v []byte) disjoint {
	return r.join(r.withEchoes(r.withLiterals(spans, v), v, false), v)
}

// join is tidy for streams of containers, in which only literals are looked
// for.
func (r *Redactor) join(spans []span, v []byte) disjoint {
	r.spans = spans[:0]
	if len(spans) > 1 {
		slices.SortStableFunc(spans, func(a, b span) int { return a.from - b.from })
	}
	kept := spans[:0]
	for _, s := range spans {
		if s.from >= s.to || isPlaceholder(v[s.from:s.to]) {
			continue
		}
		if n := len(kept); n > 0 && s.from < kept[n-1].to {
			kept[n-1].to = max(kept[n-1].to, s.to)
			continue
		}
		kept = append(kept, s)
	}
	return disjoint(kept)
}

// note records that a secret was replaced.
func (r *Redactor) note(at string, m mark, rule string) {
	red := decode.Redaction{At: at, As: m.as, Rule: rule, Shape: m.shape}
	if r.found != nil {
		r.found(red)
	}
	r.reds = append(r.reds, red)
}

// replace writes v with its spans replaced. It returns v itself when there is
// nothing to replace.
func (r *Redactor) replace(dst, v []byte, spans disjoint, at string) []byte {
	if len(spans) == 0 {
		return v
	}
	from := 0
	for _, s := range spans {
		dst = append(dst, v[from:s.from]...)
		m := r.nums.of(s.kind, v[s.from:s.to], nil)
		dst = appendPlaceholder(dst, m.as)
		r.note(at, m, s.rule)
		from = s.to
	}
	return append(dst, v[from:]...)
}
