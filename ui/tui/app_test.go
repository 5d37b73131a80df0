package tui

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gdamore/tcell/v2"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/ui/model"
	"github.com/dockwire/dockwire/ui/tui/config"
	"github.com/dockwire/dockwire/ui/tui/keys"
)

func selected(s *stage) decode.ExchangeID { return s.app.list.selected() }

func TestSearchGoesThroughBodiesAndStreams(t *testing.T) {
	s := newStage(t, scene(), 100, 30, nil)
	s.press("/", "'HELLO", "enter")
	if selected(s) != 3 {
		t.Errorf("the search for what streamed is at %d", selected(s))
	}
	s.shows("search HELLO  in one call")
	s.press("/", "'3f2a91c0b7d4", "enter")
	var seen []decode.ExchangeID
	for range 6 {
		seen = append(seen, selected(s))
		s.press("n")
	}
	if want := []decode.ExchangeID{3, 4, 5, 7, 2, 3}; !slices.Equal(seen, want) {
		t.Errorf("n goes to %v, want %v", seen, want)
	}
	s.press("N", "N")
	if selected(s) != 2 {
		t.Errorf("N goes to %d", selected(s))
	}
}

func TestFilterThatLooksIntoBodies(t *testing.T) {
	s := newStage(t, scene(), 100, 30, nil)
	s.press("t", "f", "'body~StatusCode", "enter")
	s.shows("1 of 8 calls", "ContainerWait")
	s.press("esc")
	s.shows("ContainerList")
}

// The screen is drawn right after enter, before anything else is done.
func TestAFilterThatHidesMuchIsDrawnAtOnce(t *testing.T) {
	s := newStage(t, scene(), 100, 30, nil)
	s.press("*", "f")
	for _, r := range "is:error" {
		s.event(tcell.NewEventKey(tcell.KeyRune, r, 0))
	}
	s.event(tcell.NewEventKey(tcell.KeyEnter, 0, 0))
	s.settle()
	s.shows("filter is:error")
}

func TestFilterHistory(t *testing.T) {
	s := newStage(t, scene(), 100, 30, nil)
	s.press("f", "'is:error", "enter", "esc", "f", "ctrl-p", "enter")
	s.shows("filter is:error")
}

func TestFollowStaysOutOfTheWay(t *testing.T) {
	sc := scene()
	s := newStage(t, sc, 100, 30, nil)
	s.press("t")
	if selected(s) != 8 || !s.app.list.following {
		t.Fatalf("begins at %d", selected(s))
	}
	s.press("k")
	if selected(s) != 7 || s.app.list.following {
		t.Errorf("after k at %d, following %v", selected(s), s.app.list.following)
	}
	s.press("G")
	if !s.app.list.following {
		t.Error("G does not follow")
	}
}

func TestMarksAreSavedAndSeen(t *testing.T) {
	var saved string
	s := newStage(t, scene(), 100, 30, func(o *Options) {
		o.SaveMarks = func(b []byte) error { saved = string(b); return nil }
	})
	s.press("t", "g", "m", "j", ";", "'look here", "enter")
	s.shows("★", "✎", "[look here]")
	if !strings.Contains(saved, `"comment": "look here"`) || !strings.Contains(saved, `"marked": true`) {
		t.Errorf("saved %s", saved)
	}
	s.press("G", "''") // the key '
	if selected(s) != 1 {
		t.Errorf("the next mark is at %d", selected(s))
	}
}

func TestFoldingJSON(t *testing.T) {
	s := newStage(t, scene(), 100, 40, nil)
	s.press("t", "g", "j", "enter", "]", "z", "a")
	s.shows(`"Binds": []`)
	for range 20 {
		s.press("j")
		if l := s.app.detail.content.Line(s.app.detail.Cursor, 100); strings.Contains(l.Plain(), "HostConfig") {
			break
		}
	}
	s.press("j")
	s.shows("HostConfig.Binds: volumes and folders of the host")
	s.press("k", "enter")
	s.shows(`"HostConfig": { 2 }`)
	if strings.Contains(s.text(), "Binds") {
		t.Error("what is folded is shown")
	}
}

func TestKeysCanBeRemapped(t *testing.T) {
	s := newStage(t, scene(), 100, 40, func(o *Options) {
		o.Config = config.Config{Keys: map[string][]string{"statistics": {"x"}}}
	})
	s.press("S")
	if s.app.page != nil {
		t.Error("the old key still does something")
	}
	s.press("x")
	s.shows("statistics", "The slowest", "x stats")
}

