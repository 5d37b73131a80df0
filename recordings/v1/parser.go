package v1

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings/internal/rawjson"
)

// parser reads the values of fields. The first error stays.
type parser struct {
	known *Known
	text  []byte // memory of a string
	data  []byte // memory of a data value
	err   error
}

func (p *parser) fail(text string) {
	if p.err == nil {
		p.err = errors.New(text)
	}
}

func (p *parser) check(bad bool, text string) {
	if bad {
		p.fail(text)
	}
}

// int reads a whole number; 0 where there is none.
func (p *parser) int(b []byte) int64 {
	if b == nil {
		return 0
	}
	if n, ok := digits(b); ok {
		return n
	}
	n, err := strconv.ParseInt(string(b), 10, 64)
	if err != nil {
		p.fail("not a whole number where one should be")
	}
	return n
}

// digits reads what most numbers are.
func digits(b []byte) (n int64, ok bool) {
	for _, c := range b {
		if c -= '0'; c > 9 {
			return 0, false
		}
		n = n*10 + int64(c)
	}
	return n, len(b) < 19
}

// count reads a number that cannot be negative.
func (p *parser) count(b []byte) int64 {
	n := p.int(b)
	p.check(n < 0 || n > 1<<53, "a number out of range")
	return max(n, 0)
}

func (p *parser) status(b []byte) int {
	n := p.count(b)
	p.check(n > 999, "not a status code")
	return int(n)
}

func (p *parser) flag(b []byte) bool { return string(b) == "true" }

// unquote is the text of a string: as it stands where nothing in it is escaped, else
// in memory that is used again.
func (p *parser) unquote(memory *[]byte, b []byte) []byte {
	if bytes.IndexByte(b, '\\') < 0 {
		return b[1 : len(b)-1]
	}
	text, err := jsontext.AppendUnquote((*memory)[:0], b)
	if err != nil {
		p.fail("a string is not UTF-8")
	}
	*memory = text
	return text
}

// chars reads a string, or the object that replaces one that is not UTF-8, into memory
// that is used again.
func (p *parser) chars(b []byte) []byte {
	p.text = p.text[:0]
	switch {
	case b == nil || string(b) == "null":
	case b[0] == '"':
		return p.unquote(&p.text, b)
	case b[0] == '{':
		m := rawjson.Object(b)
		for m.Next() {
			if string(m.Key) == "b64" {
				p.text = p.b64(p.text[:0], m.Value)
			}
		}
	default:
		p.fail("not a string where one should be")
	}
	return p.text
}

func (p *parser) str(b []byte) string { return string(p.chars(b)) }

// name reads a string that is likely to come again.
func (p *parser) name(b []byte) string { return p.known.name(p.chars(b)) }

func (p *parser) strings(b []byte) []string {
	var list []string
	a := rawjson.Array(b)
	for a.Next() {
		list = append(list, p.str(a.Value()))
	}
	p.check(a.Bad(), "not an array of strings")
	return list
}

func (p *parser) b64(dst, b []byte) []byte {
	if len(b) < 2 || b[0] != '"' {
		p.fail("not a base64 string")
		return dst
	}
	dst, err := base64.StdEncoding.AppendDecode(dst, b[1:len(b)-1])
	if err != nil {
		p.fail("not valid base64")
	}
	return dst
}

// fields reads [["name","value"],...].
func (p *parser) fields(list []decode.Field, b []byte) []decode.Field {
	if b == nil {
		return list
	}
	all := rawjson.Array(b)
	for all.Next() {
		var f decode.Field
		pair := rawjson.Array(all.Value())
		for i := 0; pair.Next(); i++ {
			switch i {
			case 0:
				f.Name = p.name(pair.Value())
			case 1:
				f.Value = p.name(pair.Value())
			}
		}
		p.check(pair.Bad(), "h has something that is not a pair")
		list = append(list, f)
	}
	p.check(all.Bad(), "h is not an array")
	return list
}

func dirName(d decode.Direction) string {
	if d == decode.Request {
		return "in"
	}
	return "out"
}

func (p *parser) dir(b []byte) decode.Direction {
	switch string(b) {
	case `"in"`:
	case `"out"`:
		return decode.Response
	case "": // a drop before it was known where
	default:
		p.fail("dir is neither in nor out")
	}
	return decode.Request
}

func (p *parser) open(b []byte) (request, response bool) {
	if b == nil {
		return false, false
	}
	a := rawjson.Array(b)
	for a.Next() {
		if p.dir(a.Value()) == decode.Request {
			request = true
		} else {
			response = true
		}
	}
	p.check(a.Bad(), "open is not an array")
	return request, response
}
