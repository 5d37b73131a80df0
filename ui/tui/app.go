package tui

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gdamore/tcell/v2"
	"github.com/rivo/tview"

	"github.com/dockwire/dockwire/decode/filter"
	"github.com/dockwire/dockwire/ui/model"
	"github.com/dockwire/dockwire/ui/tui/cells"
	"github.com/dockwire/dockwire/ui/tui/config"
	"github.com/dockwire/dockwire/ui/tui/theme"
)

// Options say what a screen shows, and what it can do.
type Options struct {
	Model   *model.Model
	Archive model.Archive // nil: nothing can be read back
	Clock   cells.Clock

	Title    string   // of what is shown
	Welcome  []string // shown as long as there is nothing else; the first line can be copied
	Upstream string   // the daemon's endpoint, for copies
	Live     bool     // traffic, not a file that is complete

	Shown func()        // called once, when the screen is there
	Over  func() string // said when no more will come, "" as long as more may

	Config  config.Config
	Theme   string                   // used when Config has none
	Filter  string                   // to begin with
	Loading func() (done, all int64) // how far a file is read; nil: nothing is read

	Stopped func() bool // whether the recording that was asked for has stopped; nil: it has not

	State     []byte             // left by the screen before, see SaveState
	SaveState func([]byte)       // nil: nothing is left for the next screen
	SaveMarks func([]byte) error // nil: marks are not kept
	// Save writes what was seen so far, and the marks, to a file that is not
	// there yet. It is called on a goroutine of its own. nil: it is recorded
	// already.
	Save func(ctx context.Context, path string, marks []byte) error
	// Export writes the calls that a filter lets through to a file that is not
	// there yet, in one of the formats. It is called on a goroutine of its own.
	// nil: nothing can be exported.
	Export  func(ctx context.Context, format, path string, which *filter.Filter) error
	Formats []string                            // that Export has
	Picture func(path string, svg []byte) error // writes a picture to a file that is not there yet; nil: there are none
	Suspend func()                              // what Ctrl-Z does while the terminal is given back; nil: nothing
	Screen  tcell.Screen                        // nil: the terminal
}

// frameEvery bounds how often the screen is drawn.
const frameEvery = time.Second / 30

// App is a screen.
type App struct {
	o     Options
	m     *model.Model
	tv    *tview.Application
	theme *theme.Theme
	mouse bool
	keys  map[string][]*action // by key

	frame  *frame
	prompt *prompt
	list   listPage
	detail detailPage
	search searching
	page   page // instead of list and detail; nil: those
	flash  flash
	kept   int  // exchanges that were seen when they were saved last
	saving bool // a save is under way
	asked  bool // the user was asked whether to leave, as calls are in no recording

	inbox  inbox
	ctx    context.Context
	cancel context.CancelFunc
	work   sync.WaitGroup
	now    time.Time
	drawn  time.Time
	fresh  bool          // something was taken in that is not drawn
	spent  time.Duration // on that
	cost   time.Duration // of bringing the screen up to date and drawing it, lately
	over   string        // why no more will come; "" as long as more may
	heard  int           // how many notes of the model were shown for a while
	read   int           // how many of them were shown on the page of messages
	broken atomic.Pointer[breakdown]
}

// page is what fills the screen instead of list and detail.
type page interface {
	name() string
	lines() *linesPage
	refresh(a *App, width int)
}

// New makes a screen. Run shows it.
func New(o Options) (*App, error) {
	a := &App{o: o, m: o.Model, tv: tview.NewApplication(), mouse: true, inbox: inbox{news: make(chan struct{}, 1)}}
	name := o.Theme
	if o.Config.Theme != "" {
		name = o.Config.Theme
	}
	name = cmp.Or(name, "dark")
	var err error
	if a.theme, err = theme.Named(name); err != nil {
		return nil, err
	}
	if o.Config.Mouse != nil {
		a.mouse = *o.Config.Mouse
	}
	a.keys = bind(o.Config.Keys)
	a.ctx, a.cancel = context.WithCancel(context.Background())
	a.list.init(a)
	a.detail.init(a)
	a.prompt = newPrompt(a)
	a.frame = newFrame(a)
	a.tv.SetRoot(a.frame, true).SetInputCapture(a.key).EnableMouse(a.mouse).EnablePaste(true)
	a.resume(o.State)
	if o.Screen != nil {
		a.tv.SetScreen(o.Screen)
	}
	if o.Filter != "" {
		if err := a.setFilter(o.Filter); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// Run shows the screen until the user leaves it or Stop is called. When it
// returns, everything that it started has ended.
func (a *App) Run() error {
	done := make(chan struct{})
	a.work.Go(func() { a.tick(done) })
	err := a.run()
	a.cancel()
	close(done)
	a.work.Wait()
	a.saveMarks()
	a.saveState()
	if b := a.broken.Load(); b != nil {
		err = errors.Join(err, b)
	}
	return err
}

// run is tview's loop. A panic in it has restored the terminal when it comes
// here; it ends the screen and not the program, through which traffic runs.
func (a *App) run() (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = brokeDown(r)
		}
	}()
	return a.tv.Run()
}

func brokeDown(reason any) *breakdown {
	return &breakdown{fmt.Sprintf("the screen broke down, please report this: %v\n%s", reason, debug.Stack())}
}

type breakdown struct{ text string }

func (b *breakdown) Error() string { return b.text }

// Stop ends Run. It may be called from any goroutine.
func (a *App) Stop() { a.tv.Stop() }

