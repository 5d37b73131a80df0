package redact

import (
	"bytes"

	"github.com/dockwire/dockwire/decode/engine"
)

// findText appends the secrets of a command line or another text: the value of
// NAME=value, --name value and "name": "value" when the name looks secret,
// what follows an Authorization: header, credentials in URLs, and shapes. It
// would rather take too much.
func (r *Redactor) findText(dst []span, v []byte, more bool) []span {
	var seen uint8
	for _, c := range v {
		seen |= inTexts[c]
	}
	if seen&(hasEqual|hasColon) != 0 {
		dst = r.findPairs(dst, v)
	}
	if seen&hasSpace != 0 && (seen&hasDash != 0 || isInstruction(v) || hasSigns(v)) {
		dst = r.findFlags(dst, v)
	}
	if seen&hasSpace != 0 {
		dst = findCalls(findStated(findPiped(dst, v), v), v)
	}
	if seen&(hasColon|hasAt) != 0 && (seen&(hasAt|hasEqual) != 0 || more) {
		dst = r.findURLs(dst, v, more)
	}
	if seen&(hasTrigger|hasAt) != 0 || more {
		dst = findShapes(dst, v, more)
	}
	if seen&hasTrigger != 0 && !more {
		dst = r.findEncoded(dst, v)
	}
	return dst
}

// findEncoded appends the JSON in base64 that has secrets in it. So buildx sends
// the configuration of an image that a target begins with.
func (r *Redactor) findEncoded(dst []span, v []byte) []span {
	for at := 0; ; {
		i := bytes.Index(v[at:], []byte(jwtPrefix))
		if i < 0 {
			return dst
		}
		from := at + i
		at = from + base64Chars.run(v[from:])
		if (from == 0 || !base64Chars[v[from-1]]) && r.secretBase64(v[from:at]) {
			dst = append(dst, span{from, at, kindEncoded, "base64"})
		}
	}
}

// What a text has decides what is looked for in it.
const (
	hasEqual uint8 = 1 << iota
	hasColon
	hasSpace
	hasAt
	hasTrigger
	hasDash
)

var inTexts = func() (c [256]uint8) {
	for i := range len(triggerBytes) {
		c[triggerBytes[i]] = hasTrigger
	}
	for i := range c {
		if stops[i] {
			c[i] = hasSpace
		}
	}
	c['='], c[':'], c['@'] = hasEqual, hasColon, hasAt
	c['-'] = hasTrigger | hasDash
	return c
}()

func (r *Redactor) findPairs(dst []span, v []byte) []span {
	for i := 0; i < len(v); i++ {
		switch v[i] {
		case '=':
			if s, ok := r.pairAt(v, i); ok {
				dst = append(dst, s)
				i = s.to - 1
			}
		case ':':
			if s, ok := r.fieldAt(v, i); ok {
				dst = append(dst, s)
				i = s.to - 1
			}
		}
	}
	return dst
}

// nameBefore is where the name begins that ends before v[i].
func nameBefore(v []byte, i int) int {
	from := i
	for from > 0 && nameChars[v[from-1]] {
		from--
	}
	return from
}

// pairAt judges NAME=value around the = at v[i].
func (r *Redactor) pairAt(v []byte, i int) (span, bool) {
	from := nameBefore(v, i)
	name := bytes.TrimLeft(v[from:i], "-")
	if len(name) == 0 {
		return r.settingAt(v, i)
	}
	end := valueEnd(v, i+1, before(v, from))
	isPwd := len(name) == 3 && string(fold(nil, name)) == "pwd"
	if (isPwd || before(v, from) == ';') && inConnectionString(v, from, i+1, end) {
		// Server=h;Uid=u;Pwd=x: there Pwd is no folder.
		to := i + 1 + indexAny(v[i+1:end], ";")
		s := unquote(span{i + 1, to, kindArg, "connection-string"}, v)
		return s, isPwd || r.names.secret(name, v[s.from:s.to])
	}
	if r.names.strength(name) == engine.Harmless {
		return span{}, false
	}
	if before(v, from) == ' ' && inInstruction(v[:from]) {
		end = instructionEnd(v, end)
	}
	s := unquote(span{i + 1, end, kindArg, "named-value"}, v)
	return s, r.names.secret(name, v[s.from:s.to]) && !isDigest(v[s.from:s.to])
}

