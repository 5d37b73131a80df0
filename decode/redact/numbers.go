package redact

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"hash"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/dockwire/dockwire/decode/engine"
)

// maxNumbered bounds how many different secrets are told apart.
// Beyond it each gets a number of its own, equal or not.
const maxNumbered = 1 << 16

// numbers gives equal secrets equal numbers: it knows them by an HMAC with a
// key that lives and dies with the process.
type numbers struct {
	key    [32]byte
	mac    hash.Hash
	sum    [sha256.Size]byte
	last   map[string]int    // number of the last placeholder, by kind
	seen   map[[16]byte]mark // whatever their kind: a secret that comes back has the same placeholder
	echoes echoes
}

// mark is what is known of a secret that was seen.
type mark struct {
	as    string // "env.2"
	shape string
}

func newNumbers() *numbers {
	n := &numbers{last: map[string]int{}, seen: map[[16]byte]mark{}}
	rand.Read(n.key[:]) // never fails, crypto/rand
	n.mac = n.begin()
	return n
}

// begin returns a hash for a secret that comes in pieces; end gives its mark.
func (n *numbers) begin() hash.Hash                      { return hmac.New(sha256.New, n.key[:]) }
func (n *numbers) end(kindName string, h hash.Hash) mark { return n.mark(kindName, h, nil) }

// of gives the mark of a secret. shape is asked once per secret.
func (n *numbers) of(kindName string, secret []byte, shape func([]byte) string) mark {
	m := n.mark(kindName, n.hash(secret), func() string {
		if shape == nil {
			return ""
		}
		return shape(secret)
	})
	switch kindName {
	// A word there is a name: https://deploy@host/, or the folder context that a build
	// is made from, which BuildKit calls a shared key.
	case "username", kindUnparsed, kindURL, "session_key", "source_option":
		if !engine.MayBeSecret(engine.Weak, secret) {
			return m
		}
	}
	if n.echoes.learn(secret) {
		n.echoes.learnParts(kindName, secret)
		for _, form := range otherForms(secret) {
			n.echoes.learn(form)
			n.alias(form, m)
		}
	}
	return m
}

func (n *numbers) hash(secret []byte) hash.Hash {
	n.mac.Reset()
	n.mac.Write(secret)
	return n.mac
}

// alias gives another form of a secret its mark.
func (n *numbers) alias(form []byte, m mark) {
	if id := [16]byte(n.hash(form).Sum(n.sum[:0])); len(n.seen) < maxNumbered && n.seen[id] == (mark{}) {
		n.seen[id] = m
	}
}

// otherForms are the ways in which texts repeat a value: in quotes, as Go's %q
// and JSON have it, through a terminal, and in a URL.
func otherForms(value []byte) (forms [][]byte) {
	add := func(form string) {
		if form != string(value) && !slices.ContainsFunc(forms, func(f []byte) bool { return string(f) == form }) {
			forms = append(forms, []byte(form))
		}
	}
	v := string(value)
	quoted := strconv.Quote(v)
	add(quoted[1 : len(quoted)-1])
	if asJSON, err := json.Marshal(v); err == nil {
		add(string(asJSON[1 : len(asJSON)-1]))
	}
	add(strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(v)) // JSON with <, > and & as they are
	add(strings.ReplaceAll(v, "\n", "\r\n"))
	add(url.QueryEscape(v))
	add(url.PathEscape(v))
	return forms
}

// fresh gives a mark that no other secret will get.
func (n *numbers) fresh(kindName string) mark { return mark{as: n.next(kindName)} }

func (n *numbers) mark(kindName string, h hash.Hash, shape func() string) mark {
	id := [16]byte(h.Sum(n.sum[:0]))
	if m, ok := n.seen[id]; ok {
		return m
	}
	m := mark{as: n.next(kindName)}
	if shape != nil {
		m.shape = shape()
	}
	if len(n.seen) < maxNumbered {
		n.seen[id] = m
	}
	return m
}

func (n *numbers) next(kindName string) string {
	n.last[kindName]++
	return kindName + "." + strconv.Itoa(n.last[kindName])
}

const (
	placeholderStart = "{{redacted."
	placeholderEnd   = "}}"
)

// appendPlaceholder writes {{redacted.KIND.N}}.
func appendPlaceholder(dst []byte, as string) []byte {
	dst = append(dst, placeholderStart...)
	dst = append(dst, as...)
	return append(dst, placeholderEnd...)
}

// isPlaceholder tells a value that was replaced before: a recording that is
// read again, or a client that sends what a recording told it.
func isPlaceholder(v []byte) bool {
	rest, ok := cutPrefix(v, placeholderStart)
	if !ok || len(rest) > 80 {
		return false
	}
	n := nameChars.run(rest)
	return n > 0 && string(rest[n:]) == placeholderEnd
}

func cutPrefix(s []byte, prefix string) ([]byte, bool) {
	if len(s) < len(prefix) || string(s[:len(prefix)]) != prefix {
		return s, false
	}
	return s[len(prefix):], true
}
