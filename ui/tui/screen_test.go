package tui

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/gdamore/tcell/v2"
	"github.com/rivo/tview"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/decode/golden"
	"github.com/dockwire/dockwire/ui/model"
	"github.com/dockwire/dockwire/ui/tui/cells"
)

const containerID = "3f2a91c0b7d43f2a91c0b7d43f2a91c0b7d43f2a91c0b7d43f2a91c0b7d40000"

// scene is docker run, a pull that fails while it runs, a docker ps, and a
// build that goes on.
func scene() *exchangetest.Script {
	s := exchangetest.New()
	run := []string{"/usr/bin/docker", "run", "--rm", "-i", "busybox", "cat"}
	c := s.Connect(4711, run...)
	c.Request("HEAD", "/_ping").EndOf(decode.Request).Reply(200, "", "Api-Version: 1.47")
	c.Call("POST", "/v1.47/containers/create?name=web", `{"Image":"busybox","Env":["TOKEN={{redacted.env.1}}"],"Cmd":["cat"],"HostConfig":{"Binds":[],"Memory":0}}`, "Content-Type: application/json").
		Event(&decode.Data{Dir: decode.Request, Fd: decode.NoFd, Redacted: []decode.Redaction{{At: "body/Env/0", As: "env.1"}}}).
		Reply(201, `{"Id":"`+containerID+`","Warnings":[]}`, "Content-Type: application/json")
	attach := s.Connect(4711, run...).
		Call("POST", "/v1.47/containers/"+containerID+"/attach?stderr=1&stdin=1&stdout=1&stream=1", "", "Connection: Upgrade", "Upgrade: tcp")
	attach.Head().Content = decode.ContentRaw
	attach.Answer(101, decode.ContentStdcopy, "Content-Type: application/vnd.docker.multiplexed-stream")
	wait := c.Call("POST", "/v1.47/containers/"+containerID+"/wait?condition=removed", "").Answer(200, decode.ContentJSON)
	s.Wait(250 * time.Millisecond)
	s.Connect(4711, run...).Call("POST", "/v1.47/containers/"+containerID+"/start", "").Reply(204, "")
	attach.Frame(decode.Request, decode.NoFd, "hello\n")
	attach.Frame(decode.Response, 1, "hello\n")
	attach.Frame(decode.Response, 2, "cat: write error: \x1b[31mNo space\x1b[0m\n")
	attach.End(decode.Server, decode.EndEOF)
	wait.Data(decode.Response, `{"StatusCode":7}`+"\n").End(decode.Server, decode.EndEOF)

	pull := s.Connect(4800, "docker", "pull", "nope").
		Call("POST", "/v1.47/images/create?fromImage=nope&tag=latest", "").Answer(200, decode.ContentJSONStream)
	for _, v := range []string{
		`{"status":"Pulling from nope","id":"latest"}`,
		`{"status":"Already exists","id":"0a9a5dfd008f"}`,
		`{"status":"Downloading","progressDetail":{"current":1800000,"total":3600000},"id":"1b9a5dfd008f"}`,
		`{"errorDetail":{"message":"toomanyrequests: rate limit"},"error":"toomanyrequests: rate limit"}`,
	} {
		s.Wait(80 * time.Millisecond)
		pull.Data(decode.Response, v+"\r\n")
	}
	pull.End(decode.Server, decode.EndEOF)
	s.Connect(815, "docker", "ps", "-a").
		Call("GET", "/v1.47/containers/json?all=1", "").Reply(200, `[{"Id":"`+containerID+`","Names":["/web"],"Image":"busybox","State":"running"}]`)
	s.Connect(900, "docker", "compose", "up").Call("GET", "/v1.47/events", "").Answer(200, decode.ContentJSONStream)
	return s
}

type scriptArchive []decode.Event

func (s scriptArchive) Exchange(_ context.Context, id decode.ExchangeID, _ int64, deliver func(decode.Event), idle func()) error {
	for _, e := range s {
		if e.From().Exchange == id {
			deliver(e)
		}
	}
	idle()
	return nil
}

func (s scriptArchive) Scan(_ context.Context, deliver func(decode.Event), idle func(done, all int64)) error {
	for _, e := range s {
		deliver(e)
	}
	idle(1, 1)
	return nil
}

// stage is a screen that is driven without a terminal, step by step.
type stage struct {
	t      *testing.T
	app    *App
	in     *model.Intake
	screen tcell.SimulationScreen
	now    time.Time
}

func newStage(t *testing.T, s *exchangetest.Script, width, height int, change func(*Options)) *stage {
	t.Helper()
	in := model.NewIntake(model.IntakeOptions{At: func() int64 { return 0 }})
	o := Options{
		Model: model.New(in, model.Options{}), Archive: scriptArchive(s.Events()),
		Clock: cells.Clock{Start: time.Date(2026, 11, 23, 14, 2, 11, 123e6, time.UTC), Zone: time.UTC},
		Title: "scene.jsonl", Upstream: "unix:///var/run/docker.sock",
	}
	if change != nil {
		change(&o)
	}
	s.Play(in.Event)
	in.Tick(s.Now())
	app, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	screen := tcell.NewSimulationScreen("UTF-8")
	if err := screen.Init(); err != nil {
		t.Fatal(err)
	}
	screen.SetSize(width, height)
	app.frame.SetRect(0, 0, width, height)
	st := &stage{t: t, app: app, in: in, screen: screen, now: time.Unix(0, 0)}
	t.Cleanup(func() { app.cancel(); app.work.Wait(); screen.Fini() })
	st.settle()
	return st
}