// The table must not give a key to two actions of one place.
func TestKeysAreUnambiguous(t *testing.T) {
	for _, here := range []where{inList, inDetail, inPage} {
		used := map[string]string{}
		for _, a := range actions() {
			if a.where&here == 0 {
				continue
			}
			if a.doc == "" || a.do == nil {
				t.Errorf("%s lacks something", a.id)
			}
			for _, k := range a.keys {
				if err := keys.Check(k); err != nil {
					t.Error(err)
				}
				if used[k] != "" {
					t.Errorf("%q is %s and %s", k, used[k], a.id)
				}
				used[k] = a.id
			}
		}
	}
}

// Every key on every page, at every size, and nothing breaks.
func TestEveryKeyAtEverySize(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {40, 10}, {20, 5}, {3, 2}} {
		s := newStage(t, scene(), size[0], size[1], func(o *Options) { o.Filter = "down>=0" })
		for _, page := range []string{"", "S", "s", "?", "esc", "enter", "z"} {
			if page != "" {
				s.press(page)
			}
			for _, a := range actions() {
				for _, k := range a.keys {
					if len(k) == 1 && a.id != "quit" {
						s.press(k)
						if s.app.prompt.on {
							s.press("'x", "esc")
						}
					}
				}
			}
		}
	}
}

func TestEmptyLiveScreenSaysWhereToPoint(t *testing.T) {
	s := newStage(t, exchangetest.New(), 80, 24, func(o *Options) {
		o.Live, o.Welcome = true, []string{"", "waiting for calls", "export DOCKER_HOST=unix:///tmp/d.sock"}
	})
	s.shows("export DOCKER_HOST=unix:///tmp/d.sock", "● live")
}

func TestMissedCallsAreSaid(t *testing.T) {
	sc := exchangetest.New()
	c := sc.Connect(1, "loop")
	for range 1<<15 + 100 {
		c.Call("GET", "/_ping", "").Reply(200, "OK")
	}
	s := newStage(t, sc, 100, 24, nil)
	s.shows("calls not listed: the screen was behind")
}

// run shows a screen as Run does, on a simulated terminal.
func run(t *testing.T, archive model.Archive) (*App, tcell.SimulationScreen, chan error) {
	t.Helper()
	in := model.NewIntake(model.IntakeOptions{At: func() int64 { return 0 }})
	screen := tcell.NewSimulationScreen("UTF-8")
	if err := screen.Init(); err != nil {
		t.Fatal(err)
	}
	screen.SetSize(80, 24)
	app, err := New(Options{Model: model.New(in, model.Options{}), Archive: archive, Screen: screen})
	if err != nil {
		t.Fatal(err)
	}
	scene().Play(in.Event)
	ended := make(chan error, 1)
	go func() { ended <- app.Run() }()
	return app, screen, ended
}

func ending(t *testing.T, ended chan error) error {
	t.Helper()
	select {
	case err := <-ended:
		return err
	case <-time.After(20 * time.Second):
		t.Fatal("the screen does not end")
		return nil
	}
}

func TestRunEndsWithItsKey(t *testing.T) {
	_, screen, ended := run(t, scriptArchive(scene().Events()))
	screen.InjectKey(tcell.KeyRune, 'q', 0)
	if err := ending(t, ended); err != nil {
		t.Error(err)
	}
}

func TestAPanicEndsTheScreenAlone(t *testing.T) {
	app, _, ended := run(t, scriptArchive(nil))
	go app.tv.QueueUpdate(func() { panic("oh") })
	var b *breakdown
	if err := ending(t, ended); !errors.As(err, &b) || !strings.Contains(err.Error(), "oh") {
		t.Errorf("%v", err)
	}
}

// In the detail, n goes through its lines before it goes to another call.
func TestSearchGoesThroughTheLinesOfADetail(t *testing.T) {
	s := newStage(t, scene(), 100, 30, nil)
	s.press("/", "'hello", "enter", "enter", "]", "]", "]")
	s.shows("search hello  in one call")
	var at []int
	for _, key := range []string{"n", "n", "N", "N"} { // "hello" went in, and came out
		s.press(key)
		at = append(at, s.app.detail.Cursor)
	}
	if want := []int{1, 1, 0, 0}; selected(s) != 3 || !slices.Equal(at, want) {
		t.Errorf("n and N go to the lines %v of call %d, want %v", at, selected(s), want)
	}
	if s.app.found(-1); s.app.flash.text != "no further line here has it" {
		t.Errorf("at the last one, the screen says %q", s.app.flash.text)
	}
}

