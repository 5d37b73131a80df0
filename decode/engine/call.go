package engine

import (
	"net/url"
	"strconv"
	"strings"
)

// Call is a request as the Engine API understands it.
type Call struct {
	Op       *Operation // nil: not an operation of the Engine API
	Version  string     // API version without the v, e.g. "1.47"; "" when the path had none
	Path     string     // path without base path and version, still escaped, without the query
	Params   []Param    // path parameters by name, unescaped
	RawQuery string
	Libpod   bool // a /libpod/ path of Podman
}

// Param is a path parameter of a call.
type Param struct{ Name, Value string }

// Name is the operationId, or method and path where there is none.
func (c *Call) Name(method string) string {
	if c.Op != nil {
		return c.Op.ID
	}
	return method + " " + c.Path
}

// Param returns the path parameter of that name, or "".
func (c *Call) Param(name string) string {
	for _, p := range c.Params {
		if p.Name == name {
			return p.Value
		}
	}
	return ""
}

// Query parses the query string; what cannot be parsed is left out.
func (c *Call) Query() url.Values {
	v, _ := url.ParseQuery(c.RawQuery)
	return v
}

// Older reports whether API version a is before b; what is no version is not.
func Older(a, b string) bool {
	a1, a2, ok1 := NumberOf(a)
	b1, b2, ok2 := NumberOf(b)
	return ok1 && ok2 && (a1 < b1 || a1 == b1 && a2 < b2)
}

// NumberOf splits an API version into its two numbers.
func NumberOf(version string) (major, minor int, ok bool) {
	a, b, ok := strings.Cut(version, ".")
	major, err1 := strconv.Atoi(a)
	minor, err2 := strconv.Atoi(b)
	return major, minor, ok && err1 == nil && err2 == nil && major >= 0 && minor >= 0
}

// Asks is the first value that the query has for a name, or "": Query().Get without the
// rest.
func (c *Call) Asks(name string) string {
	for pair := range strings.SplitSeq(c.RawQuery, "&") {
		k, v, _ := strings.Cut(pair, "=")
		if key, err := url.QueryUnescape(k); err != nil || key != name || strings.Contains(pair, ";") {
			continue
		}
		if value, err := url.QueryUnescape(v); err == nil {
			return value
		}
	}
	return ""
}
