package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/dockwire/dockwire/cmd/internal/pipeline"
	"github.com/dockwire/dockwire/intercept"
	"github.com/dockwire/dockwire/recordings"
	"github.com/dockwire/dockwire/ui/model"
	"github.com/dockwire/dockwire/ui/tui"
	"github.com/dockwire/dockwire/ui/tui/cells"
)

// onTerminal says whether there is a person at a terminal to look at a screen.
func onTerminal() bool {
	return term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(int(os.Stdout.Fd())) && os.Getenv("TERM") != "dumb"
}

// onScreen says whether calls are shown on a screen to look around in: on a
// terminal, unless lines were asked for.
func (f *showFlags) onScreen(cmd *cobra.Command) bool {
	for _, lines := range []string{"format", "headers", "body", "raw", "no-streams", "color"} {
		if cmd.Flags().Changed(lines) {
			return false
		}
	}
	return onTerminal()
}

// liveRoot makes dockwire, given alone, a tap on a private socket with the
// screen open. Off a terminal it shows its help.
func liveRoot(root *cobra.Command) {
	var f tapFlags
	f.upstream.add(root)
	f.record.add(root)
	f.listen.add(root, riskRoot)
	root.Flags().StringVarP(&f.show.filter, "filter", "f", "", "show only exchanges that match `FILTER` (dockwire help filter)")
	root.RunE = func(cmd *cobra.Command, _ []string) error {
		if !onTerminal() {
			return cmd.Help()
		}
		return f.watch()
	}
}

// watch stands in front of the daemon, as tap does, with the screen open.
func (f *tapFlags) watch() error {
	return f.between(func(via route) error {
		l := &live{f: f, start: time.Now()}
		return l.run(via)
	})
}

// live is a screen on live traffic.
type live struct {
	f      *tapFlags
	act    *act // nil: clients come by themselves
	start  time.Time
	intake *model.Intake
	spool  *spool // nil: the recording is read back
	writer *recordings.Writer
	o      *observation
	listen []intercept.Endpoint
}

func (l *live) run(way route) (err error) {
	defer spendMemory()()
	l.intake = model.NewIntake(model.IntakeOptions{At: l.at})
	tell := func(format string, args ...any) { l.intake.Note(fmt.Sprintf(format, args...)) }
	consumers := []pipeline.Consumer{l.intake}
	if l.f.record.output == "" || l.f.record.rotate != (rotation{}) {
		if l.spool, err = l.f.record.spool(l.start, way.upstream.Endpoint, tell); err != nil {
			return err
		}
		defer l.spool.close()
		consumers = append(consumers, l.spool)
	}
	consumers = l.act.audience(consumers)
	if l.o, err = observe(l.start, way, l.f.record, os.Getenv, tell, consumers...); err != nil {
		return err
	}
	if l.o.recorder != nil {
		l.writer = l.o.recorder.writer
	}
	shown := l.show(way)
	incomplete := l.o.close()
	return errors.Join(shown, incomplete)
}

// at tells where the exchange that begins now will be recorded.
func (l *live) at() int64 {
	if l.spool != nil {
		return l.spool.at()
	}
	return l.writer.Offset()
}

func (l *live) archive() model.Archive {
	if l.spool != nil {
		return l.spool
	}
	return fileArchive{path: l.f.record.output, grows: true, shift: l.writer.Numbered(0)}
}

// show lets clients in and shows the screen until the person leaves it.
func (l *live) show(way route) error {
	defer l.f.loan.end()
	defer l.f.lookout.end()
	err := l.f.comeIn(l.o, way.entrance.endpoints, func(at intercept.Endpoint) { l.listen = append(l.listen, at) })
	if err != nil {
		return err
	}
	o, err := screenOptions()
	if err != nil {
		return err
	}
	o.Model = model.New(l.intake, model.Options{Expanded: l.act != nil})
	o.Archive, o.Clock, o.Live = l.archive(), cells.Clock{Start: l.start}, true
	o.Upstream, o.Filter = way.upstream.String(), l.f.show.filter
	o.Title = l.title(way.upstream.String())
	o.Welcome = l.welcome()
	o.Suspend = func() { shell(l.listen) }
	l.act.set(&o)
	if l.f.record.output != "" {
		o.SaveMarks = marksFile(l.f.record.output).save
		o.Stopped = l.o.recorder.failed.Load
	} else if l.act == nil { // what a demo shows is no loss
		upstream := way.upstream.Endpoint
		o.Save = func(ctx context.Context, path string, marks []byte) error { return l.save(ctx, path, upstream, marks) }
	}
	app, err := tui.New(o)
	if err != nil {
		return err
	}
	served := make(chan error, 1)
	go func() { served <- l.o.server.Serve() }()
	leave := l.act.begin()
	_, err = runScreen(app, l.f.record.output)
	err = errors.Join(err, leave(), l.f.lookout.end())
	if l.f.stand.end() {
		l.o.settle()
	}
	return errors.Join(err, l.o.closeServer(), <-served)
}

