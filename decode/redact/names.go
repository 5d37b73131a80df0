package redact

import (
	"path"
	"strings"

	"github.com/dockwire/dockwire/decode/engine"
)

// maxVerdicts bounds how many names are remembered.
const maxVerdicts = 4096

// names remembers how secret names look: the same few come again and again.
type names struct {
	rule     engine.Names
	extra    []string // of the user, in lower case
	verdicts map[string]engine.Strength
	keys     map[string]bool
}

func newNames(extra []string) *names {
	n := &names{rule: engine.NewNames(extra...), verdicts: map[string]engine.Strength{}, keys: map[string]bool{}}
	for _, e := range extra {
		n.extra = append(n.extra, strings.ToLower(e))
	}
	return n
}

// secret reports whether the value that goes by this name is a secret.
func (n *names) secret(name, value []byte) bool {
	s := n.strength(name)
	return s > engine.Harmless && engine.MayBeSecret(s, value)
}

// suspect reports whether what goes by this name may be a secret.
func (n *names) suspect(name []byte) bool { return n.strength(name) >= engine.Weak }

func (n *names) strength(name []byte) engine.Strength {
	if v, ok := n.verdicts[string(name)]; ok {
		return v
	}
	v := n.rule.Strength(string(name))
	if len(n.verdicts) < maxVerdicts && len(name) < 256 {
		n.verdicts[string(name)] = v
	}
	return v
}

// key reports whether the user named a JSON key: its value is secret wherever
// it stands.
func (n *names) key(key []byte) bool {
	if len(n.extra) == 0 {
		return false
	}
	if v, ok := n.keys[string(key)]; ok {
		return v
	}
	v, folded := false, string(fold(nil, key))
	for _, e := range n.extra {
		ok, err := path.Match(e, folded)
		v = v || ok || err != nil && e == folded
	}
	if len(n.keys) < maxVerdicts && len(key) < 256 {
		n.keys[string(key)] = v
	}
	return v
}
