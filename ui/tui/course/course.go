// Package course is the screen of `dockwire learn`: lessons, page by page. A
// lesson has pages of text, a picture that grows while its recording is played,
// and something to try.
//
// The package knows no files, sockets or shells: Replays plays and lets
// the learner try. Start reading here, then at pages.go.
package course

import (
	"fmt"
	"sync"
	"time"

	"github.com/gdamore/tcell/v2"
	"github.com/rivo/tview"

	"github.com/dockwire/dockwire/ui/model"
	"github.com/dockwire/dockwire/ui/tui/cells"
	"github.com/dockwire/dockwire/ui/tui/keys"
	"github.com/dockwire/dockwire/ui/tui/theme"
	"github.com/dockwire/dockwire/ui/tui/widgets"
)

// Lesson is what the screen shows of one.
type Lesson struct {
	Name     string
	Title    string
	Pages    []string // of text, as Markdown
	Plays    bool     // it has a recording to play
	Task     string   // what to try; "": nothing
	Commands []string // that do it
	Graded   bool     // whether it was done can be seen
	Hint     string   // said when it was not
	Done     bool
}

// Replays plays the recordings of lessons.
type Replays interface {
	// Play begins to make the recorded calls of a lesson.
	Play(lesson int) (*Play, error)
	// Try lets the learner use the replay of a lesson, while the terminal is
	// given back.
	Try(lesson int) (Tried, error)
}

// Play is a recording that is being played.
type Play struct {
	Model *model.Model
	Clock cells.Clock
	Over  func() (over bool, err error)
	Stop  func() // ends it, whatever is left
}

// Tried is the result of a try.
type Tried struct {
	Calls  []string // a line each
	Passed bool
}

// Options say what is taught.
type Options struct {
	Lessons []Lesson
	First   int // lesson to begin with
	Theme   *theme.Theme
	Replays Replays
	Done    func(lesson int) // a lesson was done; it may be called again
	Screen  tcell.Screen     // nil: the terminal
}

// App is the screen.
type App struct {
	o      Options
	tv     *tview.Application
	box    *tview.Box
	lines  widgets.Lines
	width  int
	lesson int
	page   int
	list   bool // of lessons, instead of a page
	played bool // the picture of this lesson was begun
	play   *Play
	over   bool
	wrong  string // what went wrong in playing or trying
	tried  *Tried
	ready  bool // PlainSigns was called
}

// New makes the screen.
func New(o Options) *App {
	a := &App{o: o, tv: tview.NewApplication(), box: tview.NewBox(), lesson: o.First}
	a.box.SetDrawFunc(func(s tcell.Screen, x, y, width, height int) (int, int, int, int) {
		a.draw(s, x, y, width, height)
		return x, y, width, height
	})
	a.tv.SetRoot(a.box, true).SetInputCapture(a.key)
	if o.Screen != nil {
		a.tv.SetScreen(o.Screen)
	}
	return a
}

// Begin says which lesson is shown first. It is called before Run.
func (a *App) Begin(lesson int) { a.lesson = lesson }

// frameEvery bounds how often a picture that grows is drawn.
const frameEvery = time.Second / 10

// Run shows the screen until the learner leaves it or Stop is called.
func (a *App) Run() error {
	done := make(chan struct{})
	var work sync.WaitGroup
	work.Go(func() { a.tick(done) })
	err := a.tv.Run()
	close(done)
	work.Wait()
	a.stop()
	return err
}

// Stop ends Run.
func (a *App) Stop() { a.tv.Stop() }

func (a *App) tick(done <-chan struct{}) {
	t := time.NewTicker(frameEvery)
	defer t.Stop()
	for {
		select {
		case <-done:
			return
		case <-t.C:
		}
		updated := make(chan struct{})
		go func() { // QueueUpdate does not return once the application has stopped
			a.tv.QueueUpdate(func() {
				defer close(updated)
				if a.step() {
					a.tv.ForceDraw()
				}
			})
		}()
		select {
		case <-updated:
		case <-done:
			return
		}
	}
}

// step takes over what was played meanwhile.
func (a *App) step() (changed bool) {
	if a.play == nil || a.over {
		return false
	}
	over, err := a.play.Over()
	for a.play.Model.Pull() {
		changed = true
	}
	for more := true; more; {
		_, _, more = a.play.Model.Judge(func() bool { return false })
	}
	if over {
		a.over, changed = true, true
		if err != nil {
			a.wrong = err.Error()
		}
	}
	if changed && a.kind() == picture {
		a.arrange()
		a.lines.Move(1 << 20) // what is new is at the end
	}
	return changed
}

