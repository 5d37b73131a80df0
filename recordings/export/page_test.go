package export_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
)

// The page of a real session has its commands with their verdicts, streams with
// their times, the steps of a build, the sequence and the statistics.
func TestPageHasEveryPart(t *testing.T) {
	for _, tt := range []struct {
		path  string
		parts []string
	}{
		{demo, []string{
			`<p class="verdict bad">docker run: container exited 3: fail 1 test</p>`, `<p class="verdict">docker logs: ContainerLogs shop-web follow</p>`,
			`<tr><td>\d+\.\d{3} s</td><td class="from">stdout</td><td><pre>[^<]+</pre></td></tr>`,
			`<section id="sequence">.*<svg [^>]*role="img"`, `<tr><td>ContainerCreate</td><td>2</td>`, `<b class="bad">2 failed</b>`,
		}},
		{"../testdata/sessions/build-step-fails.jsonl", []string{
			`<p class="verdict bad">docker build: [^<]+</p>`, `<ol class="steps">`, `<li>[^<]*RUN [^<]* · failed[^<]*</li>`,
		}},
	} {
		t.Run(sessionName(tt.path), func(t *testing.T) {
			page := exportFile(t, "html", tt.path)
			for _, part := range tt.parts {
				if !regexp.MustCompile("(?s)" + part).MatchString(page) {
					t.Errorf("no %s", part)
				}
			}
		})
	}
}

// Above its size the page says what is not in it, and counts it all the same.
func TestPageSaysWhatIsLeftOut(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(7, "watch")
	for range 20_001 {
		c.Call("GET", "/_ping", "").Reply(200, "")
	}
	page := write(t, "html", s)
	for _, part := range []string{"The page shows the first 20000 of 20001 calls.", `<tr><td>SystemPing</td><td>20001</td>`} {
		if !strings.Contains(page, part) {
			t.Errorf("no %q", part)
		}
	}
	if n := strings.Count(page, "<details "); n != 20_000 {
		t.Errorf("%d calls are shown", n)
	}

	s = exchangetest.New()
	c = s.Connect(7, "watch")
	for range 420 {
		c.Call("GET", "/v1.47/info", "").Reply(200, `"`+strings.Repeat("x", 64<<10)+`"`)
	}
	page = write(t, "html", s)
	if !strings.Contains(page, "Bodies are shortened") || !strings.Contains(page, "<p class=\"note\">the first ") || len(page) > 40<<20 {
		t.Errorf("a page of %d bytes does not say that bodies are shortened", len(page))
	}
}
