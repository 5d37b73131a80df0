package match

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Leaf is a value of a request and where it stands.
type Leaf struct {
	Place string
	Value string // of a body: JSON text, so that 1 is not "1"
	Live  string // as it came, where Value is in the recording's words; else ""

	content *content // nil: Value is all there is
}

// key is a digest that stands for leaves.
type key [16]byte

// keyOf makes a key from strings and leaves.
func keyOf(leaves []Leaf, parts ...string) key {
	h := sha256.New()
	for _, p := range parts {
		h.Write(strconv.AppendInt(nil, int64(len(p)), 10))
		h.Write([]byte(p))
	}
	for i := range leaves {
		h.Write([]byte(leaves[i].Place))
		h.Write([]byte{0})
		h.Write([]byte(plain(leaves[i].Value)))
		h.Write([]byte{1})
	}
	var sum [sha256.Size]byte
	return key(h.Sum(sum[:0])[:len(key{})])
}

func sortLeaves(leaves []Leaf) {
	slices.SortStableFunc(leaves, func(a, b Leaf) int { return strings.Compare(a.Place, b.Place) })
}

// flattener takes JSON apart.
type flattener struct {
	skip      func(place string) bool
	translate func(string) string
	out       []Leaf
	plain     bool // strings as they are, not as JSON
}

// parseJSON parses one JSON value, numbers as text. ok is false for anything
// else.
func parseJSON(b []byte) (v any, ok bool) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if d.Decode(&v) != nil || d.More() {
		return nil, false
	}
	return v, true
}

// walk appends the leaves of v, of which dockerd makes a t; nil: unknown.
// A member that means what leaving it out means is left out. A place that is
// skipped takes everything beneath with it.
func (f *flattener) walk(place string, v any, t reflect.Type) {
	if f.skip(place) {
		return
	}
	switch v := v.(type) {
	case nil:
	case map[string]any:
		if len(v) == 0 {
			f.add(place, "{}")
		}
		data := keyed(t)
		for k, e := range v {
			if data {
				f.element(place+"."+f.translate(k), e, child(t, k))
			} else if !isZero(e, member(t, k)) {
				f.walk(place+"."+k, e, child(t, k))
			}
		}
	case []any:
		if len(v) == 0 {
			f.add(place, "[]")
		}
		for i, e := range f.ordered(place, v) {
			f.element(place+"."+strconv.Itoa(i), e, child(t, ""))
		}
	case string:
		f.text(place, v)
	case json.Number:
		f.add(place, v.String())
	case bool:
		f.add(place, strconv.FormatBool(v))
	}
}

// element walks what is at a key or an index that counts by itself: that it
// is there shows, also when it is zero.
func (f *flattener) element(place string, v any, t reflect.Type) {
	if m, ok := v.(map[string]any); (ok || v == nil && pointed(t) != nil && pointed(t).Kind() == reflect.Struct) && t != nil && isZero(m, t) && !f.skip(place) {
		f.add(place, "{}")
		return
	}
	f.walk(place, v, t)
}

func (f *flattener) add(place, value string) { f.out = append(f.out, Leaf{Place: place, Value: value}) }

func (f *flattener) text(place, v string) {
	v = inOrder(place, v)
	if imagePlaces[place] {
		v = familiar(v)
	}
	s := f.translate(v)
	l := Leaf{Place: place, Value: s}
	if s != v {
		l.Live = v
	}
	if !f.plain {
		l.Value = quote(s)
		if s != v {
			l.Live = quote(v)
		}
	}
	f.out = append(f.out, l)
}

// imagePlaces hold names of images. Clients write those of Docker Hub in full or not:
// docker did for commits and tags in some versions.
var imagePlaces = map[string]bool{
	"path.name": true, "query.repo": true, "query.fromImage": true, "query.names": true, "query.t": true, "body.Image": true,
}

// familiar is the name of an image as people write it (distribution/reference,
// FamiliarName).
func familiar(name string) string {
	if rest, ok := strings.CutPrefix(name, "docker.io/"); ok {
		return strings.TrimPrefix(rest, "library/")
	}
	return name
}

// quote writes a string as JSON, without escaping what HTML would.
func quote(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string always encodes
	return strings.TrimSuffix(b.String(), "\n")
}

// unquote is the string that a leaf's value means; ok is false when it is no
// string.
func unquote(value string) (s string, ok bool) {
	if len(value) < 2 || value[0] != '"' {
		return "", false
	}
	return s, json.Unmarshal([]byte(value), &s) == nil
}
