package bind

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// minDistinct is how long a value must be to be replaced wherever it stands.
const minDistinct = 5

// distinct reports whether a value hardly means anything else where it stands
// alone: "web-1" and "t_42", but not "busybox" or "8080".
func distinct(v string) bool {
	return len(v) >= minDistinct && strings.ContainsAny(v, "0123456789-_.") && !digits(v)
}

// pattern is bytes that are replaced.
type pattern struct {
	from, to []byte
	free     bool // may stand anywhere between other bytes than letters and digits
	begins   bool // stands where a name may begin, see beginning
}

// Replacer replaces values in bytes. It is safe for concurrent use.
type Replacer struct {
	first   [256]bool // bytes that a pattern begins with
	json    [256][]pattern
	any     [256][]pattern // in what is not JSON
	longest int
}

func newReplacer() *Replacer { return &Replacer{} }

// empty reports whether nothing is replaced.
func (r *Replacer) empty() bool { return r.longest == 0 }

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
	case b.Port:
		r.inJSON(ports, b.Recorded, b.Live)
	case distinct(b.Recorded):
		r.add(b.Recorded, b.Live, true)
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
func (r *Replacer) begin(table *[256][]pattern, from, to string) {
	for _, separator := range []string{"-", "_"} {
		r.put(table, pattern{from: []byte(from + separator), to: []byte(to + separator), begins: true})
	}
}

// beginning reports whether a name may begin behind a byte. The byte 0 means the beginning of the text.
func beginning(before byte) bool {
	return before == 0 || strings.IndexByte(`"/ :=,`, before) >= 0
}

func (r *Replacer) inJSON(contexts []string, recorded, live string) {
	for _, c := range contexts {
		from := []byte(strings.Replace(c, "%", recorded, 1))
		r.put(&r.json, pattern{from: from, to: []byte(strings.Replace(c, "%", live, 1))})
	}
}

// secret replaces a placeholder with its secret.
func (r *Replacer) secret(placeholder, live string) {
	escaped, _ := json.Marshal(live) // texts always encode
	r.put(&r.json, pattern{from: []byte(placeholder), to: escaped[1 : len(escaped)-1]})
	r.put(&r.any, pattern{from: []byte(placeholder), to: []byte(live)})
}

func (r *Replacer) add(from, to string, free bool) {
	p := pattern{from: []byte(from), to: []byte(to), free: free}
	r.put(&r.json, p)
	r.put(&r.any, p)
}

func (r *Replacer) put(table *[256][]pattern, p pattern) {
	c := p.from[0]
	table[c] = append(table[c], p)
	r.first[c] = true
	r.longest = max(r.longest, len(p.from))
}

// done puts longer patterns first.
func (r *Replacer) done() {
	for _, table := range []*[256][]pattern{&r.json, &r.any} {
		for c := range table {
			slices.SortFunc(table[c], func(a, b pattern) int {
				if d := len(b.from) - len(a.from); d != 0 {
					return d
				}
				return bytes.Compare(a.from, b.from)
			})
		}
	}
}

// at finds the pattern at p[i]. more says that bytes may follow p: then maybe
// tells that a pattern may begin at i and go on in them.
func (r *Replacer) at(p []byte, i int, before byte, json, more bool) (found *pattern, maybe bool) {
	table := &r.any
	if json {
		table = &r.json
	}
	list := table[p[i]]
	for k := range list {
		q := &list[k]
		rest := p[i:]
		if q.free && alnum(before) || q.begins && !beginning(before) {
			continue
		}
		if len(rest) < len(q.from) || more && q.free && len(rest) == len(q.from) {
			n := min(len(rest), len(q.from))
			if more && string(rest[:n]) == string(q.from[:n]) {
				return nil, true
			}
			continue
		}
		if string(rest[:len(q.from)]) != string(q.from) {
			continue
		}
		if q.free && len(rest) > len(q.from) && alnum(rest[len(q.from)]) {
			continue
		}
		return q, false
	}
	return nil, false
}

// All appends p with everything replaced.
func (r *Replacer) All(dst, p []byte, json bool) []byte {
	dst, _ = r.some(dst, p, 0, json, false)
	return dst
}

// some appends p with everything replaced, up to where a pattern may go on
// behind p; n is how many bytes of p that are.
func (r *Replacer) some(dst, p []byte, before byte, json, more bool) (out []byte, n int) {
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
		q, maybe := r.at(p, i, prev, json, more)
		switch {
		case maybe:
			return append(dst, p[from:i]...), i
		case q != nil:
			dst = append(append(dst, p[from:i]...), q.to...)
			i += len(q.from)
			from = i
		default:
			i++
		}
	}
	return append(dst, p[from:]...), len(p)
}
