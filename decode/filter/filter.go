package filter

import "github.com/dockwire/dockwire/decode/exchange"

// Verdict is what a filter says of an exchange.
type Verdict uint8

const (
	No        Verdict = iota
	Yes               //
	Undecided         // the exchange has not come far enough to tell
)

// Filter is a parsed filter. It is immutable; the exchanges it is asked about
// must not change meanwhile.
type Filter struct {
	root node // nil: matches everything
	src  string
}

// String is the filter as it was written.
func (f *Filter) String() string {
	if f == nil {
		return ""
	}
	return f.src
}

// Empty says that the filter matches everything. A nil filter does.
func (f *Filter) Empty() bool { return f == nil || f.root == nil }

// Match says whether the exchange matches as far as it has come.
func (f *Filter) Match(x *exchange.Exchange) bool { return f.Decide(x) == Yes }

// Decide is Match for exchanges that still run: it tells "does not match" from
// "cannot be told yet". Of a finished exchange it is never Undecided.
func (f *Filter) Decide(x *exchange.Exchange) Verdict {
	if f.Empty() {
		return Yes
	}
	return f.root.decide(x)
}

// phase is how far an exchange must have come until a value is final.
type phase uint8

const (
	atRequest  phase = iota // from the request head on
	atBody                  // when the request is complete
	atResponse              // from the response head on
	atEnd
)

func reached(x *exchange.Exchange, p phase) bool {
	if x.State == exchange.Done {
		return true
	}
	switch p {
	case atRequest:
		return true
	case atBody:
		return x.Request.Done
	case atResponse:
		return x.Status != 0
	}
	return false
}

// A node judges in three values after Kleene: what is undecided matters only
// where it can change the whole.
type node interface {
	decide(x *exchange.Exchange) Verdict
	reads() Reads
	alone(outlook) (alone node, no, yes bool) // see Finder
}

type and struct{ left, right node }

func (n and) decide(x *exchange.Exchange) Verdict {
	l := n.left.decide(x)
	if l == No {
		return No
	}
	if r := n.right.decide(x); r != Yes {
		return r
	}
	return l
}

type or struct{ left, right node }

func (n or) decide(x *exchange.Exchange) Verdict {
	l := n.left.decide(x)
	if l == Yes {
		return Yes
	}
	if r := n.right.decide(x); r != No {
		return r
	}
	return l
}

type not struct{ of node }

func (n not) decide(x *exchange.Exchange) Verdict {
	switch n.of.decide(x) {
	case Yes:
		return No
	case No:
		return Yes
	}
	return Undecided
}

func verdict(yes bool) Verdict {
	if yes {
		return Yes
	}
	return No
}
