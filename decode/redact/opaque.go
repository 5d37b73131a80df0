package redact

import (
	"bytes"
	"cmp"
	"strings"

	"github.com/dockwire/dockwire/decode/engine"
)

// opaque redacts bytes that could not be decoded. Only what reads like the
// beginning of a head is let through, as heads go; all else, and everything
// behind an empty line, could be a body with any secret in it.
func (r *Redactor) opaque(v []byte) []byte {
	var out []byte
	hidden := false
	for first := true; len(v) > 0; first = false {
		n := cmp.Or(bytes.IndexByte(v, '\n')+1, len(v))
		line := strings.TrimRight(string(v[:n]), "\r\n")
		if line == "" && !first {
			out = append(out, v[:n]...)
			if n < len(v) {
				out = r.hide(out)
			}
			return out
		}
		shown, ok := r.headLine(line, first)
		switch {
		case ok:
			out = append(append(out, shown...), v[len(line):n]...)
			hidden = false
		case !hidden:
			out = r.hide(out)
			hidden = true
		}
		v = v[n:]
	}
	return out
}

// hide writes a placeholder for bytes that cannot be understood.
func (r *Redactor) hide(out []byte) []byte {
	return appendPlaceholder(out, r.nums.fresh(kindUnparsed).as)
}

// headLine redacts a start line or a header line, if it is one.
func (r *Redactor) headLine(line string, first bool) (string, bool) {
	if first {
		return r.startLine(line)
	}
	name, value, ok := strings.Cut(line, ":")
	if !ok || !isToken(name) || hasControl(value) {
		return "", false
	}
	shown, changed := r.field(r.heads.rule(name), name, strings.TrimLeft(value, " \t"))
	if !changed {
		return line, true
	}
	return name + ": " + shown, true
}

// startLine redacts METHOD target HTTP/1.1 or HTTP/1.1 status reason.
func (r *Redactor) startLine(line string) (string, bool) {
	word, rest, ok := strings.Cut(line, " ")
	if !ok || len(word) < 3 || len(word) > 12 || hasControl(rest) {
		return "", false
	}
	if strings.HasPrefix(word, "HTTP/") {
		return line, len(rest) < 64 && !suspect(rest) && !strings.ContainsAny(rest, `"=:{`)
	}
	for i := range len(word) {
		if word[i] < 'A' || word[i] > 'Z' {
			return "", false
		}
	}
	target, proto, _ := strings.Cut(rest, " ")
	if len(proto) > len("HTTP/1.1") || strings.ContainsAny(target, "\"{}<>") || !strings.ContainsAny(target, "/*") {
		return "", false
	}
	op := engine.Lookup(word, target).Op
	return word + " " + r.target(r.plan(op), target) + line[len(word)+1+len(target):], true
}

// isToken tells a name as RFC 9110 section 5.6.2 has it.
func isToken(name string) bool {
	for i := range len(name) {
		if c := name[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("\"(),/:;<=>?@[\\]{}", c) >= 0 {
			return false
		}
	}
	return name != ""
}

func hasControl(v string) bool {
	return strings.ContainsFunc(v, func(c rune) bool { return c < ' ' && c != '\t' })
}
