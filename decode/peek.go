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

// members reads the object in body. Tty is looked for inside the member
// called config, or on the top level if that is "". Unless all is set, it
// stops at Tty: bodies are long, and dockerd has read this one whole.
func (pk *peeker) members(body []byte, config string, all bool) (f peeked) {
	pk.reset(body)
	stopped := false
	readTTY := func() bool {
		f.tty, stopped = pk.isTrue(), !all
		return all
	}
	inConfig := func(name []byte) bool {
		if string(name) == `"Tty"` {
			return readTTY()
		}
		return pk.skip()
	}
	whole := pk.each(func(name []byte) bool {
		switch string(name) {
		case `"Id"`:
			f.id = pk.text()
		case `"Name"`:
			f.name = pk.text()
		case `"Detach"`:
			f.detach = pk.isTrue()
		case `"Tty"`:
			if config == "" {
				return readTTY()
			}
			return pk.skip()
		case `"Config"`:
			if config == "" || pk.dec.PeekKind() != '{' {
				return pk.skip()
			}
			f.config = pk.each(inConfig) || stopped
			return f.config && !stopped
		default:
			return pk.skip()
		}
		return true
	})
	f.valid = whole || stopped
	return f
}

// each calls read for each member of the object that comes next until it
// returns false, and tells whether it was read to its end.
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

func (pk *peeker) isTrue() bool {
	v, err := pk.dec.ReadValue()
	return err == nil && string(v) == "true"
}