// settingAt judges NAME = value around the = at v[i], as files of settings have
// it: up to the end of the line, or of its quotes.
func (r *Redactor) settingAt(v []byte, i int) (span, bool) {
	end := len(bytes.TrimRight(v[:i], " \t"))
	name := v[nameBefore(v, end):end]
	at := i + 1
	for at < len(v) && (v[at] == ' ' || v[at] == '\t') {
		at++
	}
	if end == i || at == i+1 || at == len(v) || r.names.strength(name) == engine.Harmless {
		return span{}, false
	}
	to := valueEnd(v, at, 0)
	if v[at] != '"' && v[at] != '\'' && v[at] != '\\' {
		to = at + indexAny(v[at:], "\r\n\"'")
	}
	s := unquote(span{at, to, kindArg, "named-value"}, v)
	return s, r.names.secret(name, v[s.from:s.to]) && !isDigest(v[s.from:s.to])
}

// inConnectionString tells a NAME=value, whose name begins at from, between
// semicolons.
func inConnectionString(v []byte, from, at, end int) bool {
	if before(v, from) == ';' {
		return true
	}
	n := bytes.IndexByte(v[at:end], ';')
	return n >= 0 && bytes.IndexByte(v[at+n:end], '=') > 1
}

// inInstruction tells what is before NAME=value in the steps of a build and
// in the history of an image: ENV, ARG, LABEL, and |1 before the arguments of a
// RUN.
func inInstruction(v []byte) bool {
	line := v[bytes.LastIndexAny(v, "\r\n")+1:]
	line = line[bytes.LastIndex(line, []byte("/bin/sh"))+1:]
	if isInstruction(line) || bytes.Contains(line, []byte("LABEL ")) {
		return true
	}
	n := bytes.IndexByte(line, '|')
	return n >= 0 && digits.run(line[n+1:]) > 0
}

// instructionEnd is where a value ends that has spaces and lost its quotes: at
// the next NAME=, at the shell of a RUN, or at the end of the line.
func instructionEnd(v []byte, end int) int {
	if end < len(v) && v[end] != ' ' {
		return end // a quote closed
	}
	line := end + indexAny(v[end:], "\r\n")
	for end < line {
		word := end + 1
		to := min(line, word+untilStop(v[word:]))
		if n := nameChars.run(v[word:to]); to > word && (v[word] == '/' || v[word] == '#' || n > 0 && word+n < to && v[word+n] == '=') {
			break
		}
		end = max(to, word)
	}
	return min(end, line)
}

// before is the byte before v[i], or 0.
func before(v []byte, i int) byte {
	if i == 0 {
		return 0
	}
	return v[i-1]
}

// valueEnd is where the value at v[i:] ends: at its closing quote, at the
// quote that opened before its name, at the end of a query parameter, or at
// white space.
func valueEnd(v []byte, i int, opened byte) int {
	if i >= len(v) {
		return i
	}
	switch {
	case v[i] == '"' || v[i] == '\'':
		return closing(v, i+1, v[i])
	case v[i] == '\\' && i+1 < len(v) && (v[i+1] == '"' || v[i+1] == '\''):
		if n := bytes.Index(v[i+2:], v[i:i+2]); n >= 0 {
			return i + 2 + n
		}
		return len(v)
	case opened == '"' || opened == '\'':
		return closing(v, i, opened)
	case opened == '?' || opened == '&':
		return i + indexAny(v[i:i+untilStop(v[i:])], "&#")
	}
	return i + untilStop(v[i:])
}

// closing is where the quote q closes, a quote after a backslash aside.
func closing(v []byte, i int, q byte) int {
	for ; i < len(v); i++ {
		if v[i] == '\\' {
			i++
		} else if v[i] == q {
			return i
		}
	}
	return len(v)
}

func indexAny(v []byte, set string) int {
	if n := bytes.IndexAny(v, set); n >= 0 {
		return n
	}
	return len(v)
}

// unquote leaves the opening quote of a value out of its span.
func unquote(s span, v []byte) span {
	if s.from < s.to && v[s.from] == '\\' {
		s.from++
	}
	if s.from < s.to && (v[s.from] == '"' || v[s.from] == '\'') {
		s.from++
	}
	return s
}

