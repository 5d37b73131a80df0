package decode

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// maxPeek bounds a body that is read for what it says about terminals.
const maxPeek = 1 << 20

// wantsRequest tells whose request bodies say something about terminals.
func wantsRequest(op string) bool { return op == "ContainerCreate" || op == "ExecStart" }

// wantsResponse tells whose response bodies do.
func wantsResponse(op string, status int) bool {
	return status/100 == 2 && (op == "ContainerCreate" || op == "ContainerInspect")
}

// collect keeps body bytes for learn; too large a body is left unread.
func (b *body) collect(p []byte) {
	if len(b.peek)+len(p) > maxPeek {
		b.peeking, b.peek = false, nil
		return
	}
	b.peek = append(b.peek, p...)
}

// learn reads the body that was collected, at its end.
func (h *half) learn() {
	b, ex := &h.body, h.ex
	if !b.peeking {
		return
	}
	b.peeking = false
	f := peekJSON(b.peek)
	switch op := ex.call.Op.ID; {
	case op == "ExecStart" && h.dir == Request && f.valid:
		ex.tty, ex.source = ttyOf(f.tty), "Tty of ExecStart"
		if f.detach {
			ex.asks, ex.bare = false, false
		}
	case op == "ContainerCreate" && h.dir == Request && f.valid:
		ex.tty, ex.source = ttyOf(f.tty), "Tty of ContainerCreate"
	case op == "ContainerCreate" && h.dir == Response && ex.tty != ttyUnknown:
		h.c.s.ttys.learn(f.id, ex.call.Query().Get("name"), ex.tty, ex.source)
	case op == "ContainerInspect" && f.config:
		h.c.s.ttys.learn(f.id, f.name, ttyOf(f.configTTY), "Tty of ContainerInspect")
	}
	if b.peek = b.peek[:0]; cap(b.peek) > 64<<10 {
		b.peek = nil
	}
}

// peeked is what a body says about a container or an exec.
type peeked struct {
	valid       bool // it is a JSON object
	id, name    string
	tty, detach bool
	config      bool // it has a Config object: ContainerInspect
	configTTY   bool
}

// peekJSON reads the members of a JSON object that matter here.
func peekJSON(b []byte) (f peeked) {
	dec := jsontext.NewDecoder(bytes.NewBuffer(b), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	f.valid = eachMember(dec, func(name string) error {
		return f.member(dec, name)
	})
	return f
}

func (f *peeked) member(dec *jsontext.Decoder, name string) error {
	switch name {
	case "Id":
		return readString(dec, &f.id)
	case "Name":
		return readString(dec, &f.name)
	case "Tty":
		return readBool(dec, &f.tty)
	case "Detach":
		return readBool(dec, &f.detach)
	case "Config":
		if dec.PeekKind() != '{' {
			return dec.SkipValue()
		}
		f.config = eachMember(dec, func(name string) error {
			if name == "Tty" {
				return readBool(dec, &f.configTTY)
			}
			return dec.SkipValue()
		})
		return nil
	}
	return dec.SkipValue()
}

// eachMember calls read for each member of the object that comes next and
// tells whether it was read to its end.
func eachMember(dec *jsontext.Decoder, read func(name string) error) bool {
	if tok, err := dec.ReadToken(); err != nil || tok.Kind() != '{' {
		return false
	}
	for dec.PeekKind() == '"' {
		tok, err := dec.ReadToken()
		if err != nil || read(tok.String()) != nil {
			return false
		}
	}
	_, err := dec.ReadToken()
	return err == nil
}

func readString(dec *jsontext.Decoder, to *string) error {
	if dec.PeekKind() != '"' {
		return dec.SkipValue()
	}
	tok, err := dec.ReadToken()
	if err == nil {
		*to = tok.String()
	}
	return err
}

func readBool(dec *jsontext.Decoder, to *bool) error {
	tok, err := dec.ReadValue()
	*to = string(tok) == "true"
	return err
}
