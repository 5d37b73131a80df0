package cells

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/ui/model"
)

// Both ends of a long body can be read, in each form in which bodies are shown.
func TestBothEndsOfABody(t *testing.T) {
	members := func(n int, id string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(`{"Id":"` + id + strconv.Itoa(i) + `","Of":["a,]}\"","b"]},`)
		}
		return b.String()
	}
	values := func(value string) (all []string) {
		for range maxValues {
			all = append(all, value+"\n")
		}
		return all
	}
	for name, c := range map[string]struct {
		content decode.Content
		pieces  []string
		gap     string
	}{
		"JSON that is kept whole": {decode.ContentJSON, []string{`{"THE":"FIRST","All":[` + members(12_000, "") + `{}],"THE":"LAST"}`}, "lines in the middle are not shown"},
		"JSON of one line":        {decode.ContentJSON, cut(`{"THE":"FIRST","All":[`+members(11_000, strings.Repeat("x", 1000))+`{}],"Of":{"a":"`+strings.Repeat(`\"x`, 5000)+`"},"THE":"LAST"}`, 1<<20), "not shown"},
		"text":                    {decode.ContentText, cut("THE FIRST\n"+strings.Repeat("of many many many\n", 500_000)+"THE LAST", 1<<20), "not shown"},
		"bytes":                   {decode.ContentUnknown, cut("THE FIRST"+strings.Repeat("\x00", 9_000_000)+"THE LAST", 1<<20), "not shown"},
		"bytes that are kept":     {decode.ContentUnknown, []string{"THE FIRST" + strings.Repeat("\x00", 300_000) + "THE LAST"}, "not shown"},
		"a table":                 {decode.ContentJSONStream, slices.Concat([]string{`{"a":"THE FIRST"}`}, values(`{"a":1}`), []string{`{"a":"THE LAST"}`}), "values in the middle are not shown"},
		"progress":                {decode.ContentJSONStream, slices.Concat([]string{`{"stream":"THE FIRST"}`}, values(`{"stream":"x"}`), []string{`{"stream":"THE LAST"}`}), "values in the middle are not shown"},
	} {
		s := exchangetest.New()
		x := s.Connect(1, "docker").Call("GET", "/v1.47/x", "").Answer(200, c.content)
		for _, p := range c.pieces {
			x.Data(decode.Response, p)
		}
		x.End(decode.Server, decode.EndEOF)
		in := model.NewDetailReader(nil)
		for _, e := range s.Events()[1:] {
			in.Event(e)
		}
		lines := Message(in.Detail(), decode.Response, Clock{}, 100, nil, false)
		at := func(from int, part string) int {
			return from + slices.IndexFunc(lines[from:], func(l Line) bool {
				return strings.Contains(strings.ReplaceAll(l.Plain(), `"THE": "`, "THE "), part)
			})
		}
		first := at(0, "THE FIRST")
		gap := at(max(first, 0), c.gap)
		if last := at(max(gap, 0), "THE LAST"); first < 0 || gap <= first || last <= gap || last < len(lines)-3 {
			t.Errorf("%s: of %d lines, the first is %d, the gap %d, the last %d", name, len(lines), first, gap, last)
		}
	}
}

func cut(s string, n int) (pieces []string) {
	for len(s) > n {
		pieces, s = append(pieces, s[:n]), s[n:]
	}
	return append(pieces, s)
}

// The end of a document stands as deep as in the whole.
func TestTheEndOfJSON(t *testing.T) {
	got := ""
	for _, l := range jsonEnd([]byte(`m\"e","c,"],"n":[1,{"o":"}"}]},{}],"last":true}`)) {
		got += "\n" + strings.TrimRight(l.Plain(), " ")
	}
	want := `
▾ {
  ▾ "…": [
    ▾ {
      ▾ "…": [
          "c,"
        ]`
	if !strings.HasPrefix(got, want) || !strings.HasSuffix(got, "\n    \"last\": true\n  }") {
		t.Errorf("%s", got)
	}
}
