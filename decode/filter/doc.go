// Package filter is the language in which a person says which exchanges to
// see: `op:Container* and status>=400`, `took>1s or not method:GET`, `nginx`.
//
// A filter is words and terms joined by and, or, not and parentheses; terms
// that merely stand beside each other are joined by and. not binds tighter
// than and, and tighter than or. A term is a field, an operator and a value:
//
//	:          equal, * and ? as in file names, letters' case ignored;
//	           in a body: contains
//	=  !=      equal and not equal, exactly
//	~  !~      a regular expression (RE2) is found or not found, letters' case
//	           ignored unless it says (?-i)
//	< <= > >=  numbers, durations (200ms, 1m30s), sizes (10k, 1MiB), versions
//
// A word on its own is looked for in the operation's name, the path and the
// summary. A value or word that holds spaces or operators is quoted, "…" or
// '…'. Fields lists the fields.
//
// Bodies are searched as far as the exchange keeps them (64 KiB a direction
// by default): what lies beyond is not found. A match may span the pieces a
// body came in.
//
// The package is pure: no input or output, no clock. Start reading at
// filter.go, then lex.go, parse.go and fields.go.
package filter
