package filter

import (
	"strings"

	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/decode/nearest"
)

// textTerm judges the texts of a field; a field may have several, of which one
// must match. != and !~ want that none does.
type textTerm struct {
	f      *field
	arg    string
	test   func(string) bool
	negate bool
	absent bool // an empty value was asked for: the field must have none
}

func newText(src string, f *field, arg string, t token) (node, error) {
	if f.doc.Name == "op" && (t.op == ":" || t.op == "=" || t.op == "!=") {
		if err := knownOperation(src, t); err != nil {
			return nil, err
		}
	}
	n := textTerm{f: f, arg: arg, negate: t.op[0] == '!'}
	want := t.value
	switch t.op {
	case "~", "!~":
		p, err := compileAt(src, t)
		if err != nil {
			return nil, err
		}
		n.test = p.in
	case "=", "!=":
		n.absent = want == ""
		n.test = func(s string) bool { return s == want }
	case ":":
		n.absent = want == ""
		n.test = func(s string) bool { return strings.EqualFold(s, want) }
		if strings.ContainsAny(want, "*?") {
			low := strings.ToLower(want)
			n.test = func(s string) bool { return glob(low, s) }
		}
	default:
		v, err := f.parse(want)
		if err != nil {
			return nil, fault(src, t.valAt, "for example "+f.doc.Example, "%q is no %s", want, f.doc.Kind)
		}
		cmp := number{op: t.op, lo: v, hi: v}
		n.test = func(s string) bool {
			v, err := f.parse(s)
			return err == nil && cmp.holds(v)
		}
	}
	return n, nil
}

// knownOperation refuses the name of an operation that no call can have.
func knownOperation(src string, t token) error {
	low := strings.ToLower(t.value)
	for _, op := range engine.Operations() {
		if strings.EqualFold(op.ID, t.value) || t.op == ":" && glob(low, op.ID) || t.value == "" {
			return nil
		}
	}
	hint := "operations are listed by dockwire explain"
	if near := nearest.Word(strings.Trim(t.value, "*?"), operationNames); near != "" {
		hint = "did you mean " + near + "?"
	}
	return fault(src, t.valAt, hint, "there is no operation %q", t.value)
}

func operationNames(yield func(string) bool) {
	for _, op := range engine.Operations() {
		if !yield(op.ID) {
			return
		}
	}
}

func (n textTerm) decide(x *exchange.Exchange) Verdict {
	found := false
	if n.absent {
		found = !n.f.text(x, n.arg, func(string) bool { return true })
	} else {
		found = n.f.text(x, n.arg, n.test)
	}
	// What is found counts at once; that nothing will be found takes the end.
	if (found && !n.absent) || reached(x, n.f.from) {
		return verdict(found != n.negate)
	}
	return Undecided
}

// bytesTerm searches bodies.
type bytesTerm struct {
	f      *field
	test   func([]byte) bool
	negate bool
	scans  bool   // a part of a body tells; see Scanner
	bit    uint64 // of Exchange.Found; 0: only what is kept is looked at
}

func newBytes(src string, f *field, t token) (node, error) {
	n := &bytesTerm{f: f, negate: t.op[0] == '!', scans: true}
	switch t.op {
	case "~", "!~":
		p, err := compileAt(src, t)
		if err != nil {
			return nil, err
		}
		n.test, n.scans = p.inBytes, !anchored(t.value)
	case ":":
		p := plain(t.value)
		n.test = p.inBytes
	default:
		want := t.value
		n.test, n.scans = func(b []byte) bool { return string(b) == want }, false
	}
	return n, nil
}

func (n *bytesTerm) decide(x *exchange.Exchange) Verdict {
	found := n.found(x)
	if found || reached(x, n.f.from) {
		return verdict(found != n.negate)
	}
	return Undecided
}

func (n *bytesTerm) found(x *exchange.Exchange) bool {
	if x.Found&n.bit != 0 {
		return true
	}
	for _, d := range n.f.bytes {
		if b := x.Side(d).Body; len(b) > 0 && n.test(b) {
			return true
		}
	}
	return false
}

// anywhere searches heads; with a bytesTerm beside it, all of an exchange.
type anywhere struct{ p pattern }

func (n anywhere) decide(x *exchange.Exchange) Verdict {
	if n.p.in(x.Target) {
		return Yes
	}
	for _, s := range [...]*exchange.Side{&x.Request, &x.Response} {
		for _, h := range s.Fields {
			if n.p.in(h.Name) || n.p.in(h.Value) {
				return Yes
			}
		}
	}
	if x.State == exchange.Done {
		return No
	}
	return Undecided
}
func (anywhere) reads() Reads { return Reads{Heads: true, Call: true} }

// Text is a filter for exchanges that have a text anywhere: in their heads,
// bodies or streams, whatever the case of its letters.
func Text(text string) *Filter {
	p := plain(text)
	f, _ := lookup("body")
	body := &bytesTerm{f: f, test: p.inBytes, scans: true}
	root := or{anywhere{p}, body}
	numberTerms(root)
	return &Filter{root: root, src: quote(text)}
}
