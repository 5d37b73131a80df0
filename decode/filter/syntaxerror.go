package filter

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// SyntaxError says what is wrong with a filter, and where.
type SyntaxError struct {
	Column int    // 1-based, in runes
	Msg    string // what is wrong
	Hint   string // what to do about it; may be empty
}

func (e *SyntaxError) Error() string {
	s := fmt.Sprintf("filter: column %d: %s", e.Column, e.Msg)
	if e.Hint != "" {
		s += " (" + e.Hint + ")"
	}
	return s
}

// Point gives the filter and below it a caret under the column, in two lines.
// Control characters of the filter show as spaces.
func (e *SyntaxError) Point(filter string) string {
	line := strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return ' '
		}
		return r
	}, filter)
	runes := []rune(line)
	before := runes[:min(max(e.Column-1, 0), len(runes))]
	return line + "\n" + strings.Repeat(" ", runewidth.StringWidth(string(before))) + "^"
}

// fault makes an error at a byte offset of s.
func fault(s string, at int, hint, format string, args ...any) *SyntaxError {
	return &SyntaxError{
		Column: utf8.RuneCountInString(s[:min(at, len(s))]) + 1,
		Msg:    fmt.Sprintf(format, args...),
		Hint:   hint,
	}
}
