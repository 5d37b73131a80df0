package redact

import (
	"bytes"
	"slices"

	"github.com/dockwire/dockwire/decode/engine"
)

// arguments is what the arguments before say about the next one.
type arguments struct {
	next      engine.Strength // the flag before is called so, and this is its value
	line      bool            // the value after a name goes on up to the end of the line
	reference bool            // the next may be a reference, as in docker build --secret id=x
	program   *programFlags   // whose flags these are, or nil
	named     bool            // after ENV or ARG of a Dockerfile: a name, then its value
	script    bool            // after -c of a shell: a command line in one argument
	nameless  bool            // they began with a flag: the program is named elsewhere
	words     int             // arguments of program that are no flags
	open      bool            // after kubectl create configmap: literals are no secrets by their place
	pair      bool            // after --from-literal: KEY=SECRET
	count     int             // arguments up to now
}

// argument judges one argument by itself and by those before it. It finds what
// takes the whole argument or is attached to a flag; pairs, URLs and shapes
// within the argument are findText's.
func (r *Redactor) argument(a *arguments, v []byte) (span, bool) {
	a.count++
	if next := a.next; next > engine.Harmless {
		a.next, a.line = engine.Harmless, false
		if a.reference {
			a.reference = false
			if next = engine.Weak; isSecretReference(v) {
				return span{}, false
			}
		}
		if !bytes.HasPrefix(v, []byte("--")) {
			return span{0, len(v), kindArg, "flag-value"}, engine.MayBeSecret(next, v)
		}
	}
	if len(v) == 0 {
		return span{}, false
	}
	if a.named {
		a.named = false
		if bytes.IndexByte(v, '=') < 0 {
			a.next = r.names.strength(v)
		}
		a.line = a.line && a.next > engine.Harmless
		return span{}, false
	}
	if s, ok := a.literal(v); ok {
		return s, s.to > 0
	}
	if s, ok := r.slashFlag(a, v); ok {
		return s, true
	}
	if v[0] != '-' {
		return a.word(v)
	}
	if s, ok := a.flag(v); ok || a.next > engine.Harmless {
		return s, ok
	}
	name := bytes.TrimLeft(v, "-")
	if len(name) > 1 && nameChars.run(name) == len(name) {
		a.next = r.names.strength(name)
		a.reference = string(name) == "secret"
	}
	return span{}, false
}

// flag judges a flag of a program whose flags are known, or of one that is
// named elsewhere: in Entrypoint, or in the image.
func (a *arguments) flag(v []byte) (span, bool) {
	p, strength := a.program, engine.Strong
	if p == nil {
		a.nameless = a.nameless || a.count == 1
		p, strength = &namelessFlags, engine.Weak
		if !a.nameless {
			p = &namelessAttached
		}
	}
	n := p.joined(v)
	switch {
	case slices.Contains(p.after, string(v)), n == len(v) && n > 0:
		a.next = strength
		return span{}, false
	case slices.Contains(p.maybe, string(v)):
		a.next = engine.Weak
		return span{}, false
	case n > 0:
		return span{n, len(v), kindArg, "flag-value"}, true
	}
	for _, f := range p.attached {
		if (p != a.program || p.oneDash) && isLongFlag(v) {
			continue
		}
		if len(v) > len(f) && string(v[:len(f)]) == f && (len(f) > 2 || v[1] != '-') && engine.MayBeSecret(strength, v[len(f):]) {
			return span{len(f), len(v), kindArg, "flag-value"}, true
		}
	}
	return span{}, false
}

// literal judges --from-literal=KEY=SECRET of kubectl create secret, in one
// argument or two.
func (a *arguments) literal(v []byte) (span, bool) {
	const flag = "--from-literal"
	rest, ok := cutPrefix(v, flag)
	switch {
	case a.pair:
		a.pair, rest = false, v
	case ok && (len(rest) == 0 || string(rest) == "="):
		a.pair = true
		return span{}, true
	case !ok || rest[0] != '=':
		return span{}, false
	default:
		rest = rest[1:]
	}
	strength := engine.Strong
	if a.open {
		strength = engine.Weak
	}
	key, value, ok := bytes.Cut(rest, []byte("="))
	if ok && len(value) == 0 && len(key) > 0 {
		a.next = strength // of a text: KEY="SECRET"
	}
	if !engine.MayBeSecret(strength, value) {
		return span{}, true
	}
	return span{len(v) - len(value), len(v), kindArg, "flag-value"}, true
}

