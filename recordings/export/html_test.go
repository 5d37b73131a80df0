package export

import (
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
)

// Above its size the page says what is not in it, and counts it all the same.
func TestPageSaysWhatIsLeftOut(t *testing.T) {
	var out strings.Builder
	h := newHTML(&out, &Options{}).(*htmlExporter)
	h.maxCalls, h.maxBodies = 10, 2*maxPageBody
	s := exchangetest.New()
	c := s.Connect(7, "watch")
	for range 11 {
		c.Call("GET", "/v1.47/info", "").Reply(200, `"`+strings.Repeat("x", maxPageBody)+`"`)
	}
	s.Play(h.Event)
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	page := out.String()
	for _, part := range []string{
		"The page shows the first 10 of 11 calls.", "<tr><td>SystemInfo</td><td>11</td>",
		"Bodies are shortened", `<p class="note">the first 0B of 16.4kB</p>`,
	} {
		if !strings.Contains(page, part) {
			t.Errorf("no %q", part)
		}
	}
	if n := strings.Count(page, "<details "); n != 10 {
		t.Errorf("%d calls are shown", n)
	}
	if n := strings.Count(page, "x"); n > h.maxBodies+len(pageCSS)+len(pageJS) {
		t.Errorf("the bodies are %d bytes", n)
	}
}