// fieldAt judges what is around the colon at v[i]: "name": "value" of JSON
// within a text, and Name: value of a header.
func (r *Redactor) fieldAt(v []byte, i int) (span, bool) {
	end := i
	for end > 0 && (v[end-1] == '"' || v[end-1] == '\'' || v[end-1] == '\\' || v[end-1] == ' ') {
		end--
	}
	quoted := end < i
	from := nameBefore(v, end)
	name := v[from:end]
	if len(name) == 0 {
		return span{}, false
	}
	at := i + 1
	for at < len(v) && (v[at] == ' ' || v[at] == '\t') {
		at++
	}
	spaced := at > i+1
	if !quoted && (spaced || at == len(v) || v[at] != '"' && v[at] != '\'' && v[at] != '\\') {
		return r.headerLineAt(v, name, at, spaced)
	}
	isPwd := string(name) == "pwd" // of a script: pwd:"x"
	if r.names.strength(name) == engine.Harmless && !isPwd || at == len(v) {
		return span{}, false
	}
	to := valueEnd(v, at, 0)
	if v[at] != '"' && v[at] != '\'' && v[at] != '\\' {
		to = at + indexAny(v[at:], ",}] \t\r\n")
	}
	s := unquote(span{at, to, kindArg, "named-value"}, v)
	value := v[s.from:s.to]
	return s, (isPwd && engine.MayBeSecret(engine.Weak, value) || r.names.secret(name, value)) && !isDigest(value)
}

// headerLineAt judges Name: value, as curl -H and messages have it. What is
// secret as a header is so up to the line's end, what only sounds secret up to
// white space.
func (r *Redactor) headerLineAt(v, name []byte, at int, spaced bool) (span, bool) {
	rule := r.heads.rule(string(name))
	if !rule.secret && rule.strength == engine.Harmless || at == len(v) || v[at] == '/' {
		return span{}, false
	}
	to := at + indexAny(v[at:], "\r\n\"'")
	if rule.how == engine.NamedValue {
		to = at + untilStop(v[at:])
	}
	return span{at, to, rule.kind, string(rule.how)}, rule.how != engine.NamedValue || spaced && rule.hides(string(v[at:to]))
}

// isDigest tells an id: it never is a secret, whatever it is called.
func isDigest(v []byte) bool {
	rest, ok := cutPrefix(v, "sha256:")
	return ok && len(rest) >= 64
}

// findFlags appends what follows --name of a secret-looking name, and what
// programs take with flags of other names.
func (r *Redactor) findFlags(dst []span, v []byte) []span {
	var args arguments
	for i := 0; i < len(v); {
		if stops[v[i]] {
			if v[i] == '\n' && before(v, i) != '\\' {
				args.lineEnds()
			}
			i++
			continue
		}
		end := i + untilStop(v[i:])
		if args.attaches(v[i:end]) && end < len(v) && (v[end] == '"' || v[end] == '\'') && before(v, i) != v[end] { // -p"x y"
			to := closing(v, end+1, v[end])
			dst = append(dst, span{end + 1, to, kindArg, "flag-value"})
			i = to
			continue
		}
		if between(v[i:end]) {
			i = end
			continue
		}
		if args.next > engine.Harmless && args.line { // ENV NAME all of the line
			end = i + len(bytes.TrimRight(v[i:i+indexAny(v[i:], "\r\n")], " \t"))
		} else if (args.next > engine.Harmless || args.pair) && i > 0 && (v[i-1] == '"' || v[i-1] == '\'') {
			end = closing(v, i, v[i-1])
		}
		if s, ok := r.argument(&args, v[i:end]); ok {
			dst = append(dst, span{i + s.from, i + s.to, s.kind, s.rule})
		}
		if c := v[end-1]; c == ';' || c == '|' || c == '&' {
			args = arguments{}
		}
		i = end
	}
	return dst
}

// findPiped appends what a script writes to a program that reads a password:
// echo x | docker login --password-stdin, echo root:x | chpasswd.
func findPiped(dst []span, v []byte) []span {
	if !bytes.Contains(v, []byte("pass")) || !bytes.Contains(v, []byte("-stdin")) && !bytes.Contains(v, []byte("passwd")) {
		if !bytes.Contains(v, []byte("sudo -S")) && !bytes.Contains(v, []byte("wg pubkey")) {
			return dst
		}
	}
	for _, echo := range [...]string{"echo ", "printf "} {
		for from := 0; ; {
			n := bytes.Index(v[from:], []byte(echo))
			if n < 0 {
				break
			}
			from += n + len(echo)
			to := from + indexAny(v[from:], "|;\n")
			value := bytes.TrimSpace(v[from:to])
			for bytes.HasPrefix(value, []byte("-n ")) || bytes.HasPrefix(value, []byte("-e ")) {
				value = bytes.TrimSpace(value[3:])
			}
			if at := from + bytes.Index(v[from:to], value); to < len(v) && v[to] == '|' && engine.MayBeSecret(engine.Strong, value) {
				dst = append(dst, unquote(span{at, at + len(bytes.TrimRight(value, "\"'")), kindArg, "piped-password"}, v))
			}
		}
	}
	return dst
}