// slashFlag judges /p:SECRET and /password:SECRET, as programs that came from
// Windows have it.
func (r *Redactor) slashFlag(a *arguments, v []byte) (span, bool) {
	if p := a.program; p != nil && v[0] != '-' {
		for _, f := range p.attached {
			if rest, ok := cutPrefix(v, f); ok && engine.MayBeSecret(engine.Strong, rest) {
				return span{len(f), len(v), kindArg, "flag-value"}, true
			}
		}
	}
	name, value, ok := bytes.Cut(v, []byte(":"))
	if !ok || v[0] != '/' || len(name) < 2 || nameChars.run(name[1:]) < len(name)-1 || len(value) == 0 || value[0] == '/' { // /secrets:/x is a mount
		return span{}, false
	}
	strength := r.names.strength(name[1:])
	if len(name) == 2 && (name[1] == 'p' || name[1] == 'P') && bytes.IndexByte(value, '=') < 0 { // /p:NAME=VALUE is a property
		strength = engine.Weak
	}
	return span{len(v) - len(value), len(v), kindArg, "flag-value"}, engine.MayBeSecret(strength, value)
}

// isSecretReference tells what docker build and docker service take after
// --secret: where a secret is, or its name.
func isSecretReference(v []byte) bool {
	key, _, ok := bytes.Cut(v, []byte("="))
	switch string(key) {
	case "id", "src", "source", "type", "env", "target":
		return ok
	}
	return false
}

// isLongFlag tells -port=80, which is no -p with a value.
func isLongFlag(v []byte) bool {
	n := flagChars.run(v[1:])
	return n > 2 && 1+n < len(v) && v[1+n] == '='
}

// lineEnds ends an instruction of a Dockerfile: ARG NAME has no value.
func (a *arguments) lineEnds() {
	if a.line {
		a.next, a.line, a.named = engine.Harmless, false, false
	}
}

// attaches reports whether v is a flag whose value is attached to it.
func (a *arguments) attaches(v []byte) bool {
	return a.program != nil && len(v) > 1 && slices.Contains(a.program.attached, string(v))
}

// word takes an argument that is no flag: a program, or an instruction of a
// Dockerfile as CreatedBy and changes have them. It finds the word that is a
// secret, or has one.
func (a *arguments) word(v []byte) (span, bool) {
	whole := span{0, len(v), kindArg, "argument"}
	switch string(v) {
	case "ENV", "ARG", "set": // aws configure set NAME VALUE
		a.named, a.line = true, v[0] != 's'
		return span{}, false
	case "configmap", "cm":
		a.open = true
	}
	if p := a.program; p != nil && p.nth > 0 {
		if p.first == "" || a.words > 0 || p.first == string(v) {
			a.words++
		}
		switch {
		case p.first != "": // the program's flags go on counting
			whole.from = bytes.IndexByte(v, ':') + 1
			return whole, a.words == p.nth && whole.from > 0 && engine.MayBeSecret(engine.Strong, v[whole.from:])
		case a.words == p.nth:
			a.program = nil
			if !p.keyword {
				return whole, engine.MayBeSecret(engine.Strong, v)
			}
			return whole, engine.MayBeSecret(engine.Weak, v)
		}
		return whole, a.words > 1 && engine.MayBeSecret(engine.Weak, v)
	}
	base := v[bytes.LastIndexByte(v, '/')+1:]
	if p, ok := programs[string(base)]; ok && (!p.keyword || len(base) == len(v)) {
		a.program, a.words = p, 0
	}
	return span{}, false
}

// command redacts the argv of a client's process. It returns argv itself when
// nothing is secret.
func (r *Redactor) command(argv []string) []string {
	var out []string
	var args arguments
	for i, arg := range argv {
		v := []byte(arg)
		spans := r.tidy(r.findArgument(r.spans[:0], &args, v), v)
		if len(spans) == 0 {
			continue
		}
		if out == nil {
			out = append([]string(nil), argv...)
		}
		out[i] = string(r.replace(nil, v, spans, ""))
	}
	if out == nil {
		return argv
	}
	return out
}

// findArgument appends all secrets of one argument.
func (r *Redactor) findArgument(dst []span, a *arguments, v []byte) []span {
	script := a.script
	a.script = string(v) == "-c"
	s, ok := r.argument(a, v)
	if ok {
		dst = append(dst, s)
	}
	if ok && s.from == 0 {
		return dst
	}
	if !script {
		if s, ok := r.wholePair(v); ok {
			dst = append(dst, s)
		}
	}
	if bytes.IndexByte(v, '\n') >= 0 {
		return r.findBody(dst, v) // as curl --data takes one
	}
	return r.findText(dst, v, false)
}

// wholePair judges an argument that is one NAME=value: spaces do not end the
// value, as no shell reads it any more.
func (r *Redactor) wholePair(v []byte) (span, bool) {
	eq := bytes.IndexByte(v, '=')
	if eq < 0 {
		return span{}, false
	}
	name := bytes.TrimLeft(v[:eq], "-")
	if n := nameChars.run(name); n == 0 || n < len(name) {
		return span{}, false
	}
	rest := v[eq+1:]
	if r.names.secret(name, rest) {
		return unquote(span{eq + 1, len(v), kindArg, "named-value"}, v), true
	}
	s, ok := r.wholePair(rest) // --env=NAME=value
	return span{eq + 1 + s.from, eq + 1 + s.to, s.kind, s.rule}, ok
}
