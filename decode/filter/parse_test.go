package filter

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// show writes a tree with all its parentheses.
func show(n node) string {
	switch n := n.(type) {
	case and:
		return "(" + show(n.left) + " and " + show(n.right) + ")"
	case or:
		return "(" + show(n.left) + " or " + show(n.right) + ")"
	case not:
		return "not " + show(n.of)
	case word:
		if n.p.re != nil {
			return "<" + n.p.re.String() + ">"
		}
		return "<" + n.p.word + ">"
	case flag:
		return "is:" + n.Value
	case number:
		return fmt.Sprint(n.f.doc.Name, n.op, n.lo)
	case textTerm:
		return n.f.doc.Name + n.arg
	case *bytesTerm:
		return n.f.doc.Name
	}
	return fmt.Sprintf("%T", n)
}

func TestPrecedence(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"a", "<a>"},
		{"a b c", "((<a> and <b>) and <c>)"},
		{"a or b c", "(<a> or (<b> and <c>))"},
		{"a b or c d", "((<a> and <b>) or (<c> and <d>))"},
		{"a and b or c", "((<a> and <b>) or <c>)"},
		{"not a b", "(not <a> and <b>)"},
		{"not a or b", "(not <a> or <b>)"},
		{"not not a", "not not <a>"},
		{"!a", "not <a>"},
		{"!(a || b) && c", "(not (<a> or <b>) and <c>)"},
		{"NOT a AND b Or c", "((not <a> and <b>) or <c>)"},
		{"(a or b) c", "((<a> or <b>) and <c>)"},
		{"(a)(b)", "(<a> and <b>)"},
		{"\"a b\" 'or'", "(<a b> and <or>)"},
		{"status>=400 is:error", "(status>=400 and is:error)"},
		{"status >= 400", "status>=400"},
		{"status = 400 and a", "(status=400 and <a>)"},
		{"took>1m30s", "took>90000000000"},
		{"size>1MiB up<10k down=1.5kB", "((size>1048576 and up<10000) and down=1500)"},
		{"STATUS==404", "status=404"},
		{"status:4xx", "status:400"},
		{"path~^/(a|b)/(c)$ x", "(path and <x>)"},
		{"(path~/a(b)c)", "path"},
		{`path~a\)b\ c`, "path"},
		{"header.X-Foo~bar", "header.X-Foo"},
		{"res.header.Api-Version:1.47", "res.header.Api-Version"},
		{"/containers/json?a=1", "</containers/json?a=1>"},
		{"and-more", "<and-more>"},
		{"grün", "<(?i)grün>"},
	} {
		f, err := Parse(c.in)
		if err != nil {
			t.Errorf("%s: %v", c.in, err)
			continue
		}
		if got := show(f.root); got != c.want {
			t.Errorf("%s: %s, want %s", c.in, got, c.want)
		}
	}
}

func TestEmptyFilters(t *testing.T) {
	for _, s := range []string{"", "  ", "\t\n"} {
		if f, err := Parse(s); err != nil || !f.Empty() {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestErrorsPointAtTheirColumn(t *testing.T) {
	for _, c := range []struct {
		in     string
		column int
		msg    string // part of message and hint
	}{
		{"methd:GET", 1, "did you mean method?"},
		{"a staus>400", 3, "did you mean status?"},
		{"nginx:1.27", 1, `quote it: "nginx:1.27"`},
		{"method>GET", 7, `method is text and has no ">" (use one of : = != ~ !~)`},
		{"status~4", 7, `status is number and has no "~"`},
		{"is=error", 3, `has no "="`},
		{"is:eror", 4, `"eror" is nothing an exchange can be`},
		{"status>=abc", 9, `"abc" is no number`},
		{"status=>400", 8, "write >="},
		{"took>1", 6, `"1" is no duration (for example took>1s)`},
		{"took>1x", 6, "no duration"},
		{"size>1q", 6, "no size"},
		{"size>99999999999999999999G", 6, "no size"},
		{"version<new", 9, "no version"},
		{"method:", 8, "a value must follow"},
		{"status>= ", 10, "a value must follow"},
		{"header.:a", 8, "a name must follow"},
		{"path~[a", 6, "missing closing ]"},
		{"path~ab(c", 6, "missing closing )"},
		{"path~ab**", 8, "invalid nested repetition operator"},
		{`path~"a b**"`, 10, "invalid nested repetition operator"},
		{"und path~[", 10, "missing closing ]"},
		{"ü path~[", 8, "missing closing ]"},
		{"(a", 1, `this "(" is never closed`},
		{"(a or (b)", 1, `this "(" is never closed`},
		{"a)", 2, `there is no "("`},
		{")", 1, `there is no "("`},
		{"()", 2, "nothing stands between"},
		{"a and", 6, `something must follow "and"`},
		{"a or or b", 6, `something must stand before "or"`},
		{"not", 4, `something must follow "not"`},
		{"(a and)", 7, `something must follow "and"`},
		{"or a", 1, `quote it: "or"`},
		{`path:"abc`, 6, "this quote is never closed"},
		{`a 'bc`, 3, "this quote is never closed"},
		{strings.Repeat("(", 200) + "a", 102, "nested too deeply"},
		{strings.Repeat("!", 200) + "a", 102, "nested too deeply"},
	} {
		_, err := Parse(c.in)
		var e *SyntaxError
		if !errors.As(err, &e) {
			t.Errorf("%s: %v, want a SyntaxError", c.in, err)
			continue
		}
		if e.Column != c.column || !strings.Contains(e.Error(), c.msg) {
			t.Errorf("%s: %v; want column %d, %q", c.in, e, c.column, c.msg)
		}
	}
}

func TestPoint(t *testing.T) {
	_, err := Parse("名前 staus>1")
	got := err.(*SyntaxError).Point("名前 staus>1")
	if want := "名前 staus>1\n     ^"; got != want {
		t.Errorf("\n%s\nwant\n%s", got, want)
	}
	if got := (&SyntaxError{Column: 99}).Point("a\x1bb"); got != "a b\n   ^" {
		t.Errorf("%q", got)
	}
}

func TestUnits(t *testing.T) {
	for s, want := range map[string]int64{
		"0": 0, "10": 10, "10b": 10, "1k": 1000, "1kB": 1000, "1KiB": 1024, "1.5Mi": 1572864, "2G": 2e9, "1TiB": 1 << 40,
	} {
		if got, err := parseSize(s); err != nil || got != want {
			t.Errorf("%s: %d, %v, want %d", s, got, err, want)
		}
	}
	for _, s := range []string{"", "k", "-1", "1kk", "1..2", ".", "1e400"} {
		if n, err := parseSize(s); err == nil {
			t.Errorf("%q is %d", s, n)
		}
	}
	lower, _ := parseVersion("1.9")
	higher, _ := parseVersion("v1.24")
	if lower >= higher {
		t.Error("1.9 does not come before 1.24")
	}
}

func TestGlob(t *testing.T) {
	for _, c := range []struct {
		pattern, s string
		want       bool
	}{
		{"container*", "ContainerCreate", true},
		{"*create", "ContainerCreate", true},
		{"c*r*e", "ContainerCreate", true},
		{"container", "ContainerCreate", false},
		{"?ontainer*", "ContainerList", true},
		{"*", "", true},
		{"?", "", false},
		{"gr?n", "GRÜN", true},
		{"a*b*c", "aXbXbYc", true},
		{"a*b*c", "aXbXbY", false},
		{"**a**", "bab", true},
	} {
		if got := glob(c.pattern, c.s); got != c.want {
			t.Errorf("%s on %s: %v", c.pattern, c.s, got)
		}
	}
}
