package engine

import (
	"net/url"
	"strings"
)

// maxBase bounds how many leading segments may be a base path.
const maxBase = 8

// Lookup finds the operation that a request means. It takes the target as it
// is on the wire: with or without version, in absolute form (as sent to a
// proxy), behind a base path (tcp://host/base), with escapes. It never fails:
// a request for no operation has its path, and no Op.
func Lookup(method, target string) Call {
	path, query, _ := strings.Cut(withoutOrigin(target), "?")
	c := Call{Path: path, RawQuery: query}
	if path == "" || path[0] != '/' {
		return c // "*", "host:port", or no request target at all
	}
	rs := theTable().routes
	if version, rest, ok := cutVersion(path); ok {
		c.Version, c.Path = version, rest
		c.resolve(rs, method)
		return c
	}
	if c.resolve(rs, method) {
		return c
	}
	if based, ok := behindBase(rs, method, path, query); ok {
		return based
	}
	return c
}

// resolve fills in the meaning of c.Path and reports whether it has one.
func (c *Call) resolve(rs routes, method string) bool {
	if strings.HasPrefix(c.Path, "/libpod/") {
		c.Libpod = true
		return true
	}
	path := c.Path
	if strings.IndexByte(path, '%') >= 0 {
		// dockerd's router matches the unescaped path.
		if p, err := url.PathUnescape(path); err == nil {
			path = p
		}
	}
	if c.Op, c.Params = rs.find(method, path); c.Op == nil && len(path) > 1 && path[len(path)-1] == '/' {
		c.Op, c.Params = rs.find(method, path[:len(path)-1])
	}
	if c.Op == nil && method == "OPTIONS" {
		c.Op, c.Params = Find("SystemOptions"), []Param{{"anyroute", strings.TrimPrefix(path, "/")}}
	}
	return c.Op != nil
}

// behindBase tries the path from each later slash on. A version is the better
// sign of where the API begins, so it is looked for first.
func behindBase(rs routes, method, path, query string) (Call, bool) {
	for _, versioned := range [...]bool{true, false} {
		rest := path
		for range maxBase {
			i := strings.IndexByte(rest[1:], '/')
			if i < 0 {
				break
			}
			rest = rest[1+i:]
			c := Call{Path: rest, RawQuery: query}
			if version, after, ok := cutVersion(rest); ok == versioned {
				if ok {
					c.Version, c.Path = version, after
				}
				if c.resolve(rs, method) {
					return c, true
				}
			}
		}
	}
	return Call{}, false
}

// cutVersion splits /v1.47/info into 1.47 and /info. Podman's versions may
// have letters: v[0-9][0-9A-Za-z.-]* (podman pkg/api/server, VersionedPath).
func cutVersion(path string) (version, rest string, ok bool) {
	if len(path) < 3 || path[1] != 'v' || path[2] < '0' || path[2] > '9' {
		return "", path, false
	}
	i := 3
	for i < len(path) && isVersionByte(path[i]) {
		i++
	}
	if i == len(path) || path[i] != '/' {
		return "", path, false
	}
	return path[2:i], path[i:], true
}

func isVersionByte(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '.' || b == '-'
}

// withoutOrigin cuts scheme and authority off an absolute-form target
// (RFC 9112 section 3.2.2). dockerd's server takes any scheme, and none of
// them means anything to it.
func withoutOrigin(target string) string {
	if target != "" && target[0] == '/' {
		return target
	}
	scheme, rest, ok := strings.Cut(target, ":/")
	if !ok || !isScheme(scheme) {
		return target
	}
	if rest == "" || rest[0] != '/' {
		return "/" + rest // a scheme without an authority
	}
	rest = rest[1:]
	i := strings.IndexAny(rest, "/?")
	switch {
	case i < 0:
		return "/"
	case rest[i] == '?':
		return "/" + rest[i:]
	}
	return rest[i:]
}

// isScheme reports whether s is a scheme of a URL, as net/url has it.
func isScheme(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z':
		case i > 0 && (c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.'):
		default:
			return false
		}
	}
	return s != ""
}
