package cells

import (
	"strings"
	"testing"
	"unicode"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/ui/model"
)

// checkSafe fails on anything that must not reach a terminal.
func checkSafe(t *testing.T, lines []Line) {
	t.Helper()
	for _, l := range lines {
		for _, s := range l.Spans {
			for _, r := range s.Text {
				if !unicode.IsPrint(r) {
					t.Fatalf("%q gets to the screen", s.Text)
				}
			}
		}
	}
}

// FuzzPages makes every page of exchanges with any body and any events:
// nothing may panic, and no control character may get out.
func FuzzPages(f *testing.F) {
	f.Add([]byte(`{"a":[1,{"b":"\u001b[31m"}],"c":{}}`), byte(decode.ContentJSON))
	f.Add([]byte(`{"status":"Downloading","id":"x","progressDetail":{"current":-5,"total":1}}`), byte(decode.ContentJSONStream))
	f.Add([]byte("a\x1b[2J\r\nb\x00\xff"), byte(decode.ContentRaw))
	f.Add([]byte(strings.Repeat("[", 2000)), byte(decode.ContentJSON))
	f.Fuzz(func(t *testing.T, body []byte, content byte) {
		s := exchangetest.New()
		x := s.Connect(1, "docker", string(body)).Call("POST", "/v1.47/containers/"+string(body[:min(len(body), 20)])+"/attach?a="+string(body[:min(len(body), 9)]), string(body), "X: "+string(body))
		x.Answer(200+int(content)%400, decode.Content(content%10), "Y: "+string(body))
		x.Data(decode.Response, string(body))
		x.Frame(decode.Response, int(content)%4, string(body))
		x.End(decode.Server, decode.EndEOF)
		for _, events := range [][]decode.Event{s.Events()[1:], exchangetest.Chaos(body)} {
			in := model.NewDetailReader(nil)
			for _, e := range events {
				in.Event(e)
			}
			d := in.Detail()
			if d.Exchange == nil {
				continue
			}
			for _, width := range []int{10, 80} {
				checkSafe(t, Overview(d, string(body), model.Mark{Comment: string(body)}, Clock{}, 0, width))
				for _, dir := range []decode.Direction{decode.Request, decode.Response} {
					checkSafe(t, Message(d, dir, Clock{}, width, nil, false))
					checkSafe(t, Message(d, dir, Clock{}, width, map[int]bool{1: true, 3: true}, true))
				}
				checkSafe(t, all(Stream(d, nil, Clock{}, width, true), width))
				checkSafe(t, all(Stream(d, []model.TerminalSize{{Columns: width, Rows: 5}, {At: 1, Columns: 3, Rows: 2}}, Clock{}, width, true), width))
				checkSafe(t, all(Stream(d, nil, Clock{}, width, false), width))
				checkSafe(t, Raw(d, width))
			}
		}
	})
}

func TestJSONFolds(t *testing.T) {
	doc := []byte(`{"a": {"b": [1, 2.50]}, "c": [], "d": null}`)
	plain := func(folded map[int]bool) string {
		var b strings.Builder
		for _, l := range jsonText(doc, folded) {
			b.WriteString(strings.TrimRight(l.Plain(), " ") + "\n")
		}
		return b.String()
	}
	want := `▾ {
  ▾ "a": {
    ▾ "b": [
        1,
        2.50
      ]
    },
    "c": [],
    "d": null
  }
`
	if got := plain(nil); got != want {
		t.Errorf("open:\n%s", got)
	}
	want = `▾ {
  ▸ "a": { 1 },
    "c": [],
    "d": null
  }
`
	if got := plain(map[int]bool{2: true}); got != want {
		t.Errorf("folded:\n%s", got)
	}
	if got := plain(map[int]bool{1: true}); got != "▸ { 3 }\n" {
		t.Errorf("all folded: %s", got)
	}
}

func all(s Source, width int) (lines []Line) {
	for i := range s.Len() {
		lines = append(lines, s.Line(i, width))
	}
	return lines
}

func TestPlace(t *testing.T) {
	lines := Fixed(append([]Line{Make(Dim, "GET"), *new(Line).Raw(Key, "Host").Add(Dim, ": ")}, jsonText([]byte(`[{"a": {"b": [1, {"c-d": 2}]}, "e": []}]`), nil)...))
	want := map[string]string{`"a": {`: "a", `"b": [`: "a.b", `"c-d": 2`: "a.b.c-d", `"e": []`: "e"}
	for i, l := range lines {
		text := strings.Trim(l.Plain(), " ▾,")
		if got := Place(lines, i, 80); got != want[text] {
			t.Errorf("%s: %q, want %q", text, got, want[text])
		}
		delete(want, text)
	}
	if len(want) > 0 {
		t.Errorf("not found: %v", want)
	}
}
