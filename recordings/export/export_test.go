package export_test

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/decode/golden"
	"github.com/dockwire/dockwire/recordings"
	"github.com/dockwire/dockwire/recordings/export"
)

const (
	planted = `</script><script>document.title="owned"</script><img src=x onerror=alert(1)>`
	ansi    = "\x1b[2J\x1b]0;owned\x07"
	bidi    = "\u202eowned"
)

// hostile is a recording with something active wherever a client or daemon can
// put text.
func hostile() *exchangetest.Script {
	s := exchangetest.New()
	c := s.Connect(7, "docker", "run", planted+ansi+bidi, "$(touch owned)", "`touch owned`")
	json := `{"Id":"` + strings.Repeat("ab", 32) + `","Name":"` + planted + `"}`
	c.Call("POST", "/v1.47/containers/create?name="+strings.ReplaceAll(planted, " ", "+"), `{"Image":"'; touch owned; '"}`, "Content-Type: application/json", "X-Odd: "+planted+bidi).
		Reply(201, json, "Content-Type: application/json")
	c.Call("GET", "/v1.47/x\r\ntouch owned", "").Reply(500, `{"message":"| `+"```"+` [a](javascript:alert(1)) `+planted+ansi+`"}`, "Content-Type: application/json")
	x := c.Call("GET", "/v1.47/containers/a/logs?stdout=1", "").Answer(200, decode.ContentStdcopy)
	x.Frame(decode.Response, 1, planted+ansi+bidi+"\n").Frame(decode.Response, 2, "\xff\x00\x01").EndOf(decode.Response).End(decode.Server, decode.EndEOF)
	return s
}

// terminal adds an exec with a TTY: two resizes, a character in two pieces, an
// exit code.
func terminal(s *exchangetest.Script) *exchangetest.Script {
	c := s.Connect(8, "docker", "exec", "-it", "web", "sh")
	const id = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	c.Call("POST", "/v1.47/exec/"+id+"/resize?h=30&w=100", "").Reply(200, "")
	x := s.Connect(8, "docker", "exec", "-it", "web", "sh").Call("POST", "/v1.47/exec/"+id+"/start", `{"Tty":true}`, "Content-Type: application/json").Answer(101, decode.ContentRaw)
	x.Data(decode.Response, "\x1b[1m$ \xe2\x82").Data(decode.Request, "exit 3\r")
	c.Call("POST", "/v1.47/exec/"+id+"/resize?h=40&w=120", "").Reply(200, "")
	c.Call("GET", "/v1.47/containers/json", "").Reply(200, `[]`, "Content-Type: application/json")
	x.Data(decode.Response, "\xac"+bidi+planted).EndOf(decode.Response).EndOf(decode.Request).End(decode.Server, decode.EndEOF)
	c.Call("GET", "/v1.47/exec/"+id+"/json", "").Reply(200, `{"ID":"`+id+`","Running":false,"ExitCode":3}`, "Content-Type: application/json")
	return s
}

// An asciicast has the bytes of the terminal, its sizes and its exit code.
func TestAsciicast(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(write(t, "asciicast", terminal(exchangetest.New()))), "\n")
	var head struct {
		Version int
		Term    struct{ Cols, Rows int }
		Title   string
	}
	if err := json.Unmarshal([]byte(lines[0]), &head); err != nil || head.Version != 3 || head.Term.Cols != 100 || head.Term.Rows != 30 || head.Title != "docker exec -it web sh" {
		t.Errorf("%v: %s", err, lines[0])
	}
	var got []string
	for _, line := range lines[1:] {
		var event []any
		if err := json.Unmarshal([]byte(line), &event); err != nil || len(event) != 3 {
			t.Fatalf("%v: %s", err, line)
		}
		if d, ok := event[0].(float64); !ok || d < 0 || d > 1 {
			t.Errorf("%s: the time is no interval", line)
		}
		got = append(got, event[1].(string)+" "+event[2].(string))
	}
	want := []string{"o \x1b[1m$ ", "i exit 3\r", "r 120x40", "m ContainerList 0 containers", "o €" + bidi + planted, "x 3"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	f, _ := export.Find("asciicast")
	if err := f.New(io.Discard, &export.Options{}).Close(); err == nil {
		t.Error("no terminal is no error")
	}
}