// save writes what the private recording holds to a file of the person's own,
// and the marks beside it.
func (l *live) save(ctx context.Context, path string, upstream intercept.Endpoint, marks []byte) error {
	to := l.f.record
	to.output, to.overwrite, to.appendTo = path, false, false
	w, err := to.create(l.start, upstream, func(format string, args ...any) { l.intake.Note(fmt.Sprintf(format, args...)) })
	if err != nil {
		return err
	}
	err = l.spool.copy(ctx, w.Event)
	if err := errors.Join(err, w.Close()); err != nil {
		_ = os.Remove(path) // it is not whole, and of this call's making
		return fmt.Errorf("not saved: %w", err)
	}
	if marks != nil {
		return marksFile(path).save(marks)
	}
	return nil
}

func (l *live) title(upstream string) string {
	var at []string
	for _, ep := range l.listen {
		at = append(at, ep.String())
	}
	title := strings.Join(at, ", ") + " → " + upstream
	if l.f.record.output != "" {
		title += ", recording to " + l.f.record.output
	}
	return title
}

func (l *live) welcome() []string {
	w := []string{"", "waiting for calls. Point a client here (Y copies the line):", ""}
	for _, ep := range l.listen {
		w = append(w, pointAt(ep))
	}
	return append(w, "", "? shows every key")
}

// runScreen shows a screen until the person leaves or a signal comes. recorded
// is named when the screen breaks down. over says that nothing of the screen
// runs any more.
func runScreen(app *tui.App, recorded string) (over bool, err error) {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(stop)
	ended := make(chan error, 1)
	go func() { ended <- app.Run() }()
	select {
	case err = <-ended:
		over = true
	case <-stop:
		go app.Stop() // it writes to the terminal, and one that is not read must not hold up the end
		select {
		case err = <-ended:
			over = true
		case <-time.After(screenPatience):
		}
	}
	if err != nil && recorded != "" {
		err = fmt.Errorf("%w\nwhat was seen is in %s", err, recorded)
	}
	return over, err
}

// spool makes a private recording for the screen to read back from.
func (f *recordFlags) spool(start time.Time, upstream intercept.Endpoint, tell teller) (*spool, error) {
	dir, err := spoolDir()
	if err != nil {
		return nil, err
	}
	s, err := newSpool(dir, func(path string) (*recordings.Writer, error) {
		private := *f
		private.output, private.overwrite, private.appendTo = path, false, false
		private.rotate = rotation{}
		return private.create(start, upstream, tell)
	}, tell)
	if err != nil {
		_ = os.RemoveAll(dir)
	}
	return s, err
}

// spoolDir makes a folder that only this user reaches, on a disk rather than
// in memory.
func spoolDir() (string, error) {
	if cache, err := os.UserCacheDir(); err == nil {
		at := filepath.Join(cache, "dockwire")
		if os.MkdirAll(at, 0o700) == nil {
			removeStale(at)
			if dir, err := os.MkdirTemp(at, fmt.Sprintf("live-%d-", os.Getpid())); err == nil {
				return dir, nil
			}
		}
	}
	return os.MkdirTemp("", "dockwire-live-")
}

// removeStale removes what a dockwire that was killed has left.
func removeStale(at string) {
	left, _ := filepath.Glob(filepath.Join(at, "live-*-*"))
	for _, dir := range left {
		var pid int
		if _, err := fmt.Sscanf(filepath.Base(dir), "live-%d-", &pid); err == nil && !alive(pid) {
			_ = os.RemoveAll(dir)
		}
	}
}