// findStated appends what follows the word password: in quotes, as SQL has it
// (PASSWORD 'x', IDENTIFIED BY 'x'), and in a .netrc.
func findStated(dst []span, v []byte) []span {
	for _, word := range [...]string{"assword", "ASSWORD", "DENTIFIED", "dentified"} {
		for from := 0; ; {
			n := bytes.Index(v[from:], []byte(word))
			if n < 0 {
				break
			}
			from += n + len(word)
			if word[0] != 'a' && word[0] != 'A' {
				with := bytes.ToUpper(v[from:min(len(v), from+80)])
				by := bytes.Index(with, []byte(" BY "))
				if by < 0 || by > 0 && !bytes.HasPrefix(with, []byte(" WITH ")) {
					continue
				}
				from += by + len(" BY")
			}
			at := from + statedJoints.run(v[from:])
			if at == from || at == len(v) {
				continue
			}
			strength := engine.Strong
			if c := v[at]; c != '"' && c != '\'' && c != '\\' {
				if !bytes.Contains(v[:from], []byte("machine ")) {
					continue
				}
				strength = engine.Weak
			}
			if s := unquote(span{at, valueEnd(v, at, 0), kindArg, "stated"}, v); engine.MayBeSecret(strength, v[s.from:s.to]) {
				dst = append(dst, s)
			}
		}
	}
	return dst
}

// findCalls appends the second argument of functions that take a name and a
// password, as mongosh has them: db.auth("u", "x").
func findCalls(dst []span, v []byte) []span {
	for _, call := range [...]string{".auth(", "UserPassword("} {
		for from := 0; ; {
			n := bytes.Index(v[from:], []byte(call))
			if n < 0 {
				break
			}
			from += n + len(call)
			comma := bytes.IndexByte(v[from:], ',')
			if comma < 0 {
				break
			}
			at := from + comma + 1
			at += len(v[at:]) - len(bytes.TrimLeft(v[at:], " \t"))
			if at < len(v) && (v[at] == '"' || v[at] == '\'' || v[at] == '\\') && indexAny(v[from:at], "){\n") == at-from {
				dst = append(dst, unquote(span{at, valueEnd(v, at, 0), kindArg, "call"}, v))
			}
		}
	}
	return dst
}

var statedJoints = chars(" (=")

// hasSigns tells flags that begin with another sign than a dash.
func hasSigns(v []byte) bool {
	return bytes.Contains(v, []byte(" /")) && bytes.IndexByte(v, ':') > 0 || bytes.Contains(v, []byte("SETUSER")) || bytes.Contains(v, []byte("setuser"))
}

// isInstruction tells ENV name value and ARG name of a Dockerfile.
func isInstruction(v []byte) bool {
	return bytes.Contains(v, []byte("ENV ")) || bytes.Contains(v, []byte("ARG "))
}

// stops are the bytes between the words of a text: white space, quotes, and
// NUL, which parts the arguments in a /proc or pprof cmdline.
var stops = chars(" \t\r\n\"'\x00")

func untilStop(v []byte) int {
	for i, c := range v {
		if stops[c] {
			return i
		}
	}
	return len(v)
}

// between says what is between the arguments of an array in a text, of
// YAML too.
func between(v []byte) bool { return string(v) == "-" || len(bytes.Trim(v, ",[]{}:\\")) == 0 }

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// findOptions appends the secrets of a comma-separated list of options, as
// mount takes them: username=me,password=x.
func (r *Redactor) findOptions(dst []span, v []byte) []span {
	start := len(dst)
	for from := 0; from < len(v); {
		to := from + indexAny(v[from:], ",")
		if eq := bytes.LastIndexByte(v[from:to], '='); eq >= 0 {
			// o=password=x has its name in the middle.
			for name := from; name < from+eq+1; {
				n := bytes.IndexByte(v[name:to], '=')
				if n < 0 {
					break
				}
				if r.names.secret(bytes.TrimSpace(v[name:name+n]), v[name+n+1:to]) {
					dst = append(dst, span{name + n + 1, to, kindArg, "driver-option"})
					break
				}
				name += n + 1
			}
		}
		from = to + 1
	}
	if len(dst) > start {
		return findShapes(r.findURLs(dst, v, false), v, false)
	}
	return r.findText(dst, v, false)
}