func (a *App) stop() {
	if a.play != nil {
		a.play.Stop()
		a.play = nil
	}
}

// kind is what a page is.
type kind int

const (
	prose kind = iota
	picture
	task
)

// pages is how many pages a lesson has.
func (l *Lesson) pages() int {
	n := len(l.Pages)
	if l.Plays {
		n++
	}
	if l.Task != "" {
		n++
	}
	return n
}

func (l *Lesson) kind(page int) kind {
	switch {
	case page < len(l.Pages):
		return prose
	case page == len(l.Pages) && l.Plays:
		return picture
	}
	return task
}

func (a *App) current() *Lesson { return &a.o.Lessons[a.lesson] }
func (a *App) kind() kind       { return a.current().kind(a.page) }

// turn goes to another page, and over the end of a lesson to the next one.
func (a *App) turn(by int) {
	l := a.current()
	switch to := a.page + by; {
	case to >= 0 && to < l.pages():
		a.page = to
	case to < 0 && a.lesson > 0:
		a.open(a.lesson - 1)
		a.page = a.current().pages() - 1
	case to > 0 && a.lesson < len(a.o.Lessons)-1:
		if !l.Graded {
			a.finish()
		}
		a.open(a.lesson + 1)
	case to > 0:
		if !l.Graded {
			a.finish()
		}
		a.list = true
	}
	a.show()
}

// open begins a lesson.
func (a *App) open(lesson int) {
	a.stop()
	a.lesson, a.page, a.played, a.over, a.wrong, a.tried, a.list = lesson, 0, false, false, "", nil, false
}

func (a *App) finish() {
	a.current().Done = true
	a.o.Done(a.lesson)
}

// show brings the page that is open to the screen.
func (a *App) show() {
	a.lines.Cursor, a.lines.Top = 0, 0
	if !a.list && a.kind() == picture && !a.played {
		a.again()
	}
	a.arrange()
}

// again plays the recording from its beginning.
func (a *App) again() {
	a.stop()
	a.played, a.over, a.wrong = true, false, ""
	p, err := a.o.Replays.Play(a.lesson)
	if err != nil {
		a.over, a.wrong = true, err.Error()
		return
	}
	a.play = p
}

// try gives the terminal to the learner.
func (a *App) try() {
	a.stop()
	a.played = false // the picture is begun again when it is looked at
	a.wrong = ""
	a.tv.Suspend(func() {
		tried, err := a.o.Replays.Try(a.lesson)
		if err != nil {
			a.wrong = err.Error()
			return
		}
		a.tried = &tried
	})
	if a.tried != nil && (a.tried.Passed || !a.current().Graded && len(a.tried.Calls) > 0) {
		a.finish()
	}
	a.show()
	if a.tried != nil {
		a.lines.Move(1 << 20)
	}
}

// key runs the action of a key.
func (a *App) key(e *tcell.EventKey) *tcell.EventKey {
	switch name := keys.Name(e); name {
	case "q", "ctrl-c":
		a.tv.Stop()
		return nil
	case "up", "k":
		a.move(-1)
	case "down", "j":
		a.move(1)
	case "pgup":
		a.lines.Scroll(-max(a.lines.Height()-1, 1))
	case "pgdn":
		a.lines.Scroll(max(a.lines.Height()-1, 1))
	case "space":
		if before := a.lines.Top; !a.list {
			a.lines.Scroll(max(a.lines.Height()-1, 1))
			if a.lines.Top == before {
				a.turn(1)
			}
		}
	case "right", "n", "enter":
		if a.list {
			a.open(min(a.lines.Cursor, len(a.o.Lessons)-1))
			a.show()
		} else {
			a.turn(1)
		}
	case "left", "b", "backspace":
		if a.list {
			a.list = false
			a.show()
		} else {
			a.turn(-1)
		}
	case "l", "esc":
		a.list = !a.list
		a.show()
		if a.list {
			a.lines.Move(a.lesson)
		}
	case "r":
		if !a.list && a.kind() == picture {
			a.again()
			a.arrange()
		}
	case "t":
		if !a.list && a.kind() == task {
			a.try()
		}
	}
	return nil
}

// move moves the cursor in a list, and what is seen on a page.
func (a *App) move(by int) {
	if a.list {
		a.lines.Move(by)
	} else {
		a.lines.Scroll(by)
	}
}

func (a *App) heading() string {
	if a.list {
		return " dockwire learn"
	}
	return fmt.Sprintf(" Lesson %d of %d: %s", a.lesson+1, len(a.o.Lessons), a.current().Title)
}
