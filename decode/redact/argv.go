package redact

import (
	"bytes"
	"slices"
)

// arguments is what the arguments before say about the next one.
type arguments struct {
	next    bool          // it is the value of a secret flag
	program *programFlags // whose flags these are, or nil
	named   bool          // after ENV or ARG of a Dockerfile: a name, then its value
}

// argument judges one argument by itself and by those before it. It finds what
// takes the whole argument or is attached to a flag; pairs, URLs and shapes
// within the argument are findText's.
func (r *Redactor) argument(a *arguments, v []byte) (span, bool) {
	if a.next {
		a.next = false
		if !bytes.HasPrefix(v, []byte("--")) {
			return span{0, len(v), kindArg, "flag-value"}, len(v) > 0
		}
	}
	if len(v) == 0 {
		return span{}, false
	}
	if a.named {
		a.named = false
		a.next = bytes.IndexByte(v, '=') < 0 && r.names.secret(v)
		return span{}, false
	}
	if v[0] != '-' {
		a.word(v)
		return span{}, false
	}
	if a.program != nil {
		if a.next = slices.Contains(a.program.after, string(v)); a.next {
			return span{}, false
		}
		for _, f := range a.program.attached {
			if len(v) > len(f) && string(v[:len(f)]) == f && (len(f) > 2 || v[1] != '-') {
				return span{len(f), len(v), kindArg, "flag-value"}, true
			}
		}
	}
	name := bytes.TrimLeft(v, "-")
	if len(name) > 1 && nameChars.run(name) == len(name) && !openFlags[string(name)] {
		a.next = r.names.secret(name)
	}
	return span{}, false
}

// word takes an argument that is no flag: a program, or an instruction of a
// Dockerfile as CreatedBy and changes have them.
func (a *arguments) word(v []byte) {
	if string(v) == "ENV" || string(v) == "ARG" {
		a.named = true
		return
	}
	base := v[bytes.LastIndexByte(v, '/')+1:]
	if p, ok := programs[string(base)]; ok {
		a.program = p
	}
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
	s, ok := r.argument(a, v)
	if ok {
		dst = append(dst, s)
	}
	if !ok || s.from > 0 {
		dst = r.findText(dst, v, false)
	}
	return dst
}
