package compare

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/digest"
	"github.com/dockwire/dockwire/decode/exchange"
)

// answered is an answer, of which a recording kept only the beginning if keep is
// not negative.
func answered(content decode.Content, body string, keep int, kind digest.Kind) *Parts {
	var parts *Parts
	c := NewCollector(nil, func(_ *exchange.Exchange, take func() *Parts) { parts = take() })
	o := decode.Origin{Conn: 1, Exchange: 1}
	c.Event(&decode.ConnOpened{Origin: decode.Origin{Conn: 1}})
	c.Event(&decode.RequestHead{Origin: o, Method: "GET", Target: "/x"})
	c.Event(&decode.DirectionEnd{Origin: o, Dir: decode.Request})
	c.Event(&decode.ResponseHead{Origin: o, Status: 200, Content: content})
	kept := body
	if keep >= 0 {
		kept = body[:keep]
	}
	c.Event(&decode.Data{Origin: o, Dir: decode.Response, Fd: decode.NoFd, Bytes: []byte(kept)})
	if keep >= 0 {
		c.Event(&decode.Omitted{Origin: o, Dir: decode.Response, Bytes: int64(len(body) - keep), Total: int64(len(body)), Digest: kind.Of([]byte(body)), Why: "max-body"})
	}
	c.Event(&decode.DirectionEnd{Origin: o, Dir: decode.Response})
	c.Event(&decode.ExchangeEnd{Origin: o, How: decode.EndEOF})
	return parts
}

// An answer of which one recording has only the beginning is compared by its
// digest, and by its beginning where the rest is different each time.
func TestAnswersBeyondTheCap(t *testing.T) {
	text := strings.Repeat("one line of it\n", 1000)
	times := strings.Repeat("at 2026-11-23T14:02:11.5Z\n", 1000)
	later := strings.ReplaceAll(times, "11-23", "11-24")
	doc := `{"Name":"a","List":[` + strings.Repeat(`"some text",`, 1000) + `1]}`
	for name, c := range map[string]struct {
		content decode.Content
		a, b    string
		keep    int
		differs string // "" for the same
		note    bool
	}{
		"the same":               {decode.ContentText, text, text, 100, "", false},
		"nothing kept":           {decode.ContentText, text, text, 0, "", false},
		"other beyond":           {decode.ContentText, text, text + "more\n", 100, "answer", false},
		"other before":           {decode.ContentText, text, "x" + text, 100, "answer", false},
		"times":                  {decode.ContentText, times, later, 100, "", true},
		"times and another line": {decode.ContentText, times, "other\n" + later, 100, "answer line 1", true},
		"a document":             {decode.ContentJSON, doc, doc, 100, "", false},
		"another document":       {decode.ContentJSON, doc, strings.Replace(doc, "a", "b", 1), 100, "", true},
		"another tar":            {decode.ContentTar, text, "x" + text, 100, "answer", false},
		"a tar":                  {decode.ContentTar, text, text, 100, "", false},
	} {
		for _, kind := range digest.Kinds {
			for _, turned := range []bool{false, true} {
				a, b := answered(c.content, c.a, c.keep, kind), answered(c.content, c.b, -1, kind)
				if turned {
					a, b = b, a
				}
				var places []string
				for _, d := range (&Pairs{}).Answers(a, b, false) {
					places = append(places, d.Place)
				}
				if got := strings.Join(places, " "); got != c.differs && !strings.HasPrefix(got, c.differs+" ") || c.differs == "" && got != "" {
					t.Errorf("%s, %s, turned %v: differ at %q, want %q", name, kind, turned, got, c.differs)
				}
				if note := Unkept(a, b); (note != "") != c.note || c.note && !strings.Contains(note, fmt.Sprint(len(c.b))) {
					t.Errorf("%s: note %q", name, note)
				}
			}
		}
	}
}
