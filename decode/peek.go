package decode

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// peeker finds the few members of a JSON body that matter here. It is kept
// for its memory.
type peeker struct {
	src bytes.Buffer
	dec *jsontext.Decoder
}

// peeked is what a body says about a container or an exec.
type peeked struct {
	valid       bool // it was read as far as it was wanted
	id, name    string
	tty, detach bool
	config      bool // there is a Config object
}

func (pk *peeker) reset(body []byte) {
	tolerant := [...]jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}
	pk.src = *bytes.NewBuffer(body)
	if pk.dec == nil {
		pk.dec = jsontext.NewDecoder(&pk.src, tolerant[:]...)
	} else {
		pk.dec.Reset(&pk.src, tolerant[:]...)
	}
}

// members reads the object in body as encoding/json, which is dockerd's, does:
// keys have no case, and of equal ones the last counts. Tty is looked for
// inside the member called config, or on the top level if that is "".
func (pk *peeker) members(body []byte, config string) (f peeked) {
	pk.reset(body)
	seen := false // Tty in the config: the rest of a cut body does not matter
	inConfig := func(name []byte) bool {
		if isKey(name, "Tty") {
			pk.flag(&f.tty)
			seen = true
			return true
		}
		return pk.skip()
	}
	f.valid = pk.each(func(name []byte) bool {
		switch {
		case isKey(name, "Id"):
			f.id = pk.text()
		case isKey(name, "Name"):
			f.name = pk.text()
		case isKey(name, "Detach"):
			pk.flag(&f.detach)
		case isKey(name, "Tty") && config == "":
			pk.flag(&f.tty)
		case config != "" && isKey(name, config) && pk.dec.PeekKind() == '{':
			whole := pk.each(inConfig)
			f.config = whole || seen
			return whole
		default:
			return pk.skip()
		}
		return true
	}) || seen
	return f
}

// isKey reports whether a quoted name means a key. Names with escapes are rare
// and paid for here alone.
func isKey(quoted []byte, key string) bool {
	name := quoted[1 : len(quoted)-1]
	if bytes.IndexByte(name, '\\') >= 0 {
		plain, err := jsontext.AppendUnquote(nil, quoted)
		if err != nil {
			return false
		}
		name = plain
	}
	return bytes.EqualFold(name, []byte(key))
}

// each calls read for each member of the object that comes next until it
// returns false, and reports whether it was read to its end.
func (pk *peeker) each(read func(name []byte) bool) bool {
	if tok, err := pk.dec.ReadToken(); err != nil || tok.Kind() != '{' {
		return false
	}
	for pk.dec.PeekKind() == '"' {
		name, err := pk.dec.ReadValue()
		if err != nil || !read(name) {
			return false
		}
	}
	_, err := pk.dec.ReadToken()
	return err == nil
}

func (pk *peeker) skip() bool { return pk.dec.SkipValue() == nil }

func (pk *peeker) text() string {
	if pk.dec.PeekKind() != '"' {
		pk.skip()
		return ""
	}
	tok, err := pk.dec.ReadToken()
	if err != nil {
		return ""
	}
	return tok.String()
}

// flag reads a boolean; null leaves it as it was.
func (pk *peeker) flag(to *bool) {
	switch v, err := pk.dec.ReadValue(); {
	case err != nil:
	case string(v) == "true":
		*to = true
	case string(v) == "false":
		*to = false
	}
}
