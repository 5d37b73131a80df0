package redact

import "bytes"

// minOpaque is the shortest run of base64 in undecoded bytes that is taken for
// a secret, hex digests aside.
const minOpaque = 24

// findOpaque appends what may be secret in bytes that could not be decoded: a
// broken head, a body out of place. Whatever sounds secret goes, and so does
// each long run of base64, as its name may have come before these bytes.
func (r *Redactor) findOpaque(spans []span, v []byte) []span {
	spans = r.findText(spans, v, true)
	for i := 0; i < len(v); {
		n := base64any.run(v[i:])
		if n >= minOpaque && !isHexRun(v[i:i+n]) && !looksLikePath(v[i:i+n]) {
			spans = append(spans, span{i, i + n, kindUnparsed, "base64-run"})
		}
		i += n + 1
	}
	return spans
}

func isHexRun(v []byte) bool {
	for _, c := range v {
		if !isHex(c) {
			return false
		}
	}
	return true
}

// looksLikePath tells /containers/4f2c/json from base64: words in lower case
// between slashes.
func looksLikePath(v []byte) bool {
	if v[0] != '/' {
		return false
	}
	for part := range bytes.SplitSeq(v, []byte{'/'}) {
		if len(part) > 16 && !isHexRun(part) || bytes.ContainsAny(part, "+=") {
			return false
		}
	}
	return true
}

// opaque redacts bytes that could not be decoded.
func (r *Redactor) opaque(v []byte) []byte {
	r.valueBuf = append(r.valueBuf[:0], v...)
	spans := tidy(r.withLiterals(r.findOpaque(r.spans[:0], r.valueBuf), r.valueBuf), r.valueBuf)
	r.spans = spans[:0]
	if len(spans) == 0 {
		return v
	}
	return r.replace(nil, r.valueBuf, spans, "bytes")
}
