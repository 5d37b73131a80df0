package rawjson

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

func seeds(f *testing.F) {
	for _, s := range []string{
		`{}`, `[]`, `null`, `true`, `false`, `0`, `-0.5e+10`, `01`, `1.`, `1e`, `-`, `"a"`, `"\ud83d\ude00"`,
		`"\ud800"`, `"\udc00x"`, `"\u00e9"`, `{"a":1,"a":2}`, `{"a":[1,{"b":"c"}],"d":18446744073709551616}`,
		"{ \"a\" :\t1 }", `{"a":1,}`, `[1,]`, `[1 2]`, `"` + "\x01" + `"`, `"\x"`, `{"a"}`, `tru`, "\"\xff\"", `[[[[[[]]]]]]`,
		`"0123456\"89\\bcdef"`, "\"\u2028\u2029<>&\"",
	} {
		f.Add([]byte(s))
	}
}

// The library that is stricter than the grammar, as Valid is, has to agree.
func FuzzValid(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		trimmed := bytes.Trim(b, " \t\r\n")
		want := len(trimmed) == len(b) && jsontext.Value(b).IsValid(jsontext.AllowDuplicateNames(true))
		if bytes.Count(b, []byte("["))+bytes.Count(b, []byte("{")) > maxDepth {
			return
		}
		got := Valid(b, maxDepth)
		if got != want {
			t.Fatalf("Valid(%q) = %v, jsontext says %v", b, got, want)
		}
		if got && !json.Valid(b) {
			t.Fatalf("Valid(%q), encoding/json says no", b)
		}
	})
}

func FuzzQuote(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		if !utf8.Valid(b) {
			return
		}
		lit := AppendString(nil, b)
		if s := AppendString(nil, string(b)); !bytes.Equal(s, lit) {
			t.Fatalf("string and bytes differ: %q, %q", s, lit)
		}
		if Clean(string(b)) && string(lit) != `"`+string(b)+`"` {
			t.Fatalf("%q is not clean", b)
		}
		if span(lit, 0, 1) != len(lit) {
			t.Fatalf("%q is no JSON string", lit)
		}
		if back, err := jsontext.AppendUnquote(nil, lit); err != nil || !bytes.Equal(back, b) {
			t.Fatalf("%q came back as %q: %v", b, back, err)
		}
		var s string
		if err := json.Unmarshal(lit, &s); err != nil || s != string(b) {
			t.Fatalf("encoding/json reads %q from %q: %v", s, lit, err)
		}
	})
}

func TestDepth(t *testing.T) {
	deep := []byte(strings.Repeat("[", 10) + strings.Repeat("]", 10))
	if !Valid(deep, 10) || Valid(deep, 9) {
		t.Fatal("depth is not counted")
	}
	if Valid(bytes.Repeat([]byte("["), 1<<20), maxDepth) {
		t.Fatal("unclosed arrays are valid")
	}
}

func TestObject(t *testing.T) {
	tests := []struct {
		in, want string
		bad      bool
	}{
		{`{}`, "", false},
		{` { } `, "", false},
		{`{"a":1,"b":[1,2],"a":"x"}`, `a=1 b=[1,2] a="x" `, false},
		{"{ \"a\" : 1 , \"b\":{} }\r", `a=1 b={} `, false},
		{`{"a":1}x`, `a=1 `, true},
		{`{"a":1`, `a=1 `, true},
		{`{"a":1,}`, `a=1 `, true},
		{`{,"a":1}`, ``, true},
		{`{"a":1 "b":2}`, `a=1 `, true},
		{`[1]`, ``, true},
		{``, ``, true},
	}
	for _, tt := range tests {
		var got strings.Builder
		m := Object([]byte(tt.in))
		for m.Next() {
			got.WriteString(string(m.Key) + "=" + string(m.Value) + " ")
		}
		if got.String() != tt.want || m.Bad() != tt.bad {
			t.Errorf("%s: got %q bad %v", tt.in, got.String(), m.Bad())
		}
	}
}

func TestArray(t *testing.T) {
	tests := []struct {
		in, want string
		bad      bool
	}{
		{`[]`, "", false},
		{`[ 1 , "a",[2] ]`, `1 "a" [2] `, false},
		{`[1,]`, `1 `, true},
		{`{}`, ``, true},
	}
	for _, tt := range tests {
		var got strings.Builder
		e := Array([]byte(tt.in))
		for e.Next() {
			got.WriteString(string(e.Value()) + " ")
		}
		if got.String() != tt.want || e.Bad() != tt.bad {
			t.Errorf("%s: got %q bad %v", tt.in, got.String(), e.Bad())
		}
	}
}

// The lines of a recording, and the same work by jsontext. doc.go has the result.
var (
	benchLine = []byte(`{"e":"res","x":1,"t":4215,"s":201,"p":"1.1","h":[["Api-Version","1.51"],["Content-Type","application/json"],["Content-Length","15"]],"fr":"length","len":15,"kind":"json","why":"operation","body":{"n":15,"json":{"Id":"4f2c","Warnings":[]},"nl":"\r\n"},"dt":120,"fin":true}`)
	benchText = strings.Repeat("a line of a container's log, with \"quotes\" in it\n", 4)
	tolerant  = []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}
)

func BenchmarkValid(b *testing.B) {
	b.Run("rawjson", func(b *testing.B) {
		b.SetBytes(int64(len(benchLine)))
		for b.Loop() {
			if !Valid(benchLine, maxDepth) {
				b.Fatal("not valid")
			}
		}
	})
	b.Run("jsontext", func(b *testing.B) {
		b.SetBytes(int64(len(benchLine)))
		for b.Loop() {
			if !jsontext.Value(benchLine).IsValid(tolerant[0]) {
				b.Fatal("not valid")
			}
		}
	})
}

func BenchmarkWalk(b *testing.B) {
	b.Run("rawjson", func(b *testing.B) {
		for b.Loop() {
			n := 0
			for m := Object(benchLine); m.Next(); {
				n += len(m.Value)
			}
		}
	})
	b.Run("jsontext", func(b *testing.B) {
		for b.Loop() {
			d := jsontext.NewDecoder(bytes.NewBuffer(benchLine), tolerant...)
			n := 0
			_, _ = d.ReadToken()
			for d.PeekKind() == '"' {
				_, _ = d.ReadValue()
				v, _ := d.ReadValue()
				n += len(v)
			}
		}
	})
}

func BenchmarkQuote(b *testing.B) {
	var dst []byte
	b.Run("rawjson", func(b *testing.B) {
		b.SetBytes(int64(len(benchText)))
		for b.Loop() {
			dst = AppendString(dst[:0], benchText)
		}
	})
	b.Run("jsontext", func(b *testing.B) {
		b.SetBytes(int64(len(benchText)))
		for b.Loop() {
			dst, _ = jsontext.AppendQuote(dst[:0], benchText)
		}
	})
}
