package engine

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// Names decides which names (of environment variables, build arguments,
// options, labels, headers, query parameters) have a secret for a value. The
// zero value uses the lists in this file alone.
type Names struct{ extra []string }

// NewNames adds names to the lists of this file. Case does not matter; an
// asterisk stands for any run of characters.
func NewNames(extra ...string) Names {
	n := Names{}
	for _, e := range extra {
		n.extra = append(n.extra, strings.ToLower(e))
	}
	return n
}

// LooksSecret is the rule of the zero Names.
func LooksSecret(name string) bool { return Names{}.LooksSecret(name) }

// LooksSecret reports whether the value that goes by this name is a secret:
//
//  1. an extra name of the user is secret;
//  2. an innocent name is not;
//  3. a name that ends with a place word tells where something is
//     (POSTGRES_PASSWORD_FILE) and is not;
//  4. a name that contains one of the fragments, punctuation and digits apart,
//     is: API_KEY, MYSQLPASSWORD2;
//  5. a name that has one of the secret words and no public word is; words
//     are what stands between punctuation, digits and changes of case:
//     SSH_KEY and sshKey, not MONKEY, not SSH_PUBLIC_KEY.
func (n Names) LooksSecret(name string) bool {
	for _, e := range n.extra {
		if matchWildcard(e, strings.ToLower(name)) {
			return true
		}
	}
	var lowerBuf, lettersBuf [64]byte
	lower, letters := lowerBuf[:0], lettersBuf[:0]
	for i := range len(name) {
		c := lowerByte(name[i])
		lower = append(lower, c)
		if isLetter(c) {
			letters = append(letters, c)
		}
	}
	lists := nameLists()
	if lists.innocent[string(lower)] {
		return false
	}
	last, secret, public := "", false, false
	for word := range words(name) {
		last = word
		secret = secret || foldIn(secretWords, word)
		public = public || foldIn(publicWords, word)
	}
	if len(last) < len(letters) && foldIn(placeWords, last) {
		return false
	}
	for _, f := range secretFragments {
		if strings.Contains(string(letters), f) {
			return true
		}
	}
	return secret && !public
}

var secretFragments = []string{
	"password", "passwd", "passphrase", "passcode", "secret", "token", "credential",
	"authorization", "bearer", "webhook", "connectionstring",
	"apikey", "accesskey", "privatekey", "signingkey", "masterkey", "accountkey", "sharedkey",
}

var secretWords = []string{
	"pass", "pwd", "pw", "pat", "key", "keys", "auth", "oauth", "jwt", "cookie",
	"hmac", "salt", "dsn", "sas", "cred", "creds",
}

// publicWords take the weight off secretWords, not off the fragments.
var publicWords = []string{"public", "pub", "id", "fingerprint"}

var placeWords = []string{"file", "path", "dir", "sock", "socket"}

// innocentNames look secret and are not.
var innocentNames = []string{
	"pwd", "oldpwd", "gpg_key", "tokenizers_parallelism",
	// headers
	"sec-websocket-key", "idempotency-key", "access-control-allow-credentials",
	// query parameters of the Engine API: key strokes, booleans, and a choice
	"detachkeys", "rotateworkertoken", "rotatemanagertoken", "rotatemanagerunlockkey", "registryauthfrom",
}

// plainHeaders come with nearly every message; they are listed for speed.
var plainHeaders = []string{
	"accept", "accept-encoding", "api-version", "builder-version", "cache-control", "connection", "content-length",
	"content-type", "date", "docker-experimental", "host", "ostype", "pragma", "server", "swarm",
	"transfer-encoding", "upgrade", "user-agent",
}

type nameTables struct{ innocent map[string]bool }

var nameLists = sync.OnceValue(func() *nameTables {
	t := &nameTables{innocent: map[string]bool{}}
	for _, list := range [][]string{innocentNames, plainHeaders} {
		for _, name := range list {
			t.innocent[name] = true
		}
	}
	return t
})

// words yields the words of API_KEY, api-key, apiKey and API2KEY.
func words(name string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		start := 0
		for i := range len(name) {
			c := name[i]
			boundary := isUpper(c) && i > 0 && !isUpper(name[i-1])
			if (boundary || !isLetter(lowerByte(c))) && i > start && !yield(name[start:i]) {
				return
			}
			switch {
			case !isLetter(lowerByte(c)):
				start = i + 1
			case boundary:
				start = i
			}
		}
		if start < len(name) {
			yield(name[start:])
		}
	}
}

func foldIn(list []string, word string) bool {
	for _, w := range list {
		if len(w) == len(word) && strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}

func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }

// isLetter counts bytes beyond ASCII as letters: they belong to words.
func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= utf8.RuneSelf }

func lowerByte(c byte) byte {
	if isUpper(c) {
		return c + 'a' - 'A'
	}
	return c
}

// matchWildcard matches s with a pattern in which * stands for any run.
func matchWildcard(pattern, s string) bool {
	before, rest, wild := strings.Cut(pattern, "*")
	if !wild {
		return pattern == s
	}
	s, ok := strings.CutPrefix(s, before)
	if !ok {
		return false
	}
	for {
		var part string
		part, rest, wild = strings.Cut(rest, "*")
		if !wild {
			return strings.HasSuffix(s, part)
		}
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s = s[i+len(part):]
	}
}
