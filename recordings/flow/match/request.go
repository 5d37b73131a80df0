package match

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/digest"
	"github.com/dockwire/dockwire/decode/engine"
)

// Request is a request as it is compared.
type Request struct {
	Method string
	Call   engine.Call
	Target string
	Head   []Leaf // path and query, sorted
	Body   Body
}

// Body is a request body as it is compared.
type Body struct {
	Bytes   []byte // as far as they are kept
	Size    int64
	Digests []digest.Digest // of the whole body, of different kinds; made from Bytes when those are whole
	Whole   bool            // Bytes is all
	Tar     []decode.TarEntry
	TarCut  int
	TarErr  string // why there is no whole listing
	IsTar   bool
	Type    string // as load.OtherThanJSON says
	Modes   bool   // of a tar: modes are compared in full, also what a umask takes away

	image  *image // see readImage
	leaves []Leaf
	flat   bool
	name   func(string) string // of a tar: names in the recording's words
}

// opName is what requests must have in common to be compared: the operation,
// or method and path where there is none.
func opName(method string, c *engine.Call) string {
	if c.Op == nil {
		return method + " " + c.Path
	}
	if c.Op.ID == "SystemPingHead" {
		return "SystemPing"
	}
	return c.Op.ID
}

// head takes path and query apart.
func (rules Rules) head(op string, c *engine.Call, translate func(string) string) []Leaf {
	skip := rules.forOp(op)
	f := flattener{skip: skip, translate: translate, plain: true}
	for _, p := range c.Params {
		f.walk("path."+p.Name, p.Value, nil)
	}
	if c.RawQuery != "" {
		values, _ := url.ParseQuery(c.RawQuery) // what is no query is not compared
		for name, list := range values {
			place := "query." + cmp.Or(newNames[name], name)
			if !skip(place) {
				f.query(c, place, name, list)
			}
		}
	}
	sortLeaves(f.out)
	return f.out
}

// query adds the leaves of a parameter. JSON in it is compared as JSON.
func (f *flattener) query(c *engine.Call, place, name string, list []string) {
	for i, value := range list {
		at := place
		if len(list) > 1 {
			at += "." + strconv.Itoa(i)
		}
		if len(value) > 1 && (value[0] == '{' || value[0] == '[') {
			if v, ok := parseJSON([]byte(value)); ok {
				if name == "filters" {
					v = filters(v)
				}
				if !jsonQueries[name] || !isEmpty(v) {
					f.walk(at, v, nil)
				}
				continue
			}
		}
		if c.Op != nil {
			var absent bool
			if value, absent = meaning(c, name, value); absent {
				continue
			}
		}
		f.walk(at, value, nil)
	}
}

// isEmpty reports whether a parameter has an empty object or list in it.
func isEmpty(v any) bool {
	if list, ok := v.([]any); ok {
		return len(list) == 0
	}
	m, ok := v.(map[string]any)
	return ok && len(m) == 0
}

// filters brings the two forms of filters, {"label":{"a=b":true}} and
// {"label":["a=b"]}, to the second, sorted (moby api/types/filters). Those that filter
// nothing are left out.
func filters(v any) any {
	m, ok := v.(map[string]any)
	if !ok {
		return v
	}
	for name, e := range m {
		if e == nil || isEmpty(e) {
			delete(m, name)
			continue
		}
		var list []string
		switch e := e.(type) {
		case map[string]any:
			for k, on := range e {
				if on == true {
					list = append(list, k)
				}
			}
		case []any:
			for _, s := range e {
				if s, ok := s.(string); ok {
					list = append(list, s)
				}
			}
		default:
			continue
		}
		slices.Sort(list)
		values := make([]any, len(list))
		for i, s := range list {
			values[i] = s
		}
		m[name] = values
	}
	return m
}
