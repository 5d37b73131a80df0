package redact

import (
	"bytes"
	"slices"

	"github.com/dockwire/dockwire/decode/engine"
)

// A manifest is the YAML of Kubernetes, which libpod takes and gives: the data
// of a Secret, the value beside a name, and arguments in lists are secrets that
// no rule for texts finds. It is read line by line: what is not understood has
// the rules for texts.
type manifest struct {
	r      *Redactor
	v      []byte
	dst    []span
	kinds  []docKind // of the documents, in order
	keys   []yamlKey // that are open, by depth
	args   arguments
	block  int  // indent of the key whose block text goes on, -1: none
	secret bool // that text is secret
	pair   yamlPair
}

type docKind struct {
	from   int
	secret bool
}

// yamlKey is a key that a deeper line may be a value of.
type yamlKey struct {
	indent int
	name   string
}

// yamlPair is the name, or the value that came before its name, of a mapping.
type yamlPair struct {
	indent   int
	named    bool
	strength engine.Strength
	value    span
}

func (r *Redactor) findManifest(dst []span, v []byte) []span {
	m := &manifest{r: r, v: v, dst: dst, block: -1, pair: yamlPair{indent: -1}}
	m.findKinds()
	for from := 0; from < len(v); {
		to := from + indexAny(v[from:], "\n")
		m.line(from, from+len(bytes.TrimRight(v[from:to], " \t\r")))
		from = to + 1
	}
	m.endPair()
	return m.dst
}

// findKinds notes which documents are a Secret: their kind may come last.
func (m *manifest) findKinds() {
	m.kinds = []docKind{{}}
	for from := 0; from < len(m.v); {
		to := from + indexAny(m.v[from:], "\n")
		switch line := bytes.TrimRight(m.v[from:to], " \t\r"); {
		case bytes.HasPrefix(line, []byte("---")):
			m.kinds = append(m.kinds, docKind{from: from})
		case bytes.HasPrefix(line, []byte("kind:")):
			last := &m.kinds[len(m.kinds)-1]
			last.secret = last.secret || bytes.Contains(line, []byte("Secret")) || bytes.Contains(line, []byte("List"))
		}
		from = to + 1
	}
}

func (m *manifest) inSecret(at int) bool {
	found := false
	for _, k := range m.kinds {
		if k.from <= at {
			found = k.secret
		}
	}
	if !found {
		return false
	}
	return slices.ContainsFunc(m.keys, func(k yamlKey) bool { return k.name == "data" || k.name == "stringData" })
}

// line takes one line: bullets, a key, a scalar, or some of them.
func (m *manifest) line(from, to int) {
	at := from
	for at < to && m.v[at] == ' ' {
		at++
	}
	if at == to || m.v[at] == '#' {
		return
	}
	if m.block >= 0 && at-from > m.block {
		if m.secret {
			m.add(at, to)
		}
		return
	}
	m.block = -1
	item := false
	for at < to && m.v[at] == '-' && (at+1 == to || m.v[at+1] == ' ') {
		item = true
		m.endPair()
		for at++; at < to && m.v[at] == ' '; at++ {
		}
	}
	indent := at - from
	n := yamlName.run(m.v[at:to])
	end := at + n
	switch {
	case n > 0 && end < to && m.v[end] == ':' && (end+1 == to || m.v[end+1] == ' '):
		m.key(indent, at, end, to)
	case item:
		m.close(indent - 1)
		m.item(at, to)
	}
}

// close leaves the keys that are not above a line of that indent.
func (m *manifest) close(indent int) {
	for n := len(m.keys); n > 0 && m.keys[n-1].indent >= indent; n-- {
		m.keys = m.keys[:n-1]
	}
}