func write(t testing.TB, format string, s *exchangetest.Script, change ...func(*export.Options)) string {
	t.Helper()
	f, err := export.Find(format)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	o := &export.Options{Name: "test " + planted}
	for _, c := range change {
		c(o)
	}
	e := f.New(&out, o)
	s.Play(e.Event)
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// Nothing that was on the wire is active in a text format.
func TestHostileBytesAreInert(t *testing.T) {
	for _, f := range export.Formats {
		if f.Bytes || f.Fixed != "" {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			out := write(t, f.Name, terminal(hostile()))
			if strings.ContainsAny(out, "\x1b\x07\u202e\x00") {
				t.Error("a control character or a change of direction is in it as it is")
			}
			if f.Name == "html" || f.Name == "markdown" || f.Name == "svg" {
				outside := out
				if f.Name == "markdown" {
					outside = unfenced(out)
				}
				for _, bad := range []string{"<script>document", "<img"} {
					if strings.Contains(outside, bad) {
						t.Errorf("%s is markup", bad)
					}
				}
			}
		})
	}
}

// unfenced is a Markdown document without its blocks of code.
func unfenced(doc string) string {
	var out []string
	fence := ""
	for line := range strings.Lines(doc) {
		ticks := line[:len(line)-len(strings.TrimLeft(line, "`"))]
		switch {
		case fence == "" && len(ticks) >= 3:
			fence = ticks
		case fence != "" && strings.TrimSpace(line) == fence:
			fence = ""
		case fence == "":
			out = append(out, line)
		}
	}
	return strings.Join(out, "")
}