// What failed is gone through by key, and its message is there as a whole.
func TestFailuresAreFound(t *testing.T) {
	long := "driver failed programming external connectivity on endpoint web: " + strings.Repeat("very long reason ", 12) + "END"
	sc := scene()
	sc.Connect(950, "docker", "start", "web").Call("POST", "/v1.47/containers/web/start", "").Reply(500, `{"message":"`+long+`"}`, "Content-Type: application/json")
	s := newStage(t, sc, 80, 24, nil)
	s.press("g")
	for _, want := range []decode.ExchangeID{4, 6, 9} { // exit 7 is a failure too
		s.press("e")
		if selected(s) != want {
			t.Errorf("e goes to %d, not %d", selected(s), want)
		}
	}
	if shown := strings.Join(strings.Fields(s.text()), " "); !strings.Contains(shown, long) {
		t.Errorf("the message is cut:\n%s", s.text())
	}
	s.press("e")
	if selected(s) != 4 {
		t.Errorf("after the last, e goes to %d", selected(s))
	}
	s.press("E", "x")
	s.shows("3 of 9 calls", "ContainerStart", "ImageCreate")
	s.press("x")
	s.shows("docker ps -a")
}

// All commands are open, also those that come later, until they are closed.
func TestOpeningAllHoldsForWhatComes(t *testing.T) {
	sc := scene()
	s := newStage(t, sc, 100, 40, nil)
	s.press("*")
	later := exchangetest.New()
	later.Connect(99, "docker", "info").Call("GET", "/v1.47/info", "").Reply(200, "{}")
	for _, e := range later.Events() {
		o := e.From()
		if o.Conn += 100; o.Exchange > 0 {
			o.Exchange += 100
		}
		s.in.Event(e)
	}
	s.settle()
	s.shows("SystemInfo")
	s.press("*")
	if strings.Contains(s.text(), "SystemInfo") {
		t.Error("* does not close")
	}
}

// What is in no recording is not lost by one key.
func TestLeavingAsks(t *testing.T) {
	saved := ""
	s := newStage(t, scene(), 100, 24, func(o *Options) {
		o.Live = true
		o.Save = func(_ context.Context, path string, marks []byte) error {
			saved = path + " " + string(marks)
			return nil
		}
	})
	s.press("q")
	s.shows("8 calls are in no recording: w saves, q again leaves")
	s.press("j")
	if s.app.asked {
		t.Error("another key does not stay")
	}
	s.press(":", "'save out.jsonl", "enter")
	for began := time.Now(); s.app.saving && time.Since(began) < 10*time.Second; time.Sleep(time.Millisecond) {
		s.app.step(s.now)
	}
	if saved != "out.jsonl " || s.app.unsaved() != 0 {
		t.Errorf("saved %q, %d are not", saved, s.app.unsaved())
	}
	s.press("q")
	if s.app.asked {
		t.Error("asks though all is saved")
	}
}

func TestCommands(t *testing.T) {
	s := newStage(t, scene(), 100, 24, nil)
	s.press(":", "'expand-all", "enter")
	s.shows("ContainerAttach")
	s.press(":", "'sort took", "enter")
	if s.app.m.Sort() != (model.Sort{By: model.SortTook, Reverse: true}) {
		t.Errorf("%+v", s.app.m.Sort())
	}
	s.press(":", "'filter op:ImageCreate", "enter")
	s.shows("1 of 8 calls")
	s.press(":", "'thme light", "enter")
	s.shows("there is no command thme: theme?")
	s.press("esc", ":", "'theme light", "enter", ":", "'statistics", "enter")
	s.shows("The slowest")
	if s.app.theme.Name != "light" {
		t.Error("the theme is not light")
	}
}

// A filter is shown as it is typed, and taken back with esc.
func TestFilterNarrowsWhileItIsTyped(t *testing.T) {
	s := newStage(t, scene(), 100, 24, nil)
	s.press("f", "'op:Image*")
	s.shows("1 of 1 call")
	s.press("esc", "esc")
	s.shows("8 calls", "docker ps")
	s.press("f", "'container:3f")
	s.shows("3f2a91c0b7d4")
	s.press("esc", "f", "'image:bu") // in no row, and not "image" either
	s.shows("busybox", "docker ps")
	s.press("esc", "f", "'status:")
	if text := s.text(); !strings.Contains(text, "the daemon's") || strings.Contains(text, "for example") {
		t.Errorf("what is wrong with a filter covers what it may go on with:\n%s", text)
	}
}
