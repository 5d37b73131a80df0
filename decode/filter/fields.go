package filter

import (
	"slices"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/decode/nearest"
)

// FieldDoc describes a field for help and completion.
type FieldDoc struct {
	Name    string // ends with a dot where a name must follow, e.g. "header."
	Kind    string // "text", "number", "duration", "size", "version", "body", "flag"
	Doc     string // what it is, in one line
	Example string
	Ops     string // the operators it takes, separated by spaces
}

// field is one row of the table of fields. Exactly one of text, number, bytes
// and flag says how its values are had.
type field struct {
	doc   FieldDoc
	from  phase // when its values are final
	flag  bool
	parse func(string) (int64, error) // how a value of an ordered field is read

	// text calls test with each text until one passes, and says whether one did.
	text   func(x *exchange.Exchange, arg string, test func(string) bool) bool
	number func(x *exchange.Exchange) (v int64, ok bool)
	bytes  []decode.Direction // whose bodies are looked at
}

// looksAt says whether a field of bodies looks at this direction.
func (f *field) looksAt(dir decode.Direction) bool { return slices.Contains(f.bytes, dir) }

const (
	textOps   = ": = != ~ !~"
	numberOps = ": = != < <= > >="
)

func (f *field) ops() string {
	switch {
	case f.flag:
		return ":"
	case f.number != nil:
		return numberOps
	case f.text != nil && f.parse != nil:
		return textOps + " < <= > >="
	}
	return textOps
}

// Fields describes every field, in the order of help.
func Fields() []FieldDoc {
	docs := make([]FieldDoc, len(fields))
	for i := range fields {
		docs[i] = fields[i].doc
		docs[i].Ops = fields[i].ops()
	}
	return docs
}

// lookup finds a field by its name in any case; arg is what is behind the
// dot of a field like header.NAME.
func lookup(name string) (f *field, arg string) {
	for i := range fields {
		f := &fields[i]
		n := len(f.doc.Name)
		if f.doc.Name[n-1] == '.' && len(name) >= n && strings.EqualFold(name[:n], f.doc.Name) {
			return f, name[n:]
		}
		if strings.EqualFold(name, f.doc.Name) {
			return f, ""
		}
	}
	return nil, ""
}

func known(name string) bool { f, _ := lookup(name); return f != nil }

func unknownField(src string, t token) error {
	hint := "to look for the word itself, quote it: " + quote(src[t.at:t.end])
	if near := nearest.Word(t.field, fieldNames); near != "" {
		hint = "did you mean " + near + "?"
	}
	return fault(src, t.at, hint, "there is no field %q", t.field)
}

func fieldNames(yield func(string) bool) {
	for i := range fields {
		if !yield(strings.TrimSuffix(fields[i].doc.Name, ".")) {
			return
		}
	}
}
