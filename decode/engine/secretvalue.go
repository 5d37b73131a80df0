package engine

import (
	"bytes"
	"strings"
)

// MayBeSecret reports whether the value of a name of that strength is a secret. Any
// value of a strong name is one, except for one that says nothing. The value of a
// weak name must be something that can be a secret: no number, boolean, duration,
// plain word, path, or URL without userinfo. That of a hint must look random as
// well.
func MayBeSecret(s Strength, value []byte) bool {
	switch s {
	case Strong:
		return !SaysNothing(value)
	case Weak:
		return !isPlain(value)
	case Hint:
		return !isPlain(value) && looksRandom(value)
	}
	return false
}

// SaysNothing recognises an empty value, a boolean, null.
func SaysNothing(v []byte) bool {
	switch string(v) {
	case "", "0", "1", "true", "false", "True", "False", "null", "yes", "no", "Yes", "No", "on", "off": // ALLOW_EMPTY_PASSWORD=yes
		return true
	}
	return false
}

// longestPlain is the length from which a value is no plain word or number
// whatever it is made of.
const longestPlain = 32

// isPlain recognises a value that cannot be a secret.
func isPlain(v []byte) bool {
	switch {
	case len(v) == 0:
		return true
	case strings.Contains(string(v), "://"):
		return isPlainURL(string(v))
	case v[0] == '/', hasPrefix(v, "./"), hasPrefix(v, "../"), hasPrefix(v, "~/"):
		return !looksRandom(v) && !strings.ContainsAny(string(v), " \t\r\n")
	case v[0] == '$' || hasPrefix(v, "{{redacted."):
		return isReference(v)
	}
	return len(v) <= longestPlain && plainWords(v)
}

func hasPrefix(v []byte, p string) bool { return len(v) >= len(p) && string(v[:len(p)]) == p }

// isReference recognises $NAME, ${NAME} and what was redacted before.
func isReference(v []byte) bool {
	for _, c := range v[1:] {
		switch c := lowerByte(c); {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '_', c == '{', c == '}', c == '.':
		default:
			return false
		}
	}
	return len(v) < 80
}

// isPlainURL recognises a URL without userinfo and without a query, and a path that
// does not look random.
func isPlainURL(v string) bool {
	_, rest, _ := strings.Cut(v, "://")
	return !strings.ContainsAny(rest, "@?= \t") && !looksRandom([]byte(rest))
}

// plainWords recognises words, numbers and durations, joined by punctuation: app,
// created_at, HS256, 30s, localhost:8080, ctrl-p,ctrl-q, 1.5.
func plainWords(v []byte) bool {
	from, mixed := 0, 0
	for i := 0; i <= len(v); i++ {
		if i < len(v) && !isJoint(v[i]) {
			continue
		}
		if i > from && !plainWord(v[from:i]) {
			return false
		}
		if i > from && isDigit(v[from]) != isDigit(v[i-1]) {
			if mixed++; mixed == 3 {
				return false // AB12-CD34-EF56
			}
		}
		if i < len(v) && v[i] == ':' && !digitsOnly(v[i+1:]) {
			return false // user:password
		}
		from = i + 1
	}
	return true
}

func isJoint(c byte) bool { return strings.IndexByte("-_.,/:@+", c) >= 0 }

func digitsOnly(v []byte) bool {
	for _, c := range v {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// plainWord recognises a word of letters that are not mixed at random, with a few
// digits before them as in 30s and 1h, or behind them as in HS256 and v2.
func plainWord(v []byte) bool {
	if digitsOnly(v) {
		return len(v) <= 10
	}
	letters, upper, digits, turns := 0, 0, 0, 0
	for i, c := range v {
		low := lowerByte(c)
		switch {
		case low >= 'a' && low <= 'z':
			letters++
			if isUpper(c) {
				upper++
			}
		case c >= '0' && c <= '9':
			digits++
		default:
			return false
		}
		if i > 0 && isDigit(c) != isDigit(v[i-1]) {
			turns++
		}
	}
	if digits > 0 {
		// 30s, 1h30m, 512MiB; HS256, sha512, v2
		return isDigit(v[0]) && letters <= 3 && digits <= 6 || turns == 1 && letters <= 3 && digits <= 3 || string(v[:min(len(v), 3)]) == "sha"
	}
	return letters <= 20 && (upper == 0 || upper == letters && letters < 16 || upper <= 1+letters/4 && isCamel(v))
}

// isCamel recognises capitals that each begin a word: createdAt, userID.
func isCamel(v []byte) bool {
	v = bytes.TrimSuffix(v, []byte("ID"))
	for i, c := range v {
		if isUpper(c) && (i+1 == len(v) || isUpper(v[i+1])) {
			return false
		}
	}
	return true
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// looksRandom recognises a value with a long run in which letters and digits, or
// cases, are mixed.
func looksRandom(v []byte) bool {
	from := 0
	for i := 0; i <= len(v); i++ {
		if i < len(v) && (isDigit(v[i]) || isLetter(lowerByte(v[i])) || v[i] == '+' || v[i] == '=') {
			continue
		}
		if run := v[from:i]; len(run) >= 16 && !plainWord(run) {
			return true
		}
		from = i + 1
	}
	return false
}
