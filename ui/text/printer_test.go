package text

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/ui/safe"
)

func TestLinesFitTheWidth(t *testing.T) {
	for _, width := range []int{minWidth, 25, 31, 40, 47, 59, 60, 61, 80, 99, 100, 101, 120, 159} {
		for _, o := range []Options{
			{Streams: true, FirstCommand: true, Width: width},
			{Streams: true, Headers: true, Body: true, Width: width},
			{Raw: true, Width: width},
		} {
			for _, s := range []*exchangetest.Script{run(), trouble(), wide()} {
				o.Start, o.Location = start, time.UTC
				for l := range strings.Lines(string(played(s, o))) {
					if n := safe.Width(strings.TrimRight(l, "\n")); n > width {
						t.Fatalf("%d columns of %d: %q", n, width, l)
					}
				}
			}
		}
	}
}

// wide has characters of two columns and of none.
func wide() *exchangetest.Script {
	s := exchangetest.New()
	c := s.Connect(1, "docker", "run", "コンテナ", "a\u0301\u0301\u0301\u0301\u0301\u0301\u0301")
	c.Call("POST", "/containers/create?name=名前名前名前名前名前名前名前", `{"Image":"画像/画像/画像/画像/画像/画像/画像/画像"}`).
		Reply(404, `{"message":"`+strings.Repeat("そのようなイメージはありません ", 5)+`"}`)
	c.Call("POST", "/containers/a/attach", "").Answer(101, decode.ContentRaw).
		Data(decode.Response, strings.Repeat("日本語\u200d🐳e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301", 20)).
		End(decode.Server, decode.EndEOF)
	return s
}

// Nobody that sends through dockwire may drive the terminal of the user that watches.
func FuzzNoControlBytesGetOut(f *testing.F) {
	f.Add("/x\x1b[2J", "value\x9b31m", []byte("\x1b]0;title\x07\r\n\x00\xff\u202egnp"), "docker\x1b[1m", 40, 0xff)
	f.Add("/v1.47/containers/create?name=a", "b", []byte(`{"message":"\u001b[2J","Image":"a\u0007"}`), "sh", 0, 0)
	f.Add("/images/create?fromImage=a", "b", []byte(`{"status":"\u001b[2J","id":"\u009b"}`), "sh", 80, 1)
	f.Fuzz(func(t *testing.T, target, value string, body []byte, command string, width, flags int) {
		s := exchangetest.New()
		c := s.Connect(1, command, value)
		for i, content := range []decode.Content{decode.ContentJSON, decode.ContentJSONStream, decode.ContentStdcopy, decode.ContentUnknown, decode.ContentTar} {
			x := c.Request("POST", target, "X: "+value)
			x.Head().Raw = append([]byte("POST "+target+"\r\n"+value), body...)
			x.Data(decode.Request, string(body))
			x.Answer(200+200*(i&1), content, value+": "+value)
			x.ResponseHead().Reason = value
			x.Frame(decode.Response, i-1, string(body)).Data(decode.Response, string(body))
			x.Event(&decode.Anomaly{Reason: value, Bytes: body}).Event(&decode.Gap{Why: value, Bytes: 1})
			x.Event(&decode.Omitted{Why: value, Bytes: 7})
			x.Event(&decode.ExchangeEnd{By: decode.Server, How: decode.EndError, Err: value})
			c = s.Connect(i+2, command+value)
		}
		s.Connect(9).Fail(decode.Server, decode.EndError, value)
		s.Add(&decode.Mark{Text: value})
		o := Options{
			Start: start, Location: time.UTC, Width: max(width%200, 0),
			Streams: flags&1 != 0, Headers: flags&2 != 0, Body: flags&4 != 0, Raw: flags&8 != 0, FirstCommand: flags&16 != 0,
		}
		for i, l := range strings.Split(string(played(s, o)), "\n") {
			if !utf8.ValidString(l) {
				t.Fatalf("line %d is no UTF-8: %q", i, l)
			}
			for _, r := range l {
				if !unicode.IsPrint(r) {
					t.Fatalf("line %d has %U: %q", i, r, l)
				}
			}
			if n := safe.Width(l); o.Width >= minWidth && n > o.Width {
				t.Fatalf("line %d has %d columns of %d: %q", i, n, o.Width, l)
			}
		}
	})
}

