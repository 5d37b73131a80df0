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
// asterisk matches any run of characters.
func NewNames(extra ...string) Names {
	n := Names{}
	for _, e := range extra {
		n.extra = append(n.extra, strings.ToLower(e))
	}
	return n
}

// Strength says how likely the value of a name is a secret.
type Strength uint8

const (
	Harmless Strength = iota // never by its name
	Hint                     // TOKEN_TTL: about a secret; it is one if it looks random
	Weak                     // SSH_KEY: it is one if it can be one, see MayBeSecret
	Strong                   // DB_PASSWORD: it is one whatever it is
)

// Strength judges a name:
//
//  1. an extra name of the user is strong;
//  2. an innocent name is harmless;
//  3. a name that ends with a place word tells where something is
//     (POSTGRES_PASSWORD_FILE) and is harmless;
//  4. a name that contains one of the strong fragments, punctuation and digits
//     left out, is strong: API_KEY, MYSQLPASSWORD2; so is one with a strong
//     word or a word that ends with one: MYPASS, DBPWD, but not COMPASS;
//  5. a name that has one of the weak words and no public word is weak; words
//     are what is between punctuation, digits and changes of case:
//     SSH_KEY and sshKey, not MONKEY, not SSH_PUBLIC_KEY;
//  6. what would be strong or weak and ends with an attribute (TOKEN_TTL,
//     PASSWORD_MIN_LENGTH) is a hint.
func (n Names) Strength(name string) Strength {
	for _, e := range n.extra {
		if matchWildcard(e, strings.ToLower(name)) {
			return Strong
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
	if nameLists().innocent[string(lower)] {
		return Harmless
	}
	last, strength, public := "", Harmless, false
	for word := range words(name) {
		last = word
		strength = max(strength, wordStrength(word))
		public = public || foldIn(publicWords, word)
	}
	if len(last) < len(letters) && foldIn(placeWords, last) {
		return Harmless
	}
	if strength == Weak && public {
		strength = Harmless
	}
	for _, f := range strongFragments {
		if strings.Contains(string(letters), f) {
			strength = Strong
		}
	}
	for _, f := range weakFragments {
		if strings.Contains(string(letters), f) {
			strength = max(strength, Weak)
		}
	}
	if strength > Hint && len(last) < len(letters) && foldIn(attributeWords, last) {
		return Hint
	}
	if strings.Contains(string(letters), "webhook") {
		return Strong // the URL is the secret
	}
	return strength
}

// wordStrength judges one word of a name.
func wordStrength(word string) Strength {
	switch {
	case foldIn(strongWords, word):
		return Strong
	case foldIn(weakWords, word):
		return Weak
	}
	for _, end := range strongWords {
		if n := len(word) - len(end); n > 0 && strings.EqualFold(word[n:], end) && !foldIn(innocentWords, word) {
			return Strong
		}
	}
	if n := len(word) - len("token"); n > 0 && strings.EqualFold(word[n:], "token") {
		return Weak
	}
	return Harmless
}

var strongFragments = []string{
	"password", "passwd", "passwrd", "passwort", "kennwort", "passphrase", "passcode", "secret", "connectionstring",
	"apikey", "accesskey", "authkey", "privatekey", "signingkey", "encryptionkey", "masterkey", "accountkey", "sharedkey",
	"sessiontoken", "accesstoken", "refreshtoken", "securitytoken", "apitoken", "authtoken",
}

// strongWords end other words, too.
var strongWords = []string{"pass", "pwd", "pw", "psw"}

var weakFragments = []string{"credential", "authorization", "bearer", "basicauth", "digestauth"}

var weakWords = []string{
	"token", "tokens", "pat", "key", "keys", "auth", "oauth", "jwt", "cookie", "hmac", "salt", "dsn", "sas", "cred", "creds",
	"otp", "totp", "pin", "csrf", "xsrf", "macaroon",
}

// innocentWords end like strong words.
var innocentWords = []string{"compass", "bypass", "encompass", "surpass", "trespass", "overpass", "underpass", "multipass"}

// publicWords make a name with one of weakWords harmless, no other name.
var publicWords = []string{"public", "pub", "id", "ids", "fingerprint"}

var placeWords = []string{"file", "path", "dir", "sock", "socket"}

// attributeWords at the end of a name say something about a secret.
var attributeWords = []string{
	"ttl", "url", "uri", "endpoint", "host", "port", "domain", "server", "name", "names", "prefix", "suffix", "length", "len", "size",
	"count", "max", "min", "limit", "timeout", "expiry", "expiration", "expires", "lifetime", "age", "interval", "days", "hours", "minutes", "seconds",
	"type", "kind", "mode", "method", "encryption", "strategy", "algorithm", "alg", "algo", "format", "encoding", "policy", "rotation", "version",
	"enabled", "enable", "disabled", "required", "optional", "header", "field", "column", "provider", "driver", "backend", "issuer", "audience",
	"realm", "scope", "scopes", "samesite", "secure", "rounds", "cost", "charset", "minute", "hasher", "hashers", "usage", "budget", "service", "separator", "removeheader", "headerfield",
}

// innocentNames look secret and are not.
var innocentNames = []string{
	"pwd", "oldpwd", "gpg_key", "tokenizers_parallelism",
	// headers
	"sec-websocket-key", "idempotency-key", "access-control-allow-credentials",
	// flags of clients that say where a secret is, or that there is one
	"password-stdin", "with-registry-auth",
	"secretsusedinargorenv", // a check of BuildKit
	"local.sharedkeyhint",   // of BuildKit: which of the client's folders it is
	// query parameters of the Engine API: key strokes, booleans, and a choice
	"detachkeys", "detach-keys", "rotateworkertoken", "rotatemanagertoken", "rotatemanagerunlockkey", "registryauthfrom",
}

// signatureParams are parameters of URLs that give access to any holder: signed
// ones of S3, Google and Azure storage, and OAuth codes.
var signatureParams = []string{
	"sig", "signature", "x-amz-signature", "x-amz-security-token", "x-amz-credential", "x-goog-signature", "x-goog-credential", "token", "access_token", "code",
}

// IsSignature reports whether a parameter of a URL's query is a secret,
// whatever its value.
func IsSignature(name string) bool { return foldIn(signatureParams, name) }

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

// matchWildcard matches s with a pattern in which * matches any run.
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
