package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/dockwire/dockwire/cmd/internal/background"
	"github.com/dockwire/dockwire/cmd/internal/pipeline"
	"github.com/dockwire/dockwire/cmd/internal/record"
	"github.com/dockwire/dockwire/intercept"
	"github.com/dockwire/dockwire/recordings"
	"github.com/dockwire/dockwire/ui/model"
	"github.com/dockwire/dockwire/ui/tui"
	"github.com/dockwire/dockwire/ui/tui/cells"
)

// onTerminal says whether stdin and stdout are a terminal that can show a screen.
func onTerminal() bool {
	return term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(int(os.Stdout.Fd())) && os.Getenv("TERM") != "dumb"
}

// onScreen says whether to open the screen: on a terminal, unless a flag asks for
// lines.
func (f *showFlags) onScreen(cmd *cobra.Command) bool {
	for _, lines := range []string{"format", "headers", "body", "all", "raw", "no-streams", "color"} {
		if cmd.Flags().Changed(lines) {
			return false
		}
	}
	return onTerminal()
}

// liveRoot makes dockwire without a command a tap on a private socket, with the
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

// watch taps the daemon with the screen open.
func (f *tapFlags) watch() error {
	return f.withRoute(func(via route) error {
		l := &live{f: f, start: time.Now()}
		return l.run(via)
	})
}

// live is a screen on live traffic.
type live struct {
	f      *tapFlags
	own    *ownCalls // nil without a demo
	start  time.Time
	intake *model.Intake
	spool  *record.Spool // nil: the recording is read back
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
		defer l.spool.Close()
		consumers = append(consumers, l.spool)
	}
	consumers = l.own.wrap(consumers)
	if l.o, err = observe(l.start, way, l.f.record, os.Getenv, tell, consumers...); err != nil {
		return err
	}
	if l.o.recorder != nil {
		l.writer = l.o.recorder.Writer
	}
	shown := l.show(way)
	incomplete := l.o.close()
	return errors.Join(shown, incomplete)
}

// at is where the exchange that begins now will be recorded.
func (l *live) at() int64 {
	if l.spool != nil {
		return l.spool.At()
	}
	return l.writer.Offset()
}

func (l *live) archive() model.Archive {
	if l.spool != nil {
		return l.spool
	}
	return record.File{Path: l.f.record.output, Grows: true, Shift: l.writer.Numbered(0)}
}

// show listens, and shows the screen until the user leaves it.
func (l *live) show(way route) error {
	defer l.f.context.remove()
	defer l.f.sockets.Stop()
	err := l.f.listenAt(l.o, way.listeners.endpoints, func(at intercept.Endpoint) { l.listen = append(l.listen, at) })
	if err != nil {
		return err
	}
	o, err := screenOptions()
	if err != nil {
		return err
	}
	o.Model = model.New(l.intake, model.Options{Expanded: l.own != nil})
	o.Archive, o.Clock, o.Live = l.archive(), cells.Clock{Start: l.start}, true
	o.Upstream, o.Filter = way.upstream.String(), l.f.show.filter
	o.Title = l.title(way.upstream.String())
	o.Welcome = l.welcome()
	o.Suspend = func() { shell(l.listen) }
	o.Export, o.Formats = screenExport(o.Archive, recordings.Header{Start: l.start, Upstream: o.Upstream}, "live")
	l.own.prepare(&o)
	if l.f.record.output != "" {
		o.SaveMarks = marksFile(l.f.record.output).save
		o.Stopped = l.o.recorder.Failed
	} else if l.own == nil { // a demo is not worth saving
		upstream := way.upstream.Endpoint
		o.Save = func(ctx context.Context, path string, marks []byte) error { return l.save(ctx, path, upstream, marks) }
	}
	app, err := tui.New(o)
	if err != nil {
		return err
	}
	served := l.o.server.Start()
	leave := l.own.begin()
	_, err = runScreen(app, l.f.record.output)
	err = errors.Join(err, leave(), l.f.sockets.Stop())
	if l.f.takeover.end() {
		l.o.awaitEnd()
	}
	return errors.Join(err, l.o.closeServer(), <-served)
}

// save copies the private recording to a file of the user's choice, and writes
// the marks beside it.
func (l *live) save(ctx context.Context, path string, upstream intercept.Endpoint, marks []byte) error {
	to := l.f.record
	to.output, to.overwrite, to.appendTo = path, false, false
	w, err := to.create(l.start, upstream, func(format string, args ...any) { l.intake.Note(fmt.Sprintf(format, args...)) })
	if errors.Is(err, fs.ErrExist) {
		return existsError(path) // a screen has no flags to give
	}
	if err != nil {
		return err
	}
	err = l.spool.Copy(ctx, w.Event)
	if err := errors.Join(err, w.Close()); err != nil {
		_ = os.Remove(path) // this call made it, and it is not complete
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

// runScreen shows a screen until the user leaves or a signal comes. An error names
// recorded, the file with what was seen. over says that the screen has ended
// completely.
func runScreen(app interface {
	Run() error
	Stop()
}, recorded string) (over bool, err error) {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(stop)
	screen := background.Start(app.Run)
	select {
	case <-screen.Done():
	case <-stop:
		// Stop writes to the terminal, which may not read.
		background.Start(func() error { app.Stop(); return nil })
		select {
		case <-screen.Done():
		case <-time.After(screenPatience):
		}
	}
	over, err = screen.Over()
	if err != nil && recorded != "" {
		err = fmt.Errorf("%w\nwhat was seen is in %s", err, recorded)
	}
	return over, err
}

// spool makes a private recording for the screen to read back from.
func (f *recordFlags) spool(start time.Time, upstream intercept.Endpoint, tell record.Tell) (*record.Spool, error) {
	dir, err := spoolDir()
	if err != nil {
		return nil, err
	}
	s, err := record.NewSpool(dir, func(path string) (*recordings.Writer, error) {
		private := *f
		private.private = true
		private.output, private.overwrite, private.appendTo = path, false, false
		private.rotate = rotation{}
		return private.create(start, upstream, tell)
	}, tell)
	if err != nil {
		_ = os.RemoveAll(dir)
	}
	return s, err
}

// spoolDir makes a folder that only this user can read, on disk rather than in
// memory.
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

// removeStale removes the folders that a killed dockwire has left.
func removeStale(at string) {
	left, _ := filepath.Glob(filepath.Join(at, "live-*-*"))
	for _, dir := range left {
		var pid int
		if _, err := fmt.Sscanf(filepath.Base(dir), "live-%d-", &pid); err == nil && !alive(pid) {
			_ = os.RemoveAll(dir)
		}
	}
}
