package engine

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/docker/go-units"
)

// maxSummary bounds a summary, in runes.
const maxSummary = 240

// maxFailure bounds an error's message, in runes.
const maxFailure = 1000

// shortID cuts ids to the twelve digits docker shows; names stay.
func shortID(s string) string {
	hex := strings.TrimPrefix(s, "sha256:")
	if len(hex) != 64 || strings.Trim(hex, "0123456789abcdef") != "" {
		return s
	}
	return hex[:12]
}

// shortIDs cuts the ids inside a text.
func shortIDs(s string) string {
	if len(s) < 64 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		n := 0
		for i+n < len(s) && isHex(s[i+n]) {
			n++
		}
		switch {
		case n == 64:
			b.WriteString(s[i : i+12])
		case n > 0:
			b.WriteString(s[i : i+n])
		default:
			b.WriteByte(s[i])
			n = 1
		}
		i += n
	}
	return b.String()
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' }

// size is a number of bytes as docker writes it: 4.26MB.
func size(n int64) string { return units.HumanSizeWithPrecision(float64(n), 3) }

// counted is "3 containers", "1 container", "3+ containers" of a cut list.
func counted(n int, all bool, noun string) string {
	more, s := "", "s"
	if !all {
		more = "+"
	} else if n == 1 {
		s = ""
	}
	if s != "" && strings.HasSuffix(noun, "s") {
		noun, s = noun+"e", "s" // processes
	}
	return fmt.Sprintf("%d%s %s%s", n, more, noun, s)
}

// commandLine joins arguments so that their borders can be seen.
func commandLine(args []string) string {
	var b strings.Builder
	for i, a := range args {
		if i > 0 {
			b.WriteByte(' ')
		}
		if a == "" || strings.ContainsAny(a, " \t\n'\"") {
			b.WriteString("'" + strings.ReplaceAll(a, "'", `'\''`) + "'")
		} else {
			b.WriteString(a)
		}
	}
	return b.String()
}

// spaced joins what is not empty.
func spaced(parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		if p == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(p)
	}
	return b.String()
}

// from is "to ← source", and the one that there is when the other is empty.
func from(to, source string) string {
	if to == "" || source == "" {
		return to + source
	}
	return to + " ← " + source
}

// option is "name=value", or "" without a value.
func option(name, value string) string {
	if value == "" {
		return ""
	}
	return name + "=" + value
}

// flag is the word when it applies.
func flag(on bool, word string) string {
	if on {
		return word
	}
	return ""
}

// OneLine makes text from the wire as safe to show as a Summary.
func OneLine(s string) string { return oneLine(s, maxSummary) }

// oneLine makes anything from the wire fit to be shown: no control characters,
// no terminal sequences, no marks that turn the direction of text, one line,
// at most max runes.
func oneLine(s string, max int) string {
	if plain(s) && len(s) <= max {
		return s
	}
	var b strings.Builder
	space, n := true, 0 // leading white space is dropped
	for i := 0; i < len(s); {
		if k := sequence(s[i:]); k > 0 {
			i += k
			continue
		}
		r, k := utf8.DecodeRuneInString(s[i:])
		i += k
		if unicode.IsSpace(r) || r == '\u0085' {
			r = ' '
		}
		if !unicode.IsPrint(r) || r == ' ' && space {
			continue
		}
		if n++; n > max {
			return strings.TrimRight(b.String(), " ") + "…"
		}
		space = r == ' '
		b.WriteRune(r)
	}
	return strings.TrimRight(b.String(), " ")
}

// plain: printable ASCII and arrows, without runs of spaces.
func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] == "→"[0] && strings.HasPrefix(s[i:], "→") {
			i += len("→") - 1
			continue
		}
		if s[i] < ' ' || s[i] > '~' || s[i] == ' ' && (i == 0 || i == len(s)-1 || s[i-1] == ' ') {
			return false
		}
	}
	return true
}
