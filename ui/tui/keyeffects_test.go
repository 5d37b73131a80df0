package tui

import (
	"strings"
	"testing"

	"github.com/gdamore/tcell/v2"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
)

// What keys change on the screen, and what they change back.
func TestKeysChangeWhatIsShown(t *testing.T) {
	create := []string{"t", "g", "j", "enter", "]"} // the request of a ContainerCreate
	for _, c := range []struct {
		name   string
		open   []string
		key    string
		before string // shown before the key, and not after
		after  string // the other way round; the key again takes it back
	}{
		{"pings are hidden", []string{"t"}, "i", "SystemPingHead", ""},
		{"a create is shown with its defaults", create, "a", "", `"Binds": []`},
		{"a sequence names methods and paths", []string{"*", "g", "s"}, "p", "ContainerStart  web", "POST /containers/3f2a91c0b7d4…/start"},
		{"a list names them", []string{"t"}, "p", "web ← busybox", "POST /containers/create… "},
		{"only what failed", []string{"t"}, "x", "ContainerList", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStage(t, scene(), 100, 44, nil)
			s.press(c.open...)
			for _, changed := range []bool{false, true, false} {
				text := s.text()
				if c.before != "" && strings.Contains(text, c.before) == changed {
					t.Errorf("changed %v, %q:\n%s", changed, c.before, text)
				}
				if c.after != "" && strings.Contains(text, c.after) != changed {
					t.Errorf("changed %v, %q:\n%s", changed, c.after, text)
				}
				s.press(c.key)
			}
		})
	}
}

// A create is shown by the docker line that makes the same call.
func TestACreateIsShownAsACommand(t *testing.T) {
	s := newStage(t, scene(), 100, 30, nil)
	s.press("t", "g", "j", "enter", "]")
	s.shows("docker create --name web --env 'TOKEN={{redacted.env.1}}' busybox cat")
}

// Overview has the fields that are set in request and answer, with their meaning.
func TestOverviewSaysWhatFieldsMean(t *testing.T) {
	s := newStage(t, scene(), 100, 120, nil)
	s.press("t", "g", "j", "enter")
	s.shows(`Image = "busybox"`)
	s.shows(engine.FieldDoc("ContainerCreate", "Image"))
	s.shows(`Id = "` + containerID[:12])
	s.shows(engine.AnswerDoc("ContainerCreate", "Id"))
}

// From 160 columns on, list and detail stand beside each other.
func TestBesideEachOther(t *testing.T) {
	for _, width := range []int{159, 160} {
		s := newStage(t, scene(), width, 30, nil)
		s.press("t", "enter")
		if beside := s.app.frame.wideX >= 0; beside != (width == 160) {
			t.Errorf("at %d columns: beside each other %v", width, beside)
		}
	}
}

// W breaks lines that are longer than the screen, and lets them run out again.
func TestLongLinesAreBroken(t *testing.T) {
	sc := exchangetest.New()
	logs := sc.Connect(1, "docker", "logs", "web").Call("GET", "/v1.47/containers/web/logs?stdout=1", "").Answer(200, decode.ContentStdcopy)
	logs.Frame(decode.Response, 1, strings.Repeat("word ", 40)+"END\n").End(decode.Server, decode.EndEOF)
	s := newStage(t, sc, 80, 24, nil)
	s.press("t", "enter", "]", "]", "]")
	for _, broken := range []bool{false, true, false} {
		if got := strings.Contains(s.text(), "END"); got != broken {
			t.Errorf("broken %v:\n%s", broken, s.text())
		}
		s.press("W")
	}
}

// Tabs that have nothing are skipped: a ping has no stream and belongs to no build.
func TestTabsWithNothingAreSkipped(t *testing.T) {
	s := newStage(t, scene(), 100, 30, nil)
	s.press("t", "g", "enter")
	var seen []string
	for range 5 {
		seen = append(seen, tabNames[s.app.detail.shown()])
		s.press("]")
	}
	if got := strings.Join(seen, " "); got != "Overview Request Response Raw Copy as" {
		t.Errorf("] goes through %s", got)
	}
}

// y copies a sequence as Mermaid, and a call as curl.
func TestCopies(t *testing.T) {
	for _, c := range []struct {
		keys  []string
		wants string
	}{
		{[]string{"g", "s", "y"}, "sequenceDiagram\n"},
		{[]string{"t", "g", "j", "enter", "y"}, "curl --unix-socket /var/run/docker.sock"},
	} {
		s := newStage(t, scene(), 100, 30, nil)
		s.press(c.keys...)
		if got := string(s.screen.GetClipboardData()); !strings.HasPrefix(got, c.wants) {
			t.Errorf("%v copies %q", c.keys, got)
		}
	}
}

// Where the terminal's character set is not UTF-8, our signs are ASCII and none is a
// question mark.
func TestPlainCharacterSet(t *testing.T) {
	s := newStage(t, scene(), 120, 40, nil)
	plain := tcell.NewSimulationScreen("US-ASCII")
	if err := plain.Init(); err != nil {
		t.Fatal(err)
	}
	defer plain.Fini()
	plain.SetSize(120, 40)
	for _, keys := range [][]string{{"*", "g", "j", "j", "enter"}, {"s"}, {"S"}} {
		s.press(keys...)
		s.app.frame.Draw(plain)
		plain.Show()
		cells, width, _ := plain.GetContents()
		for i, c := range cells {
			if string(c.Bytes) == "?" && (len(c.Runes) != 1 || c.Runes[0] != '?') {
				t.Errorf("after %v there is no sign for %q in line %d", keys, string(c.Runes), i/width)
			}
		}
	}
}
