package bind

import (
	"encoding/json"
	"strings"
)

// minDistinct is how long a value must be to be replaced wherever it stands.
const minDistinct = 5

// longNumber reports whether a value is a number of a run, or a time, which is replaced
// so where a rule calls it volatile.
func longNumber(v string) bool { return len(v) >= 6 && digits(v) }

// distinct reports whether a value hardly means anything else where it stands
// alone: "web-1" and "t_42", but not "busybox" or "8080".
func distinct(v string) bool {
	return len(v) >= minDistinct && strings.ContainsAny(v, "0123456789-_.") && !digits(v)
}

// Replacer replaces values in bytes. What is learned makes another one: it never
// changes, and is safe for concurrent use.
type Replacer struct {
	first [256]bool // bytes that a pattern begins with
	json  patterns
	any   patterns // in what is not JSON
}

func newReplacer() *Replacer { return &Replacer{} }

// empty reports whether nothing is replaced.
func (r *Replacer) empty() bool { return r.json.kinds|r.any.kinds == 0 }

// contexts are where the API's JSON has names, with the name as %.
var contexts = []string{
	`"/%"`, `"Name":"%"`, `"name":"%"`, `"%":{`, `"container":"%"`, `"Container":"%"`,
	`"NetworkMode":"%"`, `"Source":"%"`, `/volumes/%/`, `"%:/`, `: %"`, `"RepoTags":["%"`,
}

// ports are where the API's JSON has host ports.
var ports = []string{`"HostPort":"%"`, `"PublicPort":%,`}

// learn adds the patterns of a binding.
func (r *Replacer) learn(b *Binding) {
	switch {
	case b.Number && !b.Volatile:
		r.inJSON(ports, b.Recorded, b.Live)
	case b.Number:
		for _, key := range b.keys {
			r.inJSON([]string{`"` + key + `":%,`, `"` + key + `":%}`}, b.Recorded, b.Live)
		}
	case distinct(b.Recorded), b.Volatile && longNumber(b.Recorded):
		r.add(b.Recorded, b.Live)
	default:
		r.inJSON(contexts, b.Recorded, b.Live)
		for _, key := range b.keys {
			r.inJSON([]string{`"` + key + `":"%"`}, b.Recorded, b.Live)
		}
		if b.project {
			r.begin(&r.json, b.Recorded, b.Live)
		}
	}
}

// begin adds a project's name where it begins another name.
func (r *Replacer) begin(table *patterns, from, to string) {
	for _, separator := range []string{"-", "_"} {
		r.put(table, from+separator, pattern{to: to + separator, kind: begins})
	}
}

// beginning reports whether a name may begin behind a byte. The byte 0 means the beginning of the text.
func beginning(before byte) bool { return before == 0 || strings.IndexByte(`"/ :=,`, before) >= 0 }

func (r *Replacer) inJSON(contexts []string, recorded, live string) {
	for _, c := range contexts {
		r.put(&r.json, strings.Replace(c, "%", recorded, 1), pattern{to: strings.Replace(c, "%", live, 1), kind: plain})
	}
}

// secret replaces a placeholder with its secret.
func (r *Replacer) secret(placeholder, live string) {
	escaped, _ := json.Marshal(live) // texts always encode
	r.put(&r.json, placeholder, pattern{to: string(escaped[1 : len(escaped)-1]), kind: plain})
	r.put(&r.any, placeholder, pattern{to: live, kind: plain})
}

// add adds a value that is replaced where it stands alone.
func (r *Replacer) add(from, to string) {
	r.put(&r.json, from, pattern{to: to, kind: free})
	r.put(&r.any, from, pattern{to: to, kind: free})
}

func (r *Replacer) put(table *patterns, from string, p pattern) {
	if from != "" {
		*table = *table.with(from, p)
		r.first[from[0]] = true
	}
}

// All appends p with everything replaced.
func (r *Replacer) All(dst, p []byte, json bool) []byte {
	dst, _ = r.some(dst, p, 0, json, false)
	return dst
}

// some appends p with everything replaced, up to where a pattern may go on
// behind p; n is how many bytes of p that are.
func (r *Replacer) some(dst, p []byte, before byte, json, more bool) (out []byte, n int) {
	table := &r.any
	if json {
		table = &r.json
	}
	from := 0
	for i := 0; i < len(p); {
		if !r.first[p[i]] {
			i++
			continue
		}
		prev := before
		if i > 0 {
			prev = p[i-1]
		}
		to, length, maybe := table.at(p[i:], prev, more)
		switch {
		case maybe:
			return append(dst, p[from:i]...), i
		case length > 0:
			dst = append(append(dst, p[from:i]...), to...)
			i += length
			from = i
		default:
			i++
		}
	}
	return append(dst, p[from:]...), len(p)
}