func TestWhatWaitsIsShownByTick(t *testing.T) {
	var out bytes.Buffer
	p := NewPrinter(&out, Options{})
	s := exchangetest.New()
	s.Connect(1).Call("GET", "/v1.47/events", "")
	s.Play(p.Event)
	p.Tick(s.Now() + 200*time.Millisecond)
	if out.Len() != 0 {
		t.Errorf("too early: %s", &out)
	}
	p.Tick(s.Now() + 400*time.Millisecond)
	p.Tick(s.Now() + 800*time.Millisecond)
	if got := out.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "··· SystemEvents") {
		t.Errorf("%q", got)
	}
	if err := p.Close(); err != nil || !strings.Contains(out.String(), "[still open]") {
		t.Errorf("%v: %q", err, &out)
	}
}

func TestWhatIsHeldBackComesWithTheTick(t *testing.T) {
	var out bytes.Buffer
	p := NewPrinter(&out, Options{Streams: true})
	s := exchangetest.New()
	x := s.Connect(1).Call("GET", "/containers/a/logs", "").Answer(200, decode.ContentStdcopy)
	for range 30 {
		x.Frame(decode.Response, 1, "x")
	}
	s.Play(p.Event)
	if got := strings.Count(out.String(), "│"); got != burst {
		t.Errorf("%d lines at once, want %d", got, burst)
	}
	p.Tick(s.Now() + 2*time.Second)
	if !strings.Contains(out.String(), "… 10 more frames, 10B") {
		t.Errorf("%s", &out)
	}
}

func TestLinesEndAsTheTerminalNeeds(t *testing.T) {
	got := played(run(), Options{CRLF: true})
	if n := bytes.Count(got, []byte("\n")); n == 0 || n != bytes.Count(got, []byte("\r\n")) {
		t.Errorf("%q", got)
	}
}

// One write of whole lines a call: what takes them may drop lines, not halves.
func TestWritesAreWholeLines(t *testing.T) {
	w := &writes{}
	p := NewPrinter(w, Options{Streams: true, Headers: true, Body: true})
	calls := 0
	run().Play(func(e decode.Event) {
		before := w.n
		p.Event(e)
		calls++
		if w.n > before+1 {
			t.Errorf("%d writes for one event", w.n-before)
		}
	})
	if w.n == 0 || w.broken {
		t.Errorf("%d writes, broken %v", w.n, w.broken)
	}
}

type writes struct {
	n      int
	broken bool
}

func (w *writes) Write(b []byte) (int, error) {
	w.n++
	w.broken = w.broken || len(b) == 0 || b[len(b)-1] != '\n'
	return len(b), nil
}

