package redact

import (
	"bytes"
	"encoding/binary"

	"github.com/dockwire/dockwire/decode/engine"
)

// echoes are the values that were taken for secrets. Daemons and programs give
// them back where no rule would look: in errors, warnings, the output of builds.
// They are looked for in all that is redacted, except in the streams of
// containers.
//
// Unlike numbers, which knows secrets by a keyed hash, this keeps them, in
// memory only. What is short is left out: it would be found everywhere. What could
// be any word (the password postgres) is found as a word, and only in texts: it is
// the name of an image, too.
type echoes struct {
	values map[uint32][]echo // by their first four bytes
	filter [1 << 10]uint64   // a bit for each hash of first four bytes
	seen   map[string]bool
	size   int
}

type echo struct {
	value []byte
	plain bool // it could be any word
}

const (
	minWord   = 4
	minEcho   = 6
	maxEcho   = 4 << 10
	maxEchoes = 1 << 20 // bytes of all of them
)

// learn keeps a value to be found again. It reports whether the value is new and
// none that could be any word.
func (e *echoes) learn(v []byte) bool {
	v = bytes.TrimSpace(v)
	plain := !engine.MayBeSecret(engine.Weak, v)
	if len(v) < minWord || !plain && len(v) < minEcho || plain && !engine.MayBeSecret(engine.Strong, v) ||
		len(v) > maxEcho || e.size+len(v) > maxEchoes || e.seen[string(v)] || isPlaceholder(v) {
		return false
	}
	if e.seen == nil {
		e.seen, e.values = map[string]bool{}, map[uint32][]echo{}
	}
	s := string(v)
	e.seen[s] = true
	e.size += len(s)
	first := binary.LittleEndian.Uint32(v)
	e.values[first] = append(e.values[first], echo{[]byte(s), plain})
	h := hash4(first)
	e.filter[h>>6] |= 1 << (h & 63)
	return !plain
}

// hash4 is a multiplicative hash of 16 bits.
func hash4(first uint32) uint32 { return first * 0x9E3779B1 >> 16 }

// at is the longest value that v has at i, or nil. In a text, it may be a word.
func (e *echoes) at(v []byte, i int, inText bool) []byte {
	first := binary.LittleEndian.Uint32(v[i:])
	if h := hash4(first); e.filter[h>>6]&(1<<(h&63)) == 0 {
		return nil
	}
	var longest []byte
	for _, k := range e.values[first] {
		if len(k.value) <= len(longest) || !bytes.HasPrefix(v[i:], k.value) {
			continue
		}
		if end := i + len(k.value); !k.plain || inText && !word[before(v, i)] && (end == len(v) || !word[v[end]]) {
			longest = k.value
		}
	}
	return longest
}

// in reports whether v has a value, words aside.
func (e *echoes) in(v []byte) bool {
	if e.size == 0 {
		return false
	}
	for i := 0; i+minWord <= len(v); i++ {
		if e.at(v, i, false) != nil {
			return true
		}
	}
	return false
}

// inText is in for a string.
func (e *echoes) inText(v string) bool { return e.size > 0 && e.in([]byte(v)) }

// withEchoes appends where values that were taken for secrets stand in v; in a
// text, words as well.
func (r *Redactor) withEchoes(spans []span, v []byte, inText bool) []span {
	e := &r.nums.echoes
	if e.size == 0 {
		return spans
	}
	for i := 0; i+minWord <= len(v); i++ {
		if value := e.at(v, i, inText); value != nil {
			spans = append(spans, span{i, i + len(value), kindArg, "echo"})
			i += len(value) - 1
		}
	}
	return spans
}

// learnParts keeps what stands within a secret that has a form: the password
// of user:password, what follows Bearer, the text of base64.
func (e *echoes) learnParts(kind string, v []byte) {
	if bytes.Contains(v, []byte(`\ `)) { // of a Dockerfile or a shell
		e.learn(bytes.ReplaceAll(v, []byte(`\ `), []byte(" ")))
	}
	switch kind {
	case kindURL, kindArg:
		if _, password, ok := bytes.Cut(v, []byte(":")); ok {
			e.learn(password)
		}
	case "authorization":
		scheme, rest, _ := bytes.Cut(v, []byte(" "))
		e.learn(rest)
		if bytes.EqualFold(scheme, []byte("Basic")) {
			_, password, _ := bytes.Cut(decodeBase64(rest), []byte(":"))
			e.learn(password)
		}
	case "registry_auth", "registry_config":
		e.learnAuth(v)
	case "secret_data", "config_data":
		if raw := decodeBase64(v); len(raw) <= maxEcho {
			e.learn(raw)
		}
	}
}
