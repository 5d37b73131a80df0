package export_test

import (
	"regexp"
	"testing"
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