// settle goes on until nothing is being read, searched or judged.
func (s *stage) settle() {
	s.t.Helper()
	for began := time.Now(); ; time.Sleep(time.Millisecond) {
		s.now = s.now.Add(frameEvery)
		for s.app.step(s.now); s.app.m.Behind(); {
			s.app.step(s.now)
		}
		s.app.arrange()
		s.app.frame.Draw(s.screen)
		_, _, more := s.app.m.Judge(func() bool { return true })
		r, is := s.app.page.(reading)
		if !(is && r.busy()) && !s.app.detail.reading && !s.app.search.running() && !more {
			break
		}
		if time.Since(began) > 20*time.Second {
			s.t.Fatal("the screen does not come to rest")
		}
	}
	s.app.flash.text = "" // messages go by themselves
	s.app.frame.Draw(s.screen)
}

// press presses keys by name; what stands in quotes is typed.
func (s *stage) press(names ...string) *stage {
	s.t.Helper()
	for _, name := range names {
		if typed, ok := strings.CutPrefix(name, "'"); ok {
			for _, r := range typed {
				s.event(tcell.NewEventKey(tcell.KeyRune, r, 0))
			}
			continue
		}
		special := map[string]tcell.Key{"enter": tcell.KeyEnter, "esc": tcell.KeyEscape, "tab": tcell.KeyTab, "ctrl-p": tcell.KeyCtrlP, "down": tcell.KeyDown}
		if k, ok := special[name]; ok {
			s.event(tcell.NewEventKey(k, 0, 0))
		} else {
			s.event(tcell.NewEventKey(tcell.KeyRune, []rune(name)[0], 0))
		}
		s.settle()
	}
	s.settle()
	return s
}

func (s *stage) event(e *tcell.EventKey) {
	if e = s.app.key(e); e != nil {
		s.app.frame.InputHandler()(e, func(p tview.Primitive) { s.app.tv.SetFocus(p) })
	}
	s.app.frame.Draw(s.screen)
}

// text is what the screen shows.
func (s *stage) text() string {
	s.screen.Show()
	cellsOf, width, height := s.screen.GetContents()
	var b strings.Builder
	for y := range height {
		var line strings.Builder
		for x := 0; x < width; x++ {
			if r := cellsOf[y*width+x].Runes; len(r) > 0 {
				line.WriteString(string(r))
			} else {
				line.WriteByte(' ')
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return b.String()
}

func (s *stage) shows(parts ...string) {
	s.t.Helper()
	text := s.text()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			s.t.Errorf("the screen does not show %q:\n%s", p, text)
		}
	}
}

// TestGoldenScreens compares whole screens of several sizes.
func TestGoldenScreens(t *testing.T) {
	views := []struct {
		name string
		keys []string
	}{
		{"tree", nil},
		{"tree-open", []string{"*"}},
		{"flat", []string{"t"}},
		{"paths", []string{"*", "p"}},
		{"overview", []string{"*", "g", "j", "j", "enter"}},
		{"request", []string{"*", "g", "j", "j", "enter", "]"}},
		{"stream", []string{"*", "g", "j", "j", "j", "enter", "]", "]", "]"}},
		{"progress", []string{"t", "G", "k", "k", "enter", "]", "]"}},
		{"raw", []string{"t", "g", "enter", "[", "["}},
		{"copy", []string{"t", "g", "j", "enter", "["}},
		{"filtered", []string{"t", "f", "'is:error", "enter"}},
		{"filter-wrong", []string{"f", "'status>x"}},
		{"completion", []string{"f", "'sta"}},
		{"sequence", []string{"g", "s"}},
		{"statistics", []string{"S"}},
		{"help", []string{"?"}},
		{"command", []string{"g", "tab"}},
	}
	for _, size := range []struct {
		name          string
		width, height int
	}{{"80x24", 80, 24}, {"120x40", 120, 40}, {"40x10", 40, 10}} {
		for _, v := range views {
			t.Run(v.name+"-"+size.name, func(t *testing.T) {
				s := newStage(t, scene(), size.width, size.height, nil)
				s.press(v.keys...)
				golden.Check(t, "testdata/screens/"+v.name+"-"+size.name+".txt", s.text())
			})
		}
	}
}

// TestRoomForBoth is a screen on which methods and paths have a column.
func TestRoomForBoth(t *testing.T) {
	s := newStage(t, scene(), 170, 16, nil)
	s.press("*")
	golden.Check(t, "testdata/screens/paths-170x16.txt", s.text())
	s.press("p")
	golden.Check(t, "testdata/screens/paths-170x16.txt", s.text())
}

// The whole help has every key: a new one changes this screen.
func TestWholeHelp(t *testing.T) {
	s := newStage(t, scene(), 120, 100, nil)
	s.press("?")
	golden.Check(t, "testdata/screens/help-120x100.txt", s.text())
}
