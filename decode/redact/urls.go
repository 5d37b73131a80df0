package redact

import (
	"bytes"

	"github.com/dockwire/dockwire/decode/engine"
)

// findURLs appends the userinfo of each URL in v, and the values of its query
// parameters whose names look secret are left to findText. A user without a
// password stays where it is no more than a login name (ssh://git@host).
func (r *Redactor) findURLs(dst []span, v []byte, more bool) []span {
	dst = findDSN(dst, v)
	for from := 0; ; {
		n := bytes.Index(v[from:], []byte("//"))
		if n < 0 {
			return dst
		}
		at := from + n + 2
		from = at
		if b := before(v, at-2); b != ':' {
			// //user:password@host/share, as cifs mounts have it
			if info := userinfo(v[at : at+indexAny(v[at:], " \t\r\n\"'<>,")]); (b == 0 || b == '=' || stops[b]) && bytes.IndexByte(v[at:at+info], ':') > 0 {
				dst = append(dst, span{at, at + info, kindURL, "url-userinfo"})
				from = at + info
			}
			continue
		}
		end := at + indexAny(v[at:], " \t\r\n\"'<>")
		if more && end == len(v) && end-at < 4096 {
			dst = append(dst, span{at, end, kindURL, "url-userinfo"})
			return dst
		}
		dst = r.signatures(dst, v, at, end)
		info := userinfo(v[at:end])
		if info > 0 && !loginName(v[:at], v[at:at+info]) {
			dst = append(dst, span{at, at + info, kindURL, "url-userinfo"})
			from = at + info
		}
	}
}

// findDSN appends user:password of user:password@tcp(host:1)/db, and the password
// of jdbc:oracle:thin:user/password@host.
func findDSN(dst []span, v []byte) []span {
	const oracle = "jdbc:oracle:"
	for rest := v; ; {
		n := bytes.Index(rest, []byte(oracle))
		if n < 0 {
			break
		}
		rest = rest[n+len(oracle):]
		login := rest[:indexAny(rest, " \t\r\n\"'<>")]
		at, slash := bytes.IndexByte(login, '@'), bytes.IndexByte(login, '/')
		if from := len(v) - len(rest) + slash + 1; slash > 0 && slash < at {
			dst = append(dst, span{from, from + at - slash - 1, kindURL, "url-userinfo"})
		}
	}
	for _, net := range [...]string{"@tcp(", "@unix("} {
		if at := bytes.Index(v, []byte(net)); at > 0 {
			from := bytes.LastIndexAny(v[:at], "= \t\r\n\"'/") + 1
			if bytes.IndexByte(v[from:at], ':') > 0 {
				dst = append(dst, span{from, at, kindURL, "url-userinfo"})
			}
		}
	}
	return dst
}

// userinfo is the length of what is before the @ of an authority (RFC 3986
// section 3.2.1), 0 if nothing does. Passwords come unescaped too: an @ or a
// slash may be part of one.
func userinfo(v []byte) int {
	authority := v[:indexAny(v, "/?#")]
	if n := bytes.LastIndexByte(authority, '@'); n >= 0 {
		return n
	}
	_, port, ok := bytes.Cut(authority, []byte(":"))
	if !ok || len(authority) == len(v) || digits.run(port) == len(port) {
		return 0
	}
	return max(0, bytes.IndexByte(v, '@'))
}

// signatures appends the parameters of a URL's query that let its bearer in:
// those of S3, Google and Azure storage, CloudFront.
func (r *Redactor) signatures(dst []span, v []byte, at, end int) []span {
	q := bytes.IndexByte(v[at:end], '?')
	if q < 0 {
		return dst
	}
	for from := at + q + 1; from < end; {
		to := min(end, from+indexAny(v[from:end], "&#"))
		if name, value, ok := bytes.Cut(v[from:to], []byte("=")); ok && (engine.IsSignature(string(name)) || r.names.secret(name, value) || r.inEscaped(value)) {
			dst = append(dst, span{from + len(name) + 1, to, kindURL, "signed-url"})
		}
		from = to + 1
	}
	return dst
}

// inEscaped reports whether a parameter's value has a secret behind its escapes:
// buildargs=%7B%22TOKEN%22...
func (r *Redactor) inEscaped(value []byte) bool {
	return bytes.IndexByte(value, '%') >= 0 && len(r.findText(nil, unescape(nil, string(value)), false)) > 0
}

var digits = chars("0123456789")

func loginName(scheme, info []byte) bool {
	return bytes.IndexByte(info, ':') < 0 && (bytes.HasSuffix(scheme, []byte("ssh://")) || string(info) == "git")
}
