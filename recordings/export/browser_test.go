package export_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
)

// chromium finds the browser. The tests are asked for where it has to be.
func chromium(t testing.TB) string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") == "true" || os.Getenv("DOCKWIRE_REQUIRE_CHROMIUM") == "1" {
		t.Fatal("there is no chromium (apt-get install chromium)")
	}
	t.Skip("there is no chromium")
	return ""
}

// browse opens a page; what it returns collects messages of the console, script
// errors and violations of the page's policy.
func browse(t testing.TB, html string) (ctx context.Context, url string, troubles *[]string) {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium(t)), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.WSURLReadTimeout(2*time.Minute))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	troubles = new([]string)
	err := chromedp.Listen(ctx, func(e any) {
		switch e := e.(type) {
		case *log.EventEntryAdded:
			*troubles = append(*troubles, e.Entry.Text)
		case *runtime.EventConsoleAPICalled:
			*troubles = append(*troubles, "console")
		case *runtime.EventExceptionThrown:
			*troubles = append(*troubles, e.ExceptionDetails.Text)
		case *page.EventJavascriptDialogOpening:
			*troubles = append(*troubles, "dialog: "+e.Message)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return ctx, "file://" + tempFile(t, "page.html", html), troubles
}

// The printed page shows every call open, and has no empty pages.
func TestPageIsPrinted(t *testing.T) {
	ctx, url, _ := browse(t, write(t, "html", hostile()))
	if err := chromedp.Do(ctx, chromedp.Navigate(url)); err != nil {
		t.Fatal(err)
	}
	pdf, err := chromedp.Call(ctx, page.PrintToPDF, page.PrintToPDFParams{})
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(pdf.Data), "/Type /Page\n"); n == 0 || n > 4 {
		t.Errorf("three calls, a sequence and statistics are %d pages", n)
	}
}

// A page without scripts has all that one with them has.
func TestPageWithoutScripts(t *testing.T) {
	ctx, url, troubles := browse(t, write(t, "html", hostile()))
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(ctx, chromedp.Navigate(url)); err != nil {
		t.Fatal(err)
	}
	text := evaluate[string](t, ctx, `document.querySelector("#e2 .detail").textContent`)
	if !strings.Contains(text, "GET /v1.47/x") || !strings.Contains(text, "javascript:alert(1)") {
		t.Errorf("%q", text)
	}
	if len(*troubles) > 0 {
		t.Errorf("%q", *troubles)
	}
}

func manyCalls(commands int) *exchangetest.Script {
	s := exchangetest.New()
	body := `[` + strings.Repeat(`{"Id":"0123456789abcdef","Image":"nginx","State":"running","Labels":{"a":"b"}},`, 5) + `{}]`
	for n := range commands {
		c := s.Connect(100+n, "docker", "ps")
		for range 50 {
			c.Call("GET", "/v1.47/containers/json", "", "Host: docker", "User-Agent: Docker-Client/28.2.2 (linux)").Reply(200, body, "Content-Type: application/json", "Api-Version: 1.47")
		}
	}
	return s
}

// Of many calls only those in view are elements; a link and the filter find the
// others.
func TestPageOfManyCalls(t *testing.T) {
	ctx, url, troubles := browse(t, write(t, "html", manyCalls(30)))
	if err := chromedp.Do(ctx, chromedp.Navigate(url+"#e1234")); err != nil {
		t.Fatal(err)
	}
	if !evaluate[bool](t, ctx, `document.getElementById("e1234").open`) {
		t.Error("the link opens nothing")
	}
	if n := evaluate[int](t, ctx, `document.querySelectorAll(".block > noscript").length`); n == 0 {
		t.Error("all calls are elements at once")
	}
	filter(t, ctx, "op:ContainerList not cmd:other")
	if s := evaluate[string](t, ctx, `document.getElementById("found").value`); s != "1500 of 1500" {
		t.Errorf("%q", s)
	}
	if len(*troubles) > 0 {
		t.Errorf("%q", *troubles)
	}
}

// BenchmarkPageOpens opens a page of 10,000 calls in a browser.
func BenchmarkPageOpens(b *testing.B) {
	page := write(b, "html", manyCalls(200))
	ctx, url, _ := browse(b, page)
	b.ReportMetric(float64(len(page)), "bytes")
	for b.Loop() {
		if err := chromedp.Do(ctx, chromedp.Navigate(url)); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(evaluate[float64](b, ctx, `performance.getEntriesByType("navigation")[0].loadEventEnd`), "ms/load")
		b.ReportMetric(evaluate[float64](b, ctx, `performance.getEntriesByType("paint")[0]?.startTime ?? -1`), "ms/paint")
	}
}

// The page filters, opens what a link names, breaks no policy, and runs
// nothing that was recorded.
func TestPageInABrowser(t *testing.T) {
	ctx, url, troubles := browse(t, write(t, "html", hostile()))
	const visible = `[...document.querySelectorAll("#calls details")].filter((d) => d.offsetParent).length`
	if err := chromedp.Do(ctx, chromedp.Navigate(url+"#e2")); err != nil {
		t.Fatal(err)
	}
	open := func(id string) bool { return evaluate[bool](t, ctx, `document.getElementById("`+id+`").open`) }
	if title := evaluate[string](t, ctx, "document.title"); title != "test "+planted+" · dockwire" || !open("e2") || open("e1") {
		t.Errorf("title %q, e2 open: %v, e1 open: %v", title, open("e2"), open("e1"))
	}
	for _, tt := range []struct {
		filter  string
		visible int
	}{{"", 3}, {"is:error", 1}, {"op:container* not status>=400", 2}, {"cmd:docker status:201", 1}, {"stdout=1", 1}, {"nothing-has-this", 0}} {
		filter(t, ctx, tt.filter)
		if n := evaluate[int](t, ctx, visible); n != tt.visible {
			t.Errorf("%q shows %d calls, want %d", tt.filter, n, tt.visible)
		}
	}
	filter(t, ctx, "op:")
	if s := evaluate[string](t, ctx, `document.getElementById("found").value`); s != "op: is not known here" {
		t.Errorf("%q", s)
	}
	filter(t, ctx, "")
	evaluate[bool](t, ctx, `document.querySelector("#e1 summary").click() ?? true`)
	if !open("e1") || !evaluate[bool](t, ctx, `document.querySelector("#e1 pre").textContent.startsWith("POST /v1.47/containers/create")`) {
		t.Error("a click does not open a call")
	}
	if n := evaluate[int](t, ctx, `document.querySelectorAll("main img, main script, main iframe").length`); n != 0 {
		t.Errorf("%d elements came from the recording", n)
	}
	if len(*troubles) > 0 {
		t.Errorf("%q", *troubles)
	}
}

// The page is dark where people want it so, is no wider than a phone, and asks for
// nothing else.
func TestPageFitsItsReader(t *testing.T) {
	ctx, url, troubles := browse(t, exportFile(t, "html", "../testdata/sessions/build-step-fails.jsonl"))
	grounds := map[string]string{}
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{380, 1280} {
			if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}); err != nil {
				t.Fatal(err)
			}
			if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 800), chromedp.Navigate(url)); err != nil {
				t.Fatal(err)
			}
			evaluate[bool](t, ctx, `document.getElementById("all").click() ?? true`)
			grounds[scheme] = evaluate[string](t, ctx, `getComputedStyle(document.body).backgroundColor`)
			if n := evaluate[int64](t, ctx, `document.documentElement.scrollWidth`); n > width {
				t.Errorf("%s: the page is %d wide, the window %d", scheme, n, width)
			}
			if wide := evaluate[[]string](t, ctx, `[...document.querySelectorAll(".detail")].filter((d) => d.scrollWidth > d.clientWidth).map((d) => d.parentNode.id)`); len(wide) > 0 {
				t.Errorf("%s, %d wide: the details of %v are cut", scheme, width, wide)
			}
			if n := evaluate[int](t, ctx, `performance.getEntriesByType("resource").length`); n > 0 {
				t.Errorf("the page asks for %d others", n)
			}
		}
	}
	if grounds["light"] == grounds["dark"] {
		t.Errorf("both schemes are on %s", grounds["light"])
	}
	if len(*troubles) > 0 {
		t.Errorf("%q", *troubles)
	}
}

