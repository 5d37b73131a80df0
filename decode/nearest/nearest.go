// Package nearest finds the word that was meant by a mistyped one: the
// name of a filter field, of an operation, of a command.
package nearest

import (
	"iter"
	"strings"
)

// longest is the length beyond which a word is no mistyped name.
const longest = 48

// Word returns the candidate that differs from word in the fewest letters, in
// any case, and "" where none is near: a third of the word's letters may
// differ, and two in a short word. Of several equally near ones, one that begins
// with the word is taken, else the first.
func Word(word string, candidates iter.Seq[string]) string {
	best, found := 2*max(len(word)/3, 2)+1, "" // twice the distance, one less for a beginning
	word = strings.ToLower(word)
	for c := range candidates {
		lower := strings.ToLower(c)
		d := 2 * distance(word, lower)
		if strings.HasPrefix(lower, word) {
			d--
		}
		if d < best {
			best, found = d, c
		}
	}
	return found
}

// distance is Levenshtein's, in bytes.
func distance(a, b string) int {
	if len(a) > longest {
		return len(a)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diag := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diag, row[j+1] = row[j+1], min(row[j]+1, row[j+1]+1, diag+cost)
		}
	}
	return row[len(b)]
}
