package redact

import (
	"bytes"
	_ "embed"
	"strconv"
	"strings"

	"github.com/dockwire/dockwire/decode/engine"
)

//go:generate go run shapegen.go

// The shapes of tokens are taken from gitleaks as data: its rules are kept up to
// date by many, but the package brings 200 regular expressions, which would run
// on each string that passes, and a tree of dependencies. What a fixed beginning
// tells is found here with a look at one byte in most strings.
//
//go:embed shapes.tsv
var shapesTSV string

// triggers marks triggerBytes.
var triggers = chars(triggerBytes)

// shapeTable finds shapes by the end of their beginning.
type shapeTable struct {
	byEnd map[[3]byte][]shape // by the last three bytes of the beginning
	ends  [1 << 10]uint64     // a bit for each hash of them
}

var shapes = loadShapes(shapesTSV)

func loadShapes(tsv string) *shapeTable {
	t := &shapeTable{byEnd: map[[3]byte][]shape{}}
	for _, s := range ownShapes {
		t.add(s)
	}
	for _, w := range webhooks {
		t.add(shape{"webhook", kindURL, w, 8, 0, true})
	}
	for _, f := range engine.Rows("shapes.tsv", tsv, 3) {
		n, _ := strconv.Atoi(f[2]) // a number, TestShapes
		s := shape{f[0], kindToken, f[1], n, 0, false}
		if last := s.prefix[len(s.prefix)-1]; last == 'A' && n == 16 {
			s.max = n // AKIA
		}
		t.add(s)
	}
	return t
}

func (t *shapeTable) add(s shape) {
	n := s.triggerAt() + 1
	end := [3]byte([]byte(s.prefix[n-3 : n]))
	t.byEnd[end] = append(t.byEnd[end], s)
	h := hashEnd(end[0], end[1], end[2])
	t.ends[h>>6] |= 1 << (h & 63)
}

// triggerAt is where in a beginning the scan stops: AKI|A, ASI|A, AIz|a, else
// at its end; in a URL behind the first word of its host.
func (s *shape) triggerAt() int {
	prefix := s.prefix
	if s.url {
		return strings.IndexByte(prefix, '.')
	}
	if strings.ContainsAny(prefix[len(prefix)-1:], "_-.") {
		return len(prefix) - 1
	}
	return len(prefix) - 2
}

func hashEnd(a, b, c byte) uint32 {
	return (uint32(a) | uint32(b)<<8 | uint32(c)<<16) * 0x9E3779B1 >> 16
}

// mayStart reports whether a shape, a key or a URL's userinfo may have begun
// before s[i], which is one of triggerBytes. It is cheap and errs on the side
// of yes.
func mayStart[T string | []byte](s T, i int) bool {
	switch s[i] {
	case '@':
		return true
	case 'J':
		return i >= 2 && s[i-1] == 'y' && s[i-2] == 'e'
	case '-':
		if i >= 4 && string(s[i-4:i]) == "----" {
			return true
		}
	}
	if i < 2 {
		return false
	}
	h := hashEnd(s[i-2], s[i-1], s[i])
	return shapes.ends[h>>6]&(1<<(h&63)) != 0
}

// suspect reports whether a whole value is worth a closer look.
func suspect[T string | []byte](v T) bool {
	for i := 0; i < len(v); i++ {
		if triggers[v[i]] && mayStart(v, i) {
			return true
		}
	}
	return false
}

// findShapes appends the tokens and private keys in v. While more of v is to
// come, what may still become one counts as one up to the end.
func findShapes(dst []span, v []byte, more bool) []span {
	for i := 0; i < len(v); i++ {
		c := v[i]
		if !triggers[c] || c == '@' || !mayStart(v, i) {
			continue
		}
		if s, ok := shapeAt(v, i, more); ok {
			dst = append(dst, s)
			i = s.to - 1
		}
	}
	return dst
}

func shapeAt(v []byte, i int, more bool) (span, bool) {
	switch v[i] {
	case 'J':
		return jwtAt(v, i-2, more)
	case '-':
		if i >= 4 && string(v[i-4:i+1]) == "-----" {
			return pemAt(v, i-4, more)
		}
	}
	if i < 2 {
		return span{}, false
	}
	best := span{}
	ends := shapes.byEnd[[3]byte(v[i-2:i+1])]
	for k := range ends {
		sh := &ends[k]
		from := i - sh.triggerAt()
		if from < 0 || from > 0 && word[v[from-1]] && v[from-1] != '_' {
			continue
		}
		rest, ok := cutPrefix(v[from:], sh.prefix)
		if !ok {
			continue
		}
		n := base64url.run(rest)
		if sh.url {
			n, from = pathChars.run(rest), len(v)-len(rest)
		}
		if s := (span{from, len(v) - len(rest) + n, sh.kind, sh.rule}); sh.fits(rest[:n], more && n == len(rest)) && s.to-s.from > best.to-best.from {
			best = s
		}
	}
	return best, best.to > 0
}

// fits judges what follows a beginning. Names can be as long, but are made of
// words without digits: sk_test_environment_of_the_shop.
func (s *shape) fits(rest []byte, more bool) bool {
	if s.max > 0 && len(rest) > s.max {
		return false
	}
	return more || len(rest) >= s.min && (bytes.ContainsAny(rest, "0123456789") || !bytes.ContainsAny(rest, "_-"))
}

// jwtAt finds header.payload.signature (RFC 7519 section 3), the signature
// empty or not.
func jwtAt(v []byte, from int, more bool) (span, bool) {
	at := from
	for part := range 3 {
		n := base64url.run(v[at:])
		at += n
		if at == len(v) {
			if more || part == 2 {
				return span{from, at, kindToken, "jwt"}, true
			}
			return span{}, false
		}
		if part == 2 {
			break
		}
		if v[at] != '.' || n < minJWT {
			return span{}, false
		}
		at++
	}
	return span{from, at, kindToken, "jwt"}, true
}

// pemAt finds a private key (RFC 7468), from its BEGIN line to its END line or
// to the end of what is there.
func pemAt(v []byte, from int, more bool) (span, bool) {
	if rest := v[from:]; len(rest) < len(pemBegin) {
		return span{from, len(v), kindKey, "pem"}, more && pemBegin[:len(rest)] == string(rest)
	}
	rest, ok := cutPrefix(v[from:], pemBegin)
	if !ok {
		return span{}, false
	}
	head := rest[:min(len(rest), maxPEM)]
	if line := bytes.Index(head, []byte("-----")); line >= 0 {
		head = head[:line]
	} else if more && len(rest) < maxPEM {
		return span{from, len(v), kindKey, "pem"}, true
	}
	if !bytes.Contains(head, []byte(pemMiddle)) {
		return span{}, false
	}
	to := len(v)
	if end := bytes.Index(rest, []byte(pemEnd)); end >= 0 {
		end += len(v) - len(rest) + len(pemEnd)
		if line := bytes.Index(v[end:], []byte("-----")); line >= 0 && line < maxPEM {
			to = end + line + 5
		}
	}
	return span{from, to, kindKey, "pem"}, true
}
