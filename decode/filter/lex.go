package filter

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type kind uint8

const (
	tokEnd kind = iota
	tokOpen
	tokClose
	tokAnd
	tokOr
	tokNot
	tokWord
	tokTerm
)

// A token of a filter. Offsets are in bytes.
type token struct {
	kind  kind
	at    int    // where it begins
	end   int    // just behind it
	field string // of a term, as written
	op    string // of a term
	opAt  int
	value string // of a term or word, quotes removed
	valAt int    // where the value stands, behind an opening quote
	quote bool   // the value was quoted
	open  bool   // a quote that is never closed
}

// operators, longest first.
var operators = [...]string{"==", "!=", "!~", "<=", ">=", ":", "=", "~", "<", ">"}

var symbols = [...]struct {
	text string
	kind kind
}{{"(", tokOpen}, {")", tokClose}, {"&&", tokAnd}, {"||", tokOr}, {"!", tokNot}}

type lexer struct {
	s   string
	pos int
}

func (l *lexer) next() token {
	l.space()
	at := l.pos
	if at == len(l.s) {
		return token{kind: tokEnd, at: at, end: at}
	}
	for _, s := range symbols {
		if strings.HasPrefix(l.s[at:], s.text) {
			l.pos += len(s.text)
			return token{kind: s.kind, at: at, end: l.pos}
		}
	}
	if name := l.name(); name != "" {
		if t, ok := l.term(at, name); ok {
			return t
		}
	}
	return l.word(at)
}

func (l *lexer) space() {
	for l.pos < len(l.s) {
		r, n := utf8.DecodeRuneInString(l.s[l.pos:])
		if !unicode.IsSpace(r) {
			return
		}
		l.pos += n
	}
}

// name reads what may be a field's name.
func (l *lexer) name() string {
	at := l.pos
	for l.pos < len(l.s) && isName(l.s[l.pos]) {
		l.pos++
	}
	return l.s[at:l.pos]
}

func isName(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-'
}

// term reads operator and value behind a name. Space before the operator is
// allowed only behind a known field, and none before a colon: a word followed
// by an operator elsewhere is a mistake that deserves its own message.
func (l *lexer) term(at int, name string) (token, bool) {
	save := l.pos
	l.space()
	opAt := l.pos
	op := ""
	for _, o := range operators {
		if strings.HasPrefix(l.s[opAt:], o) {
			op = o
			break
		}
	}
	if op == "" || opAt != save && (op == ":" || !known(name)) {
		l.pos = save
		return token{}, false
	}
	l.pos += len(op)
	t := token{kind: tokTerm, at: at, field: name, op: op, opAt: opAt}
	if op == "==" {
		t.op = "="
	}
	if op != ":" {
		l.space()
	}
	l.value(&t)
	return t, true
}

func (l *lexer) word(at int) token {
	l.pos = at
	t := token{kind: tokWord, at: at}
	l.value(&t)
	if !t.quote {
		switch strings.ToLower(t.value) {
		case "and":
			t.kind = tokAnd
		case "or":
			t.kind = tokOr
		case "not":
			t.kind = tokNot
		}
	}
	return t
}

// value reads a quoted value, or one up to white space or a closing
// parenthesis that it did not open (regular expressions have their own).
func (l *lexer) value(t *token) {
	t.valAt = l.pos
	if l.pos < len(l.s) && (l.s[l.pos] == '"' || l.s[l.pos] == '\'') {
		l.quoted(t)
	} else {
		l.bare(t)
	}
	t.end = l.pos
}

func (l *lexer) bare(t *token) {
	depth := 0
	for l.pos < len(l.s) {
		r, n := utf8.DecodeRuneInString(l.s[l.pos:])
		switch {
		case r == '\\' && l.pos+1 < len(l.s):
			_, m := utf8.DecodeRuneInString(l.s[l.pos+1:])
			n += m
		case r == '(':
			depth++
		case r == ')':
			depth--
		}
		if unicode.IsSpace(r) || depth < 0 {
			break
		}
		l.pos += n
	}
	t.value = l.s[t.valAt:l.pos]
}

// quoted reads up to the closing quote. A backslash before that quote makes it
// part of the value; any other backslash stays, for regular expressions.
func (l *lexer) quoted(t *token) {
	q := l.s[l.pos]
	l.pos++
	t.quote, t.valAt = true, l.pos
	var b strings.Builder
	for l.pos < len(l.s) {
		c := l.s[l.pos]
		l.pos++
		if c == q {
			t.value = b.String()
			return
		}
		if c == '\\' && l.pos < len(l.s) && l.s[l.pos] == q {
			c = q
			l.pos++
		}
		b.WriteByte(c)
	}
	t.value, t.open = b.String(), true
}