// tick has the screen brought up to date. Updates are handed over one at a
// time: a terminal that does not read stops this goroutine and no other. Keys
// are answered between two of them, and none does more than step does at once.
func (a *App) tick(done <-chan struct{}) {
	t := time.NewTicker(frameEvery)
	defer t.Stop()
	var now, drawn time.Time
	more := false // is there to be taken in
	for {
		if !more {
			select {
			case <-done:
				return
			case now = <-t.C:
			case <-a.inbox.news: // the newest line of a stream does not wait for a tick
				if now = time.Now(); now.Sub(drawn) < frameEvery {
					continue
				}
			}
		}
		drew, updated := false, make(chan struct{})
		go func() { // QueueUpdate does not return once the application has stopped
			a.tv.QueueUpdate(func() {
				began := time.Now()
				defer close(updated)
				drew = a.step(now)
				if more = a.m.Behind(); more {
					a.spent += time.Since(began)
				}
				if drew {
					a.tv.ForceDraw()
					a.cost = (3*a.cost + a.spent + time.Since(began)) / 4
					a.spent = 0
				}
			})
		}()
		select {
		case <-updated:
		case <-done:
			return
		}
		if drew {
			drawn = now
		}
	}
}

// judgeFor is how long rows are judged between two frames, so that keys are
// answered meanwhile.
const judgeFor = 15 * time.Millisecond

// pulseEvery is how often open calls are drawn although nothing has come.
const pulseEvery = 250 * time.Millisecond

// share bounds the part of a processor that drawing new calls takes: after a frame
// for them, the next one waits for this many times as long as the frame took.
// Traffic runs through here, and a machine that is busy with it draws more slowly.
const share = 50

// slowest is how long new calls wait at most.
const slowest = 250 * time.Millisecond

// quiet says that it is too early to show new calls.
func (a *App) quiet(now time.Time) bool {
	return a.o.Live && now.Sub(a.drawn) < min(a.cost*share, slowest)
}

// step brings everything up to date and says whether to draw. Where much has come
// it takes a part of that in, and the model is behind.
func (a *App) step(now time.Time) bool {
	if a.now.IsZero() && a.o.Shown != nil {
		a.o.Shown()
	}
	a.now = now
	if a.m.Behind() || !a.quiet(now) {
		a.fresh = a.m.Pull() || a.fresh
	}
	if a.m.Behind() {
		a.m.Arrange()
		a.list.follow(a)
		return false
	}
	changed := a.fresh
	a.fresh = false
	before := a.m.Matching()
	_, _, more := a.m.Judge(model.Deadline(time.Now, judgeFor))
	changed = changed || more || before != a.m.Matching()
	changed = a.search.take(a) || changed
	changed = a.detail.take(a) || changed
	if p, is := a.page.(reading); is {
		changed = p.take() || changed
	}
	changed = a.flash.expire(now) || changed
	if a.over == "" && a.o.Over != nil {
		a.over = a.o.Over()
		changed = changed || a.over != ""
	}
	if notes := a.m.Notes(); notes.Count > a.heard && len(notes.Latest) > 0 {
		a.heard = notes.Count
		a.say(cells.Warn, notes.Latest[len(notes.Latest)-1].Text)
		changed = true
	}
	if !changed && (a.m.Totals().Open > 0 || a.loading()) && now.Sub(a.drawn) >= pulseEvery {
		changed = true
	}
	if changed {
		a.arrange()
	}
	return changed
}

// arrange makes the pages ready to be drawn.
func (a *App) arrange() {
	a.m.Arrange()
	a.list.follow(a)
	a.detail.follow(a)
	a.drawn = a.now
}

func (a *App) loading() bool {
	if a.o.Loading == nil {
		return false
	}
	done, all := a.o.Loading()
	return done < all
}

// passed is the time of the observation, which goes on while it is live.
func (a *App) passed() time.Duration {
	now := a.m.Totals().Now
	if a.o.Live && !a.o.Clock.Start.IsZero() && !a.now.IsZero() {
		now = max(now, a.now.Sub(a.o.Clock.Start))
	}
	return now
}

// start runs work that ends when the screen does. A panic in it ends the
// screen in order.
func (a *App) start(work func(ctx context.Context)) {
	a.work.Go(func() {
		defer func() {
			if r := recover(); r != nil {
				a.broken.CompareAndSwap(nil, brokeDown(r))
				a.Stop()
			}
		}()
		work(a.ctx)
	})
}

// inbox is where other goroutines leave what the screen is to take.
type inbox struct {
	mu   sync.Mutex
	got  []func()
	news chan struct{} // has room for one: there is something to take
}

func (in *inbox) put(f func()) {
	in.mu.Lock()
	in.got = append(in.got, f)
	in.mu.Unlock()
	select {
	case in.news <- struct{}{}:
	default:
	}
}

func (in *inbox) take() []func() {
	in.mu.Lock()
	defer in.mu.Unlock()
	got := in.got
	in.got = nil
	return got
}

// flash is a message that is shown for a while.
type flash struct {
	text  string
	role  cells.Role
	until time.Time
}

// flashFor is how long a message is shown.
const flashFor = 6 * time.Second

func (a *App) say(r cells.Role, text string) { a.flash = flash{text, r, time.Now().Add(flashFor)} }

func (f *flash) expire(now time.Time) bool {
	if f.text == "" || now.Before(f.until) {
		return false
	}
	f.text = ""
	return true
}

// saveMarks saves marks where there are new ones.
func (a *App) saveMarks() {
	if !a.m.Marks.Changed() || a.o.SaveMarks == nil {
		return
	}
	if err := a.o.SaveMarks(a.m.Marks.Encode()); err != nil {
		a.say(cells.Bad, "marks are not saved: "+err.Error())
	}
}
