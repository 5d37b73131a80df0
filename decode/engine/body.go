package engine

import (
	"bytes"
	"iter"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// body is a JSON text that may end in the middle of anything. Reading it
// finds what is before the cut and never fails otherwise.
type body []byte

func (b body) decoder() *jsontext.Decoder { return jsontext.NewDecoder(bytes.NewBuffer(b), lenient...) }

var lenient = []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}

// decoders are reused: making one takes as long as reading a small answer.
var decoders = sync.Pool{New: func() any { return &reader{} }}

type reader struct {
	from bytes.Buffer
	json jsontext.Decoder
}

// at returns the value at the end of a path of object keys, or nil. Keys have
// no case, as encoding/json has none for the daemon.
func (b body) at(path ...string) body {
	if len(b) == 0 {
		return nil
	}
	var v body
	b.read(func(d *jsontext.Decoder) { v, _ = b.find(d, path) })
	return v
}

// read calls f with a decoder at the start of the text.
func (b body) read(f func(d *jsontext.Decoder)) {
	r := decoders.Get().(*reader)
	r.from = *bytes.NewBuffer(b)
	r.json.Reset(&r.from, lenient...)
	f(&r.json)
	r.from = bytes.Buffer{}
	r.json.Reset(&r.from) // it must not hold the body
	decoders.Put(r)
}

// only is the object with these of its members: small, for those that look at
// several of them. "Config/Image" is a member of a member.
func (b body) only(paths ...string) body {
	var small body
	b.read(func(d *jsontext.Decoder) {
		if d.PeekKind() != '{' {
			small = b
			return
		}
		small, _ = b.appendOnly(nil, d, paths)
	})
	return small
}

// appendOnly appends the object that comes next, and says whether it was whole.
func (b body) appendOnly(small body, d *jsontext.Decoder, paths []string) (body, bool) {
	if _, err := d.ReadToken(); err != nil {
		return small, false
	}
	small = append(small, '{')
	empty := len(small)
	for d.PeekKind() == '"' {
		key, err := d.ReadValue()
		if err != nil {
			return small, false
		}
		within, wanted := below(paths, key)
		if !wanted {
			if d.SkipValue() != nil {
				return small, false
			}
			continue
		}
		if len(small) > empty {
			small = append(small, ',')
		}
		small = append(small, key...)
		at := d.InputOffset()
		if len(within) > 0 && d.PeekKind() == '{' {
			whole := false
			if small, whole = b.appendOnly(append(small, ':'), d, within); !whole {
				return small, false
			}
			continue
		}
		v, err := d.ReadValue()
		if err != nil {
			return append(small, b[at:]...), false // cut in the middle of this value
		}
		small = append(append(small, ':'), v...)
	}
	if _, err := d.ReadToken(); err != nil {
		return small, false
	}
	return append(small, '}'), true
}

// below is what of the paths is below a key, and whether the key is in any.
func below(paths []string, key jsontext.Value) (within []string, wanted bool) {
	for _, p := range paths {
		first, rest, more := strings.Cut(p, "/")
		if !isKey(key, first) {
			continue
		}
		wanted = true
		if more {
			within = append(within, rest)
		}
	}
	return within, wanted
}

// isKey compares a key in its quotes with a name.
func isKey(quoted jsontext.Value, name string) bool {
	if bytes.IndexByte(quoted, '\\') < 0 {
		return len(quoted) > 1 && strings.EqualFold(string(quoted[1:len(quoted)-1]), name)
	}
	s, err := jsontext.AppendUnquote(nil, quoted)
	return err == nil && strings.EqualFold(string(s), name)
}

// find reads the next value, and returns what is at the path in it. Of equal keys
// the last counts; objects under equal keys are merged, as encoding/json decodes
// each into the same struct. whole says that nothing was cut.
func (b body) find(d *jsontext.Decoder, path []string) (found body, whole bool) {
	if len(path) == 0 {
		v, err := d.ReadValue()
		if err != nil {
			return nil, false
		}
		if v.Kind() == 'n' {
			return nil, true
		}
		end := d.InputOffset()
		return b[end-int64(len(v)) : end : end], true
	}
	if d.PeekKind() != '{' {
		return nil, d.SkipValue() == nil
	}
	if _, err := d.ReadToken(); err != nil {
		return nil, false
	}
	for d.PeekKind() == '"' {
		key, err := d.ReadValue()
		if err != nil {
			return found, false
		}
		if !isKey(key, path[0]) {
			if d.SkipValue() != nil {
				return found, false
			}
			continue
		}
		v, ok := b.find(d, path[1:])
		if v != nil {
			found = v
		}
		if !ok {
			return found, false
		}
	}
	_, err := d.ReadToken()
	return found, err == nil
}

