package filter

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode"
	"unicode/utf8"
)

type chars interface{ ~string | ~[]byte }

// pattern finds a regular expression or, much faster, a plain word.
type pattern struct {
	word string         // its ASCII letters in lower case; used when re is nil
	re   *regexp.Regexp // nil for a plain word
}

func compile(expr string) (pattern, error) {
	tree, err := syntax.Parse("(?i:"+expr+")", syntax.Perl)
	if err != nil {
		// Again without our own wrapping, for the message.
		if _, plain := regexp.Compile(expr); plain != nil {
			return pattern{}, plain
		}
		return pattern{}, err
	}
	if t := tree.Simplify(); t.Op == syntax.OpLiteral && t.Flags&syntax.FoldCase != 0 {
		if w := strings.ToLower(string(t.Rune)); isASCII(w) {
			return pattern{word: w}, nil
		}
	}
	re, err := regexp.Compile("(?i:" + expr + ")")
	return pattern{re: re}, err
}

// plain finds a word as it is.
func plain(word string) pattern {
	if isASCII(word) {
		return pattern{word: strings.ToLower(word)}
	}
	if !utf8.ValidString(word) { // no regular expression can be had of it
		b := []byte(word)
		for i := range b {
			b[i] = lower(b[i])
		}
		return pattern{word: string(b)}
	}
	return pattern{re: regexp.MustCompile("(?i)" + regexp.QuoteMeta(word))}
}

func (p *pattern) in(s string) bool {
	if p.re != nil {
		return p.re.MatchString(s)
	}
	return containsFold(s, p.word)
}

func (p *pattern) inBytes(b []byte) bool {
	if p.re != nil {
		return p.re.Match(b)
	}
	return containsFold(b, p.word)
}

// containsFold finds a lower-case word, ignoring the case of ASCII letters.
func containsFold[T chars](s T, word string) bool {
	if word == "" {
		return true
	}
	first := word[0]
	for i := 0; i+len(word) <= len(s); i++ {
		if lower(s[i]) == first && hasPrefixFold(s[i+1:], word[1:]) {
			return true
		}
	}
	return false
}

func hasPrefixFold[T chars](s T, word string) bool {
	for i := 0; i < len(word); i++ {
		if lower(s[i]) != word[i] {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if c-'A' < 26 {
		c += 'a' - 'A'
	}
	return c
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// glob matches all of s against a lower-case pattern with * and ?, ignoring
// the case of letters. It backtracks to the latest * only, which is enough.
func glob(pattern, s string) bool {
	star, from := -1, 0
	p, i := 0, 0
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		if p < len(pattern) {
			if pattern[p] == '*' {
				star, from = p, i
				p++
				continue
			}
			q, m := utf8.DecodeRuneInString(pattern[p:])
			if q == '?' || q == unicode.ToLower(r) {
				p, i = p+m, i+n
				continue
			}
		}
		if star < 0 {
			return false
		}
		_, n = utf8.DecodeRuneInString(s[from:])
		from += n
		p, i = star+1, from
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}
