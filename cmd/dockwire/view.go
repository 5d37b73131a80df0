package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"github.com/dockwire/dockwire/cmd/internal/record"
	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings"
	"github.com/dockwire/dockwire/ui/indexcache"
	"github.com/dockwire/dockwire/ui/model"
	"github.com/dockwire/dockwire/ui/tui"
	"github.com/dockwire/dockwire/ui/tui/cells"
)

func viewCommand() *cobra.Command {
	var filter string
	cmd := &cobra.Command{
		Use:   "view [flags] FILE|DIR",
		Short: "Look around in a recording, also while it is written",
		Long: `Opens a recording on a screen to look around in: calls by client command, their
heads, bodies and streams, filters, searches, statistics. A recording that is
still being written is shown as it grows. Of a folder it lists the recordings,
newest first.`,
		Example: `  dockwire view hi.jsonl
  dockwire view -f 'status>=400' day.jsonl.zst
  dockwire view .`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if !onTerminal() {
				return errors.New("view needs a terminal; dockwire print shows a recording as text or JSON")
			}
			info, err := os.Stat(args[0])
			if err != nil {
				return err
			}
			if info.IsDir() {
				return viewFolder(args[0], filter)
			}
			return viewFile(args[0], filter)
		},
	}
	cmd.Flags().StringVarP(&filter, "filter", "f", "", "show only exchanges that match `FILTER` (dockwire help filter)")
	return cmd
}

// viewing is a screen on a recording.
type viewing struct {
	path   string
	in     *recordings.Reader
	grows  bool
	intake *model.Intake

	done, all atomic.Int64 // bytes

	indexes indexcache.Cache
	size    int64 // of the file when it was opened
	whole   bool  // it was read to its end
	fresh   int   // exchanges that no index had
}

func viewFile(path, filter string) error {
	v := &viewing{path: path, indexes: indexcache.User(versionText())}
	if err := v.open(); err != nil {
		return err
	}
	defer v.in.Close()
	o, err := screenOptions()
	if err != nil {
		return err
	}
	v.intake = model.NewIntake(model.IntakeOptions{At: v.at, Wait: true})
	h := v.in.Header()
	o.Model = model.New(v.intake, model.Options{})
	o.Archive, o.Clock, o.Live = record.File{Path: path, Grows: v.grows}, cells.Clock{Start: h.Start}, false
	o.Title, o.Upstream, o.Filter = title(path, h), h.Upstream, filter
	o.Loading = func() (int64, int64) { return v.done.Load(), v.all.Load() }
	o.Suspend = stopForNow
	o.Export, o.Formats = screenExport(o.Archive, h, path)
	marks := marksFile(path)
	o.SaveMarks = marks.save
	saved, err := marks.load()
	if err == nil && saved != nil {
		err = o.Model.Marks.Decode(saved)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", marks.path(), err)
	}
	app, err := tui.New(o)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	var reading sync.WaitGroup
	reading.Go(func() { v.deliver(ctx) })
	over, err := runScreen(app, path)
	cancel()
	v.in.Interrupt()
	if over {
		v.conclude(&reading, o.Model)
	}
	v.intake.Close()
	reading.Wait()
	return err
}

// conclude waits until the model has what was read, and saves the list for the
// next time.
func (v *viewing) conclude(reading *sync.WaitGroup, m *model.Model) {
	ended := make(chan struct{})
	go func() { reading.Wait(); close(ended) }()
	for over := false; !over; {
		select {
		case <-ended:
			over = true
		case <-time.After(time.Millisecond):
		}
		m.Pull() // deliver may wait for it
	}
	if v.fresh == 0 || v.in.Header().Redact == "off" { // secrets may be in that file only
		return
	}
	x, err := v.indexes.Stamp(v.path)
	if err != nil {
		return
	}
	x.Offset, x.Whole = v.in.Offset(), v.whole && !v.grows && x.Size == v.size
	_ = v.indexes.Save(x, m) // without it the recording is read again
}

func title(path string, h recordings.Header) string {
	t := filepath.Base(path)
	if !h.Start.IsZero() {
		t += " of " + h.Start.Local().Format("2006-01-02 15:04")
	}
	if h.Daemon.Version != "" {
		t += ", Docker " + h.Daemon.Version
	}
	return t
}

// open opens the recording so that it can be followed, if it can.
func (v *viewing) open() (err error) {
	v.size = record.File{Path: v.path}.Size()
	v.all.Store(v.size)
	if v.in, err = recordings.Follow(v.path); err == nil {
		v.grows = true
		return nil
	}
	v.in, err = recordings.Open(v.path)
	return err
}

// at is where the line of the event that is delivered begins.
func (v *viewing) at() int64 {
	_, offset, _ := v.in.Line()
	return offset
}

// deliver delivers the rows of the index, then the rest of the recording, and goes
// on as it grows.
func (v *viewing) deliver(ctx context.Context) {
	if x, index := v.indexes.Load(v.path); index != nil {
		open, first := index.Open()
		if err := v.in.Resume(first, x.Offset, open); err != nil {
			v.intake.Note(err.Error())
			return
		}
		v.intake.Resume(index)
		if x.Whole && x.Size == v.size {
			v.done.Store(v.all.Load())
			return
		}
	}
	var now time.Duration
	deliver := func(e decode.Event) {
		now = max(now, e.From().Time)
		if _, head := e.(*decode.RequestHead); head {
			v.fresh++
		}
		v.intake.Event(e)
	}
	idle := func(done, all int64) {
		v.intake.Tick(now)
		if done >= all {
			done, all = 1, 1
			v.whole = true
		}
		v.all.Store(all)
		v.done.Store(done)
	}
	err := record.Scan(ctx, v.in, record.File{Path: v.path}.Size, deliver, idle, v.grows)
	if ctx.Err() == nil {
		v.intake.Conclude()
	}
	v.done.Store(v.all.Load())
	if err != nil && ctx.Err() == nil {
		v.intake.Note(err.Error())
	}
}