// enter moves into an object, up to the value of a key.
func enter(d *jsontext.Decoder, key string) bool {
	if d.PeekKind() != '{' {
		return false
	}
	if _, err := d.ReadToken(); err != nil {
		return false
	}
	for d.PeekKind() == '"' {
		k, err := d.ReadValue()
		if err != nil {
			return false
		}
		if isKey(k, key) {
			return true
		}
		if d.SkipValue() != nil {
			return false
		}
	}
	return false
}

// text is the string at the path, or the literal of a number or boolean; ""
// for anything else.
func (b body) text(path ...string) string {
	v := b.at(path...)
	switch jsontext.Value(v).Kind() {
	case '"':
		if bytes.IndexByte(v, '\\') < 0 && utf8.Valid(v) {
			return string(v[1 : len(v)-1])
		}
		s, err := jsontext.AppendUnquote(nil, v)
		if err != nil {
			return ""
		}
		return string(s)
	case '0', 't', 'f':
		return string(v)
	}
	return ""
}

// number is the number at the path, or 0.
func (b body) number(path ...string) int64 {
	n, err := strconv.ParseFloat(b.text(path...), 64)
	if err != nil {
		return 0
	}
	return int64(n)
}

func (b body) isTrue(path ...string) bool { return b.text(path...) == "true" }

// items yields the elements of the array at the path, or the members of an
// object there, as far as they are whole. Unlike at it looks into an array
// that was cut.
func (b body) items(path ...string) iter.Seq2[string, body] {
	return func(yield func(string, body) bool) {
		b.walk(path, yield)
	}
}

// count is the number of whole items, and whether they are all.
func (b body) count(path ...string) (n int, all bool) {
	all = b.walk(path, func(string, body) bool { n++; return true })
	return n, all
}

// walk reports whether it saw the end of the array or object.
func (b body) walk(path []string, yield func(string, body) bool) (whole bool) {
	if len(b) == 0 {
		return false
	}
	if len(path) > 0 {
		if v := b.at(path...); v != nil {
			return v.walk(nil, yield)
		}
	}
	b.read(func(d *jsontext.Decoder) { whole = walk(d, path, yield) })
	return whole
}

func walk(d *jsontext.Decoder, path []string, yield func(string, body) bool) bool {
	for _, key := range path {
		if !enter(d, key) {
			return false
		}
	}
	object := d.PeekKind() == '{'
	if !object && d.PeekKind() != '[' {
		return d.PeekKind() == 'n'
	}
	if _, err := d.ReadToken(); err != nil {
		return false
	}
	for d.PeekKind() != ']' && d.PeekKind() != '}' {
		key := ""
		if object {
			t, err := d.ReadToken()
			if err != nil {
				return false
			}
			key = t.String()
		}
		v, err := d.ReadValue()
		if err != nil || !yield(key, body(v)) {
			return false
		}
	}
	return true
}

// strings are the strings of the array at the path; a lone string counts as
// an array of one.
func (b body) strings(path ...string) []string {
	if s := b.text(path...); s != "" {
		return []string{s}
	}
	var all []string
	for _, v := range b.items(path...) {
		all = append(all, v.text())
	}
	return all
}

// values yields the complete values of a sequence of JSON texts. Record separators
// (RFC 7464) may be between them; JSON has no such byte.
func (b body) values() iter.Seq[body] {
	return func(yield func(body) bool) {
		b := body(bytes.ReplaceAll(b, []byte{0x1e}, []byte{' '}))
		d := b.decoder()
		for {
			v, err := d.ReadValue()
			if err != nil || !yield(body(v)) {
				return
			}
		}
	}
}
