package filter

import "strings"

// maxDepth bounds nesting: a filter may come from anywhere, a stack ends.
const maxDepth = 100

// Parse reads a filter. The error, if any, is a *SyntaxError.
func Parse(s string) (*Filter, error) {
	p := parser{lex: lexer{s: s}}
	p.advance()
	f := &Filter{src: s}
	if p.tok.kind == tokEnd {
		return f, nil
	}
	root, err := p.or(0)
	if err == nil && p.tok.kind != tokEnd {
		// Only a parenthesis can be left over.
		err = p.fault(`there is no "(" for this ")"`, "")
	}
	if err != nil {
		return nil, err
	}
	numberTerms(root)
	f.root = root
	return f, nil
}

type parser struct {
	lex  lexer
	tok  token // the one to be looked at next
	last token // the one before
}

func (p *parser) advance() { p.last, p.tok = p.tok, p.lex.next() }

// fault is an error at the next token. It returns error, not *SyntaxError, so
// that no typed nil gets out.
func (p *parser) fault(msg, hint string) error { return fault(p.lex.s, p.tok.at, hint, "%s", msg) }

func (p *parser) or(depth int) (node, error) {
	left, err := p.and(depth)
	for err == nil && p.tok.kind == tokOr {
		p.advance()
		var right node
		right, err = p.and(depth)
		left = or{left, right}
	}
	return left, err
}

func (p *parser) and(depth int) (node, error) {
	left, err := p.unary(depth)
	for err == nil {
		switch p.tok.kind {
		case tokAnd:
			p.advance()
		case tokOr, tokClose, tokEnd:
			return left, nil
		}
		var right node
		right, err = p.unary(depth)
		left = and{left, right}
	}
	return left, err
}

func (p *parser) unary(depth int) (node, error) {
	if depth > maxDepth {
		return nil, p.fault("nested too deeply", "")
	}
	t := p.tok
	switch t.kind {
	case tokNot:
		p.advance()
		n, err := p.unary(depth + 1)
		return not{n}, err
	case tokOpen:
		return p.group(depth + 1)
	case tokTerm, tokWord:
		if t.open {
			return nil, fault(p.lex.s, t.valAt-1, "", "this quote is never closed")
		}
		p.advance()
		if t.kind == tokWord {
			return newWord(p.lex.s, t)
		}
		return newTerm(p.lex.s, t)
	}
	return nil, p.missing()
}

func (p *parser) group(depth int) (node, error) {
	open := p.tok
	p.advance()
	n, err := p.or(depth)
	if err != nil {
		return nil, err
	}
	if p.tok.kind != tokClose {
		return nil, fault(p.lex.s, open.at, "", `this "(" is never closed`)
	}
	p.advance()
	return n, nil
}

// missing says what stands where a word or term should.
func (p *parser) missing() error {
	s := p.lex.s
	switch p.tok.kind {
	case tokEnd:
		return p.fault("something must follow "+quote(s[p.last.at:p.last.end]), "")
	case tokClose:
		if p.last.kind == tokOpen {
			return p.fault("nothing stands between the parentheses", "")
		}
		if p.last.kind == tokEnd { // the very first token
			return p.fault(`there is no "(" for this ")"`, "")
		}
		return p.fault("something must follow "+quote(s[p.last.at:p.last.end]), "")
	}
	return p.fault("something must stand before "+quote(s[p.tok.at:p.tok.end]),
		"to look for the word itself, quote it: "+quote(s[p.tok.at:p.tok.end]))
}

func quote(s string) string { return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"` }
