package engine

import (
	"cmp"
	"slices"
	"strings"
)

// routes finds an operation by method and path without version. The first
// segment and the method leave a handful of candidates, which are tried from
// the most particular to the most general.
//
// Names contain slashes (/images/registry:5000/a/b:tag/json) and dockerd's
// router matches them greedily ({name:.*}), so a route is a literal beginning,
// a name of any length and a literal end.
type routes map[string][]methodRoutes // by first segment, "containers"

type methodRoutes struct {
	method string
	routes []route
}

type route struct {
	op     *Operation
	prefix string // "/containers/", or the whole path when there is no name
	name   string // of the first parameter, "" if there is none
	middle string // "/json" after the name, "" if the name ends the path
	second string // of the last parameter: one segment after middle
}

// anyRoute is the template of the OPTIONS route, which serves every path.
const anyRoute = "/{anyroute}"

func newRoutes(ops []*Operation) routes {
	rs := routes{}
	for _, op := range ops {
		if op.Path == anyRoute {
			continue
		}
		seg := firstSegment(op.Path)
		rs[seg] = addRoute(rs[seg], newRoute(op))
	}
	for _, byMethod := range rs {
		for _, m := range byMethod {
			slices.SortStableFunc(m.routes, moreParticular)
		}
	}
	return rs
}

func addRoute(byMethod []methodRoutes, r route) []methodRoutes {
	for i := range byMethod {
		if byMethod[i].method == r.op.Method {
			byMethod[i].routes = append(byMethod[i].routes, r)
			return byMethod
		}
	}
	return append(byMethod, methodRoutes{r.op.Method, []route{r}})
}

func newRoute(op *Operation) route {
	r := route{op: op, prefix: op.Path}
	before, after, ok := strings.Cut(op.Path, "{")
	if !ok {
		return r
	}
	r.prefix = before
	r.name, r.middle, _ = strings.Cut(after, "}")
	if middle, second, ok := strings.Cut(r.middle, "{"); ok {
		r.middle, r.second = middle, strings.TrimSuffix(second, "}")
	}
	return r
}

// moreParticular puts routes without a name first, then those with a longer
// end: dockerd too registers /images/get before /images/{name}/get, and the
// checkpoint routes before DELETE /containers/{id}.
func moreParticular(a, b route) int {
	if a.name == "" || b.name == "" {
		return cmp.Compare(len(a.name), len(b.name))
	}
	return cmp.Compare(len(b.middle)+len(b.second), len(a.middle)+len(a.second))
}

// find matches an unescaped path that begins with a slash.
func (rs routes) find(method, path string) (*Operation, []Param) {
	for _, m := range rs[firstSegment(path)] {
		if m.method != method {
			continue
		}
		for i := range m.routes {
			if params, ok := m.routes[i].match(path); ok {
				return m.routes[i].op, params
			}
		}
	}
	return nil, nil
}

func (r *route) match(path string) ([]Param, bool) {
	if r.name == "" {
		return nil, path == r.prefix
	}
	name, ok := strings.CutPrefix(path, r.prefix)
	if !ok {
		return nil, false
	}
	if r.second != "" {
		return r.matchSecond(name)
	}
	name, ok = strings.CutSuffix(name, r.middle)
	if !ok || name == "" {
		return nil, false
	}
	return []Param{{r.name, name}}, true
}

func (r *route) matchSecond(rest string) ([]Param, bool) {
	i := strings.LastIndex(rest, r.middle)
	if i <= 0 {
		return nil, false
	}
	last := rest[i+len(r.middle):]
	if last == "" || strings.Contains(last, "/") {
		return nil, false
	}
	return []Param{{r.name, rest[:i]}, {r.second, last}}, true
}

// firstSegment of a path that begins with a slash.
func firstSegment(path string) string {
	if path == "" {
		return ""
	}
	path = path[1:]
	if i := strings.IndexByte(path, '/'); i >= 0 {
		return path[:i]
	}
	return path
}
