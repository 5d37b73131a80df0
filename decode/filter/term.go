package filter

import (
	"errors"
	"regexp/syntax"
	"strings"

	"github.com/dockwire/dockwire/decode/exchange"
)

func newTerm(src string, t token) (node, error) {
	f, arg := lookup(t.field)
	if f == nil {
		return nil, unknownField(src, t)
	}
	if arg == "" && strings.HasSuffix(t.field, ".") {
		return nil, fault(src, t.opAt, "for example "+f.doc.Example, "a name must follow %q", t.field)
	}
	if t.value == "" && !t.quote {
		return nil, fault(src, t.valAt, "for example "+f.doc.Example, "a value must follow %q", src[t.at:t.valAt])
	}
	if !strings.Contains(" "+f.ops()+" ", " "+t.op+" ") {
		return nil, fault(src, t.opAt, "use one of "+f.ops(), "%s is %s and has no %q", t.field, f.doc.Kind, t.op)
	}
	switch {
	case f.flag:
		return newFlag(src, t)
	case f.number != nil:
		return newNumber(src, f, t)
	case f.bytes != nil:
		return newBytes(src, f, t)
	}
	return newText(src, f, arg, t)
}

// word finds what has no field.
type word struct{ p pattern }

func newWord(_ string, t token) (node, error) { return word{plain(t.value)}, nil }

func (w word) decide(x *exchange.Exchange) Verdict {
	if x.Call.Op != nil && w.p.in(x.Call.Op.ID) || w.p.in(x.Call.Path) || w.p.in(x.Summary()) {
		return Yes
	}
	if x.State == exchange.Done {
		return No
	}
	return Undecided
}

// flag is a term like is:error.
type flag struct{ *flagDef }

func newFlag(src string, t token) (node, error) {
	for i := range flags {
		if strings.EqualFold(flags[i].Value, t.value) {
			return flag{&flags[i]}, nil
		}
	}
	names := make([]string, len(flags))
	for i := range flags {
		names[i] = flags[i].Value
	}
	return nil, fault(src, t.valAt, "use one of "+strings.Join(names, " "), "%q is nothing an exchange can be", t.value)
}

func (f flag) decide(x *exchange.Exchange) Verdict {
	switch {
	case f.is(x):
		return Yes
	case f.now || reached(x, f.from):
		return No
	}
	return Undecided
}

// number compares. Times and sizes only grow while an exchange runs, so some
// comparisons are settled before its end.
type number struct {
	f      *field
	op     string
	lo, hi int64 // : and = mean lo <= v <= hi
}

func newNumber(src string, f *field, t token) (node, error) {
	n := number{f: f, op: t.op}
	if f == statusField && (t.op == ":" || t.op == "!=") && len(t.value) == 3 &&
		t.value[0] >= '1' && t.value[0] <= '9' && (strings.EqualFold(t.value[1:], "xx") || t.value[1:] == "**") {
		n.lo = int64(t.value[0]-'0') * 100
		n.hi = n.lo + 99
		return n, nil
	}
	v, err := f.parse(t.value)
	if err != nil {
		hint := "for example " + f.doc.Example
		if t.op == "=" && t.value != "" && strings.Contains("<>", t.value[:1]) {
			hint = "write " + t.value[:1] + "="
		}
		return nil, fault(src, t.valAt, hint, "%q is no %s", t.value, f.doc.Kind)
	}
	n.lo, n.hi = v, v
	return n, nil
}

func (n number) decide(x *exchange.Exchange) Verdict {
	v, ok := n.f.number(x)
	final := reached(x, n.f.from)
	if !ok {
		if final {
			return verdict(n.op == "!=")
		}
		return Undecided
	}
	yes := n.holds(v)
	if final {
		return verdict(yes)
	}
	switch {
	case n.op[0] == '>' && yes:
		return Yes
	case n.op[0] == '<' && !yes:
		return No
	}
	return Undecided
}

func (n number) holds(v int64) bool {
	switch n.op {
	case "<":
		return v < n.lo
	case "<=":
		return v <= n.lo
	case ">":
		return v > n.lo
	case ">=":
		return v >= n.lo
	case "!=":
		return v < n.lo || v > n.hi
	}
	return v >= n.lo && v <= n.hi
}

// compileAt compiles the value of a term; an error points into it.
func compileAt(src string, t token) (pattern, error) {
	p, err := compile(t.value)
	if err == nil {
		return p, nil
	}
	at, msg := t.valAt, err.Error()
	if e := (*syntax.Error)(nil); errors.As(err, &e) {
		msg = string(e.Code)
		if i := strings.Index(t.value, e.Expr); i >= 0 && strings.HasPrefix(src[t.valAt:], t.value) {
			at += i
		}
		if e.Expr != "" {
			msg += ": " + quote(e.Expr)
		}
	}
	return p, fault(src, at, "", "not a regular expression: %s", msg)
}
