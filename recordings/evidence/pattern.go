package evidence

import (
	"fmt"
	"regexp"
	"strings"
)

// words are what values are made of: runs of letters and digits, and what is
// between them.
var words = regexp.MustCompile(`[0-9A-Za-z]+|[^0-9A-Za-z]+`)

// classes are characters that a generated word may be of, the narrowest first.
var classes = []struct {
	word  *regexp.Regexp
	class string
}{
	{regexp.MustCompile(`^[0-9]+$`), "[0-9]"},
	{regexp.MustCompile(`^[0-9a-f]+$`), "[0-9a-f]"},
	{regexp.MustCompile(`^[a-z]+$`), "[a-z]"},
	{regexp.MustCompile(`^[0-9A-Za-z]+$`), "[0-9A-Za-z]"},
}

// pattern describes values that were seen at one place as a regular expression:
// what they have in common stays, and a word that differs may be any of its kind.
func pattern(values []string) string {
	split := make([][]string, len(values))
	for i, v := range values {
		if split[i] = words.FindAllString(v, -1); len(split[i]) != len(split[0]) {
			return ".*"
		}
	}
	var b strings.Builder
	for n, first := range split[0] {
		column := make([]string, len(split))
		same := true
		for i := range split {
			column[i] = split[i][n]
			same = same && column[i] == first
		}
		if same {
			b.WriteString(regexp.QuoteMeta(first))
		} else {
			b.WriteString(word(column))
		}
	}
	return b.String()
}

// fixed is the length from which a word that was as long each time is taken for one
// that always is.
const fixed = 8

func word(seen []string) string {
	sameLength := true
	for _, s := range seen {
		sameLength = sameLength && len(s) == len(seen[0])
	}
	for _, c := range classes {
		all := true
		for _, s := range seen {
			all = all && c.word.MatchString(s)
		}
		switch {
		case all && sameLength && len(seen[0]) >= fixed:
			return fmt.Sprintf("%s{%d}", c.class, len(seen[0]))
		case all:
			return c.class + "+"
		}
	}
	return ".*" // what is between words differs
}
