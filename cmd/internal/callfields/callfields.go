// Package callfields says which fields of which calls a flag became, by
// comparing the calls of a command line with those of the same line without
// the flag. It is pure: calls in, differences out.
package callfields

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/dockwire/dockwire/decode/engine"
)

// Call is one request that a command made.
type Call struct {
	ID     uint64 // order of requests
	Name   string // operation id, or method and path
	Method string
	Path   string // without version and query
	Query  url.Values
	Body   any // as encoding/json decodes it; nil: none, or no JSON
}

// NewCall makes a call from a request's parts. A body that is no JSON is left
// out.
func NewCall(name, method, path, rawQuery string, body []byte) Call {
	c := Call{Name: name, Method: method, Path: path}
	c.Query, _ = url.ParseQuery(rawQuery)
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&c.Body); err != nil {
		c.Body = nil
	}
	return c
}

// Difference is one thing that a flag changed.
type Difference struct {
	Call  string // the operation
	Place string // "query name", "path id", HostConfig.PortBindings["80/tcp"]; "": the call itself
	With  string // the value as JSON; "": the flag takes it away
	Only  string // for the call itself: "made", "not made"
}

// Compare returns what is different with the flag.
func Compare(with, without []Call) []Difference {
	var out []Difference
	for i, c := range with {
		other, ok := nth(without, c.Name, count(with[:i], c.Name))
		if !ok {
			out = append(out, Difference{Call: c.Name, Only: "made"})
			continue
		}
		out = append(out, fields(c, other)...)
	}
	for i, c := range without {
		if _, ok := nth(with, c.Name, count(without[:i], c.Name)); !ok {
			out = append(out, Difference{Call: c.Name, Only: "not made"})
		}
	}
	return slices.CompactFunc(out, func(a, b Difference) bool { return a == b })
}

func count(calls []Call, name string) int {
	n := 0
	for _, c := range calls {
		if c.Name == name {
			n++
		}
	}
	return n
}

// nth finds the call of a name that has n of that name before it.
func nth(calls []Call, name string, n int) (Call, bool) {
	for _, c := range calls {
		if c.Name != name {
			continue
		}
		if n == 0 {
			return c, true
		}
		n--
	}
	return Call{}, false
}

func fields(with, without Call) []Difference {
	d := differ{call: with.Name}
	for _, name := range sorted(with.Query, without.Query) {
		a, b := strings.Join(with.Query[name], ", "), strings.Join(without.Query[name], ", ")
		if a != b {
			d.add("query "+name, quoted(a))
		}
	}
	d.value("", with.Body, without.Body)
	return d.found
}

func quoted(s string) string {
	if s == "" {
		return ""
	}
	if json.Valid([]byte(s)) {
		return s // filters and the like are JSON
	}
	return strconv.Quote(s)
}

func sorted[V any](maps ...map[string]V) []string {
	var names []string
	for _, m := range maps {
		for name := range m {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

type differ struct {
	call  string
	found []Difference
}

func (d *differ) add(place, with string) {
	d.found = append(d.found, Difference{Call: d.call, Place: place, With: with})
}

// value compares what is at one place of the bodies, and goes down as far
// as both have something to go into.
func (d *differ) value(place string, with, without any) {
	if reflect.DeepEqual(with, without) || engine.Empty(with) && hollow(without) {
		return
	}
	a, aIs := with.(map[string]any)
	b, bIs := without.(map[string]any)
	if aIs && (bIs || without == nil) && len(a) > 0 {
		for _, name := range sorted(a, b) {
			if _, had := b[name]; !had && engine.Empty(a[name]) && strings.Contains(name, "/") {
				d.add(join(place, name), text(a[name])) // ports and paths are keys that say all
				continue
			}
			d.value(join(place, name), a[name], b[name])
		}
		return
	}
	list, aIs := with.([]any)
	before, bIs := without.([]any)
	if aIs && bIs && len(before) > 0 {
		d.elements(place, list, before)
		return
	}
	if engine.Empty(with) {
		d.add(place, "")
		return
	}
	d.add(place, text(with))
}

// elements names the elements of a list that are not in the other.
func (d *differ) elements(place string, with, without []any) {
	var more []any
	for _, e := range with {
		if !slices.ContainsFunc(without, func(o any) bool { return reflect.DeepEqual(e, o) }) {
			more = append(more, e)
		}
	}
	if len(more) == 0 {
		d.add(place, text(with))
		return
	}
	d.add(place, text(more))
}

// hollow says that there is nothing but empty values in a value.
func hollow(v any) bool {
	object, ok := v.(map[string]any)
	if !ok {
		return engine.Empty(v)
	}
	for _, inner := range object {
		if !hollow(inner) {
			return false
		}
	}
	return true
}

// join writes a place as jq reads it: a name that is no identifier in
// brackets.
func join(place, name string) string {
	plain := name != "" && strings.IndexFunc(name, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) < 0
	switch {
	case !plain:
		return fmt.Sprintf("%s[%q]", place, name)
	case place == "":
		return name
	}
	return place + "." + name
}

func text(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Sprint(v)
	}
	return strings.TrimSpace(b.String())
}

// Uses returns the places where a word of the command line stands as a value:
// an image, a name, a command.
func Uses(calls []Call, word string) []Difference {
	var out []Difference
	for _, c := range calls {
		for _, part := range strings.Split(c.Path, "/") {
			if un, err := url.PathUnescape(part); err == nil && un == word {
				out = append(out, Difference{Call: c.Name, Place: "path", With: strconv.Quote(word)})
			}
		}
		for _, name := range sorted(c.Query) {
			if slices.Contains(c.Query[name], word) {
				out = append(out, Difference{Call: c.Name, Place: "query " + name, With: strconv.Quote(word)})
			}
		}
		out = uses(out, c.Name, "", c.Body, word)
	}
	return slices.CompactFunc(out, func(a, b Difference) bool { return a == b })
}

func uses(out []Difference, call, place string, v any, word string) []Difference {
	switch v := v.(type) {
	case string:
		if v == word {
			out = append(out, Difference{Call: call, Place: place, With: strconv.Quote(word)})
		}
	case []any:
		for i, e := range v {
			out = uses(out, call, fmt.Sprintf("%s[%d]", place, i), e, word)
		}
	case map[string]any:
		for _, name := range sorted(v) {
			out = uses(out, call, join(place, name), v[name], word)
		}
	}
	return out
}