func TestTheFirstErrorOfWritingIsKept(t *testing.T) {
	gone := errors.New("gone")
	p := NewPrinter(failing{gone}, Options{})
	run().Play(p.Event)
	if err := p.Close(); err != gone {
		t.Errorf("%v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// What ended is forgotten: a day of traffic must not fill the memory.
func TestNothingIsKeptOfWhatEnded(t *testing.T) {
	p := NewPrinter(&bytes.Buffer{}, Options{Streams: true})
	s := exchangetest.New()
	for i := range 100 {
		c := s.Connect(i, "docker")
		c.Call("POST", "/containers/a/attach", "").Answer(101, decode.ContentRaw).Data(decode.Response, "x").End(decode.Server, decode.EndEOF)
		c.Close()
	}
	s.Play(p.Event)
	p.Tick(s.Now() + time.Minute)
	if len(p.shown)+len(p.groups.said) > 0 {
		t.Errorf("%d exchanges, %d commands", len(p.shown), len(p.groups.said))
	}
}

func TestTook(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "0µs", 0: "0µs", 840 * time.Microsecond: "840µs", 1250 * time.Microsecond: "1.2ms",
		9999 * time.Microsecond: "9.9ms", 10 * time.Millisecond: "10ms", 270 * time.Millisecond: "270ms",
		4200 * time.Millisecond: "4.2s", 42 * time.Second: "42s", 63 * time.Second: "1m03s",
		125 * time.Minute: "2h05m", 76 * time.Hour: "3d04h",
	} {
		if got := took(d); got != want {
			t.Errorf("%d: %s, want %s", d, got, want)
		}
	}
}

func TestCounted(t *testing.T) {
	for n, want := range map[int]string{0: "0 frames", 1: "1 frame", 999: "999 frames", 1234: "1,234 frames", 1234567: "1,234,567 frames"} {
		if got := counted(n, "frame"); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
}

func TestAppendSafe(t *testing.T) {
	for _, c := range []struct {
		in     string
		quoted bool
		max    int
		want   string
		width  int
	}{
		{"hello", false, -1, "hello", 5},
		{"hello", false, 5, "hello", 5},
		{"hello", false, 4, "hel…", 4},
		{"hello", false, 1, "…", 1},
		{"a\nb\t\r\x1b[m\x00\x7f", false, -1, `a\nb\t\r\e[m\x00\x7f`, 20},
		{`say "hi"\`, true, -1, `say \"hi\"\\`, 12},
		{`say "hi"\`, false, -1, `say "hi"\`, 9},
		{"\xff\xc3", false, -1, `\xff\xc3`, 8},
		{"\u009b\u202e\u200b", false, -1, `\u{9b}\u{202e}\u{200b}`, 22},
		{"日本", false, -1, "日本", 4},
		{"日本", false, 3, "日…", 3},
		{"日本", false, 2, "…", 1},
		{"ab\x1b", false, 3, "ab…", 3},
		{"", false, 0, "", 0},
	} {
		got, width, cut := safe.Append(nil, c.in, c.quoted, c.max)
		if string(got) != c.want || width != c.width || cut != strings.Contains(c.want, "…") {
			t.Errorf("%q to %d: %q, %d columns, cut %v; want %q, %d", c.in, c.max, got, width, cut, c.want, c.width)
		}
	}
}

func BenchmarkSmallExchange(b *testing.B) {
	for _, o := range []Options{{}, {Width: 120, Color: true}} {
		b.Run(fmt.Sprintf("width=%d", o.Width), func(b *testing.B) {
			o.Start, o.Location = start, time.UTC
			s := exchangetest.New()
			c := s.Connect(1, "docker", "ps")
			n := len(s.Events())
			c.Call("GET", "/v1.47/containers/json?all=1", "").Reply(200, `[{"Id":"4f2c","Names":["/web"]}]`, "Content-Type: application/json")
			events := s.Events()
			p := NewPrinter(&writes{}, o)
			for _, e := range events[:n] {
				p.Event(e)
			}
			b.ReportAllocs()
			for b.Loop() {
				for _, e := range events[n:] {
					p.Event(e)
				}
			}
		})
	}
}

func BenchmarkStreamChunk(b *testing.B) {
	s := exchangetest.New()
	x := s.Connect(1, "docker", "logs").Call("GET", "/v1.47/containers/a/logs", "").Answer(200, decode.ContentStdcopy)
	n := len(s.Events())
	x.Frame(decode.Response, 1, strings.Repeat("a line of output\n", 100))
	events := s.Events()
	p := NewPrinter(&writes{}, Options{Streams: true, Start: start, Location: time.UTC})
	for _, e := range events[:n] {
		p.Event(e)
	}
	b.ReportAllocs()
	for b.Loop() {
		p.Event(events[n])
	}
}
