package redact

import (
	"slices"
	"strings"
	"sync"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
)

// headers knows which headers are secret. A header that is secret in one
// operation is taken for secret in all, in both directions.
type headers struct {
	names    *names
	exact    map[string]action // by lower-case name
	prefixes []prefixAction
	verdicts map[string]*verdict
}

type prefixAction struct {
	prefix string
	action
}

type verdict struct {
	action
	secret   bool
	strength engine.Strength // when not secret: the value decides
	text     bool            // a URL with a query, or a message
	broken   bool            // no name at all: a line of something else
	binary   bool            // base64, by the rule of gRPC's names

	// The last value that had nothing secret in it, and how many bytes of echoes
	// were known then: the same few values come again and again.
	clean string
	known int
}

// maxClean bounds the values that are remembered.
const maxClean = 256

// headerSecrets are the headers in the engine's table.
var headerSecrets = sync.OnceValue(func() (all []engine.Secret) {
	for _, op := range append(engine.Operations(), nil) {
		for _, s := range op.Secrets() {
			isHeader := s.In == engine.InRequestHeader || s.In == engine.InResponseHeader
			if isHeader && !slices.Contains(all, s) {
				all = append(all, s)
			}
		}
	}
	return all
})

func (h *headers) add(secrets []engine.Secret) {
	for _, s := range secrets {
		act := action{s.Kind, s.How}
		name, isPrefix := strings.CutSuffix(strings.ToLower(s.At), "*")
		if !isPrefix {
			h.exact[name] = act
		} else if p := (prefixAction{name, act}); !slices.Contains(h.prefixes, p) {
			h.prefixes = append(h.prefixes, p)
		}
	}
}

// rule says what the value of a header is.
func (h *headers) rule(name string) *verdict {
	v, ok := h.verdicts[name]
	if !ok {
		v = h.judge(strings.ToLower(name), name)
		if len(h.verdicts) < maxVerdicts && len(name) < 256 {
			h.verdicts[name] = v
		}
	}
	return v
}

func (h *headers) judge(folded, name string) *verdict {
	if len(h.exact) == 0 {
		h.add(headerSecrets()) // with the first header: many a command makes no call
	}
	if !isToken(strings.TrimPrefix(name, ":")) {
		return &verdict{broken: true}
	}
	act, ok := h.exact[folded]
	if ok && act.how != engine.FreeText {
		return &verdict{action: act, secret: true}
	}
	for _, p := range h.prefixes {
		if strings.HasPrefix(folded, p.prefix) && p.how != engine.NamedValue {
			return &verdict{action: p.action, secret: true}
		}
	}
	if h.names.key([]byte(folded)) {
		return &verdict{action: action{kindNamed, engine.Whole}, secret: true}
	}
	if strings.HasSuffix(folded, "-bin") {
		return &verdict{binary: true, action: action{kindEncoded, engine.Whole}}
	}
	return &verdict{text: ok, action: action{"header", engine.NamedValue}, strength: h.names.strength([]byte(name))}
}

// hides reports whether a value is secret.
func (v *verdict) hides(value string) bool {
	return v.secret || v.strength > engine.Harmless && engine.MayBeSecret(v.strength, []byte(value))
}

// fields redacts header or trailer lines. It returns the same slice when
// nothing is secret.
func (r *Redactor) fields(in []decode.Field) []decode.Field {
	out := in
	for i := range in {
		name := in[i].Name
		rule := r.heads.rule(name)
		known := r.nums.echoes.size
		if value := in[i].Value; rule.clean == value && rule.known == known && value != "" {
			continue
		}
		v, changed := r.field(rule, name, in[i].Value)
		if !changed && len(v) <= maxClean {
			rule.clean, rule.known = v, known
		}
		if rule.broken {
			// A line that is no header could be anything, a body's too.
			m := r.nums.fresh(kindUnparsed)
			r.note("h", m, "no-header")
			r.oddHead = true
			name, v, changed = string(appendPlaceholder(nil, m.as)), "", true
		}
		if !changed {
			continue
		}
		if &out[0] == &in[0] {
			out = append(r.fieldBuf[:0], in...)
			r.fieldBuf = out
		}
		out[i] = decode.Field{Name: name, Value: v}
	}
	return out
}

// plainHeader reports whether a value needs no closer look.
func plainHeader(value string) bool {
	for i := range len(value) {
		if c := value[i]; c < ' ' || c == '?' || triggers[c] && mayStart(value, i) {
			return false
		}
	}
	return true
}

// field redacts the value of one header line.
func (r *Redactor) field(rule *verdict, name, value string) (string, bool) {
	if value == "" {
		return value, false
	}
	secret := rule.hides(value)
	if rule.binary { // stack traces in grpc-status-details-bin have the command line of their process
		secret = r.secretBase64([]byte(value))
	}
	if !secret && !rule.text && len(r.literals) == 0 && plainHeader(value) && !r.nums.echoes.inText(value) {
		return value, false
	}
	odd := hasControl(value) // lines that were not told apart, perhaps
	r.valueBuf = append(r.valueBuf[:0], value...)
	v := r.valueBuf
	if odd && !secret {
		m := r.nums.of(kindUnparsed, v, nil)
		r.note("h/"+name, m, "control-characters")
		r.oddHead = true
		return string(appendPlaceholder(nil, m.as)), true
	}
	if !secret {
		spans := r.spans[:0]
		if rule.text {
			spans = r.findText(r.withEchoes(spans, v, true), v, false)
		} else {
			spans = findShapes(r.findURLs(spans, v, false), v, false)
		}
		found := r.tidy(spans, v)
		if len(found) == 0 {
			return value, false
		}
		return string(r.replace(nil, v, found, "h/"+name)), true
	}
	if isPlaceholder(v) {
		return value, false
	}
	var shape func([]byte) string
	if rule.how == engine.AuthHeader {
		shape = authShape
	}
	m := r.nums.of(rule.kind, v, shape)
	r.note("h/"+name, m, string(rule.how))
	return string(appendPlaceholder(nil, m.as)), true
}