func (m *manifest) key(indent, at, end, to int) {
	m.close(indent)
	name := string(bytes.Trim(m.v[at:end], "\"'"))
	if name == "command" {
		m.args = arguments{}
	}
	for at = end + 1; at < to && m.v[at] == ' '; at++ {
	}
	m.keys = append(m.keys, yamlKey{indent, name})
	if at == to {
		return
	}
	secret := m.inSecret(at)
	if c := m.v[at]; c == '|' || c == '>' {
		m.block, m.secret = indent, secret || m.r.names.strength([]byte(name)) == engine.Strong
		return
	}
	v := m.scalar(at, to)
	switch {
	case secret || m.r.names.secret([]byte(name), m.v[v.from:v.to]):
		m.add(v.from, v.to)
	case m.v[at] == '{' || m.v[at] == '[':
		m.flow(at, to)
	case name == "name":
		m.name(indent, m.v[v.from:v.to])
	case name == "value":
		m.value(indent, v)
	}
}

// name and value take the two halves of an environment variable, whichever
// comes first.
func (m *manifest) name(indent int, name []byte) {
	m.begin(indent)
	m.pair.named, m.pair.strength = true, m.r.names.strength(name)
	if m.pair.value.to > 0 {
		m.value(indent, m.pair.value)
		m.pair.value = span{}
	}
}

func (m *manifest) value(indent int, v span) {
	m.begin(indent)
	switch {
	case !m.pair.named:
		m.pair.value = v
	case engine.MayBeSecret(m.pair.strength, m.v[v.from:v.to]):
		m.add(v.from, v.to)
	}
}

func (m *manifest) begin(indent int) {
	if m.pair.indent != indent {
		m.endPair()
		m.pair.indent = indent
	}
}

func (m *manifest) endPair() { m.pair = yamlPair{indent: -1} }

// item takes a scalar in a list: an argument, or a mapping on one line.
func (m *manifest) item(at, to int) {
	if at == to {
		return
	}
	if m.v[at] == '{' || m.v[at] == '[' {
		m.flow(at, to)
		return
	}
	v := m.scalar(at, to)
	if m.inSecret(at) {
		m.add(v.from, v.to)
		return
	}
	for _, s := range m.r.findArgument(nil, &m.args, m.v[v.from:v.to]) {
		m.add(v.from+s.from, v.from+s.to)
	}
}

// flow takes {name: X, value: x} and ["mysql", "-px"].
func (m *manifest) flow(at, to int) {
	if m.inSecret(at) {
		m.add(at, to)
		return
	}
	var pair yamlPair
	for from := at; from < to; {
		end := from + indexAny(m.v[from:to], ",{}[]")
		part := bytes.TrimSpace(m.v[from:end])
		start := from + bytes.Index(m.v[from:end], part)
		name, rest, ok := bytes.Cut(part, []byte(": "))
		rest = bytes.TrimLeft(rest, " ")
		switch v := m.scalar(start+len(part)-len(rest), start+len(part)); {
		case ok && string(name) == "name":
			pair.named, pair.strength = true, m.r.names.strength(m.v[v.from:v.to])
		case ok && string(name) == "value":
			pair.value = v
		case !ok && len(part) > 0:
			m.item(start, start+len(part))
		}
		if pair.named && pair.value.to > 0 && engine.MayBeSecret(pair.strength, m.v[pair.value.from:pair.value.to]) {
			m.add(pair.value.from, pair.value.to)
			pair = yamlPair{}
		}
		from = end + 1
	}
}

// scalar is a value without its quotes and the comment behind it.
func (m *manifest) scalar(at, to int) span {
	if at < to && (m.v[at] == '"' || m.v[at] == '\'') {
		return span{from: at + 1, to: min(to, closing(m.v, at+1, m.v[at]))}
	}
	if n := bytes.Index(m.v[at:to], []byte(" #")); n >= 0 {
		to = at + n
	}
	return span{from: at, to: to}
}

func (m *manifest) add(from, to int) {
	if v := m.v[from:to]; len(v) > 0 && !engine.SaysNothing(v) {
		m.dst = append(m.dst, span{from, to, kindArg, "manifest"})
	}
}

var yamlName = chars("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./\"'")
