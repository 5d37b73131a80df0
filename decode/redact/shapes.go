package redact

import "bytes"

// triggers marks triggerBytes.
var triggers = chars(triggerBytes)

// mayStart reports whether a shape, a key or a URL's userinfo may have begun
// before s[i], which is one of triggerBytes. It is cheap and errs on the side
// of yes.
func mayStart[T string | []byte](s T, i int) bool {
	switch s[i] {
	case '@':
		return true
	case '_': // ghp_, npm_, github_pat_
		return i >= 3 && (s[i-3] == 'g' && s[i-2] == 'h' || string(s[i-3:i]) == "npm" || string(s[i-3:i]) == "pat")
	case '-': // -----BEGIN, SWMTKN-, glpat-, xoxb-
		return i >= 4 && (string(s[i-4:i]) == "----" || string(s[i-4:i]) == "MTKN" || string(s[i-4:i]) == "lpat" || string(s[i-4:i-1]) == "xox")
	case 'K':
		return i >= 1 && s[i-1] == 'A'
	case 'J':
		return i >= 2 && s[i-1] == 'y' && s[i-2] == 'e'
	}
	return false
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
	for k := range shapes {
		sh := &shapes[k]
		from := i - sh.trigger
		if v[i] != sh.prefix[sh.trigger] || from < 0 {
			continue
		}
		rest, ok := cutPrefix(v[from:], sh.prefix)
		if !ok {
			continue
		}
		n := sh.chars.run(rest)
		if n < sh.min && !(more && n == len(rest)) || sh.max > 0 && n > sh.max {
			continue
		}
		return span{from, len(v) - len(rest) + n, sh.kind, sh.rule}, true
	}
	return span{}, false
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
