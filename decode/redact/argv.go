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
	if v[0] != '-' {
		return span{0, len(v), kindArg, "argument"}, a.word(v)
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
// Dockerfile as CreatedBy and changes have them. It reports whether the word is
// a secret.
func (a *arguments) word(v []byte) bool {
	switch string(v) {
	case "ENV", "ARG", "set": // aws configure set NAME VALUE
		a.named, a.line = true, v[0] != 's'
		return false
	}
	if p := a.program; p != nil && p.nth > 0 {
		a.words++
		switch {
		case a.words == p.nth:
			a.program = nil
			if p.keyword {
				return engine.MayBeSecret(engine.Weak, v)
			}
			return engine.MayBeSecret(engine.Strong, v)
		case a.words > 1:
			return engine.MayBeSecret(engine.Weak, v)
		}
		return false
	}
	base := v[bytes.LastIndexByte(v, '/')+1:]
	if p, ok := programs[string(base)]; ok && (!p.keyword || len(base) == len(v)) {
		a.program, a.words = p, 0
	}
	return false
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
