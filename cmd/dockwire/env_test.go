package main

import (
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode/create"
)

// What env prints is evaluated by shells; no value may end the quotes.
func FuzzQuoteShell(f *testing.F) {
	for _, s := range []string{"", "plain", "it's", "a b", "$HOME", "`id`", "\\", "\n", "'\\''"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got := unquoteShell(t, create.Quote(s)); got != s {
			t.Errorf("%q became %q", s, got)
		}
	})
}

// unquoteShell reads one word as POSIX shells do (IEEE 1003.1 XCU 2.2), of
// which create.Quote needs plain characters, '…' and \'.
func unquoteShell(t *testing.T, word string) string {
	var out strings.Builder
	for i := 0; i < len(word); i++ {
		switch c := word[i]; c {
		case '\'':
			end := strings.IndexByte(word[i+1:], '\'')
			if end < 0 {
				t.Fatalf("unclosed quote in %q", word)
			}
			out.WriteString(word[i+1 : i+1+end])
			i += end + 1
		case '\\':
			i++
			out.WriteByte(word[i])
		default:
			if strings.IndexByte(" \t\n$`\"|&;<>()*?[#~!{}", c) >= 0 {
				t.Fatalf("%q outside quotes in %q", c, word)
			}
			out.WriteByte(c)
		}
	}
	return out.String()
}