// The script runs nothing but its own commands, whatever was recorded.
func TestShellRunsNothingElse(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no sh")
	}
	dir := t.TempDir()
	for _, tool := range []string{"curl", "jq"} {
		if err := os.WriteFile(filepath.Join(dir, tool), []byte("#!/bin/sh\necho 200\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(sh)
	cmd.Stdin = strings.NewReader(write(t, "sh", hostile()))
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"))
	if out, err := cmd.CombinedOutput(); err != nil && cmd.ProcessState.ExitCode() != 1 {
		t.Fatalf("%v: %s", err, out)
	}
	if _, err := os.Stat(filepath.Join(dir, "owned")); err == nil {
		t.Error("a command from the recording ran")
	}
}

// Ids that an answer gives are taken from the answer.
func TestShellChainsIDs(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(1, "docker")
	id := strings.Repeat("0a1b", 16)
	c.Call("POST", "/v1.47/containers/create", `{}`, "Content-Type: application/json").Reply(201, `{"Id":"`+id+`"}`, "Content-Type: application/json")
	c.Call("POST", "/v1.47/containers/"+id+"/start", "").Reply(204, "")
	out := write(t, "sh", s)
	if strings.Contains(out, id) || !strings.Contains(out, `/containers/'"$id_1"'/start`) {
		t.Error(out)
	}
}

// Another reader finds the calls, statuses and bodies of a HAR.
func TestHAR(t *testing.T) {
	var har struct {
		Log struct {
			Pages   []struct{ ID string }
			Entries []struct {
				Pageref  string
				Request  struct{ Method, URL string }
				Response struct {
					Status  int
					Content struct{ Text string }
				}
				Messages []struct{ Data string } `json:"_webSocketMessages"`
			}
		}
	}
	out := write(t, "har", hostile())
	if err := json.Unmarshal([]byte(out), &har); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	e := har.Log.Entries
	if len(e) != 3 || len(har.Log.Pages) != 1 || e[0].Pageref != har.Log.Pages[0].ID {
		t.Fatalf("%+v", har)
	}
	if e[0].Response.Status != 201 || !strings.Contains(e[0].Response.Content.Text, "<img src=x") || e[1].Response.Status != 500 {
		t.Errorf("%+v", e)
	}
	if len(e[2].Messages) != 2 || e[2].Messages[0].Data != planted+ansi+bidi+"\n" {
		t.Errorf("%+v", e[2].Messages)
	}
}

const demo = "../../cmd/dockwire/demo/recording.jsonl.zst"

// exportFile exports a recording as the command does.
func exportFile(t testing.TB, format, path string, change ...func(*export.Options)) string {
	t.Helper()
	f, err := export.Find(format)
	if err != nil {
		t.Fatal(err)
	}
	again := func() (*recordings.Reader, error) { return recordings.Open(path) }
	in, err := again()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	o := export.Options{Name: "demo"}
	for _, c := range change {
		c(&o)
	}
	var out strings.Builder
	if err := export.Write(f, &out, o, in, again, func(err error) { t.Error(err) }); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// The exports of the demo that are text to read are golden; real readers check
// the others.
func TestGolden(t *testing.T) {
	summary := func(o *export.Options) { o.Summary = true }
	for _, tt := range []struct {
		file, format string
		change       []func(*export.Options)
	}{
		{"demo.mmd", "mermaid", nil}, {"demo.md", "markdown", nil}, {"demo.svg", "svg", nil}, {"demo.cast", "asciicast", nil}, {"summary.md", "markdown", []func(*export.Options){summary}}, {"demo.sh", "sh", nil},
	} {
		t.Run(tt.file, func(t *testing.T) {
			golden.Check(t, "testdata/"+tt.file, exportFile(t, tt.format, demo, tt.change...))
		})
	}
}

// streaming are the formats that write while they read.
func streaming() []export.Format {
	return slices.DeleteFunc(slices.Clone(export.Formats), func(f export.Format) bool { return f.Name == "html" || f.Name == "svg" || f.Fixed != "" })
}

// exportCommands exports commands of three calls each, and looks now and then.
func exportCommands(t testing.TB, formats []export.Format, commands, every int, look func(inUse int64)) {
	var all []export.Exporter
	for _, f := range formats {
		all = append(all, f.New(io.Discard, &export.Options{}))
	}
	for n := range commands {
		for _, e := range nthCommand(n) {
			for _, x := range all {
				x.Event(e)
			}
		}
		if (n+1)%every == 0 {
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			look(int64(m.HeapAlloc))
		}
	}
	for i, x := range all {
		if err := x.Close(); err != nil && formats[i].Name != "asciicast" { // which finds no terminal
			t.Fatal(err)
		}
	}
}

// Many commands go through the formats that stream in bounded memory.
func TestMemoryIsBounded(t *testing.T) {
	var seen []int64
	exportCommands(t, streaming(), 3*2048, 2048, func(inUse int64) { seen = append(seen, inUse) })
	// Of 4096 commands half are forgotten, so that as many are known each time.
	// A format that kept its calls would take 8 MB; HAR adds a page a command, up
	// to 10,000.
	if grown := seen[2] - seen[1]; grown > 3<<20 {
		t.Errorf("2048 more commands took %d bytes", grown)
	}
}

// BenchmarkMillion exports a million calls.
func BenchmarkMillion(b *testing.B) {
	for _, f := range streaming() {
		b.Run(f.Name, func(b *testing.B) {
			for b.Loop() {
				part := 0
				exportCommands(b, []export.Format{f}, 333_336, 41_667, func(inUse int64) {
					part++
					b.ReportMetric(float64(inUse)/(1<<20), fmt.Sprintf("MiB-at-%d/8", part))
				})
			}
		})
	}
}

// nthCommand is the calls of a docker run of its own process, container and
// connection.
func nthCommand(n int) []decode.Event {
	s := exchangetest.New()
	name, id := "web-"+strconv.Itoa(n), fmt.Sprintf("%064x", n+1)
	c := s.Connect(1000+n, "docker", "run", "--name", name, "busybox")
	c.Call("POST", "/v1.47/containers/create?name="+name, `{"Image":"busybox","Labels":{"a":"`+strings.Repeat("a", 1000)+`"}}`, "Content-Type: application/json").
		Reply(201, `{"Id":"`+id+`"}`, "Content-Type: application/json")
	c.Call("POST", "/v1.47/containers/"+id+"/start", "").Reply(204, "")
	c.Call("GET", "/v1.47/containers/"+id+"/logs?stdout=1", "").Answer(200, decode.ContentStdcopy).
		Frame(decode.Response, 1, "out of "+name+"\n").EndOf(decode.Response).End(decode.Server, decode.EndEOF)
	c.Close()
	for _, e := range s.Events() {
		o := e.From()
		o.Time += time.Duration(n) * 100 * time.Millisecond
		o.Conn += decode.ConnID(n)
		if o.Exchange > 0 {
			o.Exchange += decode.ExchangeID(3 * n)
		}
	}
	return s.Events()
}