// The page of the demo has each call of the recording, with its method, target,
// status, and the JSON of its bodies.
func TestPageEqualsTheRecording(t *testing.T) {
	ctx, url, troubles := browse(t, exportFile(t, "html", demo))
	if err := chromedp.Do(ctx, chromedp.Navigate(url)); err != nil {
		t.Fatal(err)
	}
	type shown struct {
		ID, Target, Status string
		Bodies             []string
	}
	list := evaluate[[]shown](t, ctx, `[...document.querySelectorAll("#calls details")].map((d) => ({
		id: d.id, target: d.dataset.target, status: d.dataset.status, bodies: [...d.querySelectorAll("pre.body")].map((p) => p.textContent) }))`)
	slices.SortFunc(list, func(a, b shown) int { return cmp.Or(len(a.ID)-len(b.ID), strings.Compare(a.ID, b.ID)) })
	want := calls(t, demo)
	slices.SortFunc(want, func(a, b told) int { return int(a.id) - int(b.id) })
	if len(list) != len(want) {
		t.Fatalf("%d calls, want %d", len(list), len(want))
	}
	for i, w := range want {
		g := list[i]
		if g.ID != fmt.Sprintf("e%d", w.id) || g.Target != w.method+" "+w.target || g.Status != strconv.Itoa(w.status) {
			t.Errorf("%s %s %s, want call %d %s %s %d", g.ID, g.Target, g.Status, w.id, w.method, w.target, w.status)
		}
		for _, body := range [][]byte{w.request, w.body} {
			if json.Valid(body) && !slices.ContainsFunc(g.Bodies, func(s string) bool { return compact(s) == compact(string(body)) }) {
				t.Errorf("%s: %s is not in %q", g.ID, body, g.Bodies)
			}
		}
	}
	if len(*troubles) > 0 {
		t.Errorf("%q", *troubles)
	}
}

func compact(s string) string {
	var b bytes.Buffer
	_ = json.Compact(&b, []byte(s))
	return b.String()
}

func evaluate[T any](t testing.TB, ctx context.Context, expression string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func filter(t *testing.T, ctx context.Context, text string) {
	evaluate[bool](t, ctx, `(() => { const f = document.getElementById("filter"); f.value = "`+text+`"; return f.dispatchEvent(new Event("input")) })()`)
}
