package decode

import (
	"strconv"
	"strings"
)

// cutLine splits the first line off s, without its line end.
func cutLine(s string) (line, rest string) {
	i := strings.IndexByte(s, '\n')
	if i < 0 {
		return s, ""
	}
	line, rest = s[:i], s[i+1:]
	if i > 0 && line[i-1] == '\r' {
		line = line[:i-1]
	}
	return line, rest
}

// appendFields adds the header fields of s, up to the empty line.
func appendFields(fields []Field, s string) []Field {
	for s != "" {
		var line string
		if line, s = cutLine(s); line == "" {
			break
		}
		if line[0] == ' ' || line[0] == '\t' {
			if n := len(fields); n > 0 {
				// obs-fold: one space replaces it (RFC 9112, section 5.2).
				fields[n-1].Value = strings.TrimSpace(fields[n-1].Value + " " + trimOWS(line))
				continue
			}
		}
		name, value := line, ""
		if i := strings.IndexByte(line, ':'); i >= 0 {
			name, value = line[:i], trimOWS(line[i+1:])
		}
		fields = append(fields, Field{name, value})
	}
	return fields
}

func trimOWS(s string) string {
	for s != "" && (s[0] == ' ' || s[0] == '\t') {
		s = s[1:]
	}
	for s != "" && (s[len(s)-1] == ' ' || s[len(s)-1] == '\t') {
		s = s[:len(s)-1]
	}
	return s
}

// note remembers a field that decides how decoding goes on.
func (hd *head) note(f *Field) {
	switch len(f.Name) {
	case len("Expect"):
		setOnce(&hd.expect, "Expect", f)
	case len("Upgrade"):
		setOnce(&hd.upgrade, "Upgrade", f)
	case len("Api-Version"):
		setOnce(&hd.apiVersion, "Api-Version", f)
	case len("Content-Type"):
		setOnce(&hd.contentType, "Content-Type", f)
	case len("Content-Encoding"):
		setOnce(&hd.contentEncoding, "Content-Encoding", f)
	case len("Content-Length"):
		if strings.EqualFold(f.Name, "Content-Length") {
			hd.noteLength(f.Value)
		}
	case len("Transfer-Encoding"):
		// net/http, which is dockerd's server, ignores it before HTTP/1.1, and takes
		// HTTP/0.0 for that.
		if (hd.proto >= "HTTP/1.1" || hd.proto == "HTTP/0.0") && strings.EqualFold(f.Name, "Transfer-Encoding") {
			hd.coding = f.Value
			hd.chunked = isChunked(f.Value)
		}
	}
}

func setOnce(to *string, name string, f *Field) {
	if *to == "" && strings.EqualFold(f.Name, name) {
		*to = f.Value
	}
}

// noteLength takes a Content-Length; equal ones may repeat, in lines or in a
// list (RFC 9112, section 6.3).
func (hd *head) noteLength(value string) {
	for value != "" {
		var one string
		one, value, _ = strings.Cut(value, ",")
		n, ok := parseLength(trimOWS(one))
		switch {
		case !ok:
			hd.badFraming = "malformed Content-Length"
		case hd.length >= 0 && hd.length != n:
			hd.badFraming = "contradicting Content-Lengths"
		default:
			hd.length = n
		}
	}
}

// parseLength reads a number as net/http does: with any number of leading
// zeros, and of 63 bits at most.
func parseLength(s string) (n int64, ok bool) {
	if s == "" || s[0] == '+' {
		return 0, false
	}
	u, err := strconv.ParseUint(s, 10, 63)
	return int64(u), err == nil
}

// isChunked reports whether the last transfer coding is chunked.
func isChunked(value string) bool {
	last := value[strings.LastIndexByte(value, ',')+1:]
	return strings.EqualFold(trimOWS(last), "chunked")
}
