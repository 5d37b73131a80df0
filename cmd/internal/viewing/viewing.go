// Package viewing reads a recording into the model that the screen of `dockwire
// view` shows, goes on while the recording grows, and keeps the list in the user's
// cache for the next time.
//
// It must not know flags or how the model is drawn. All of it is in this file.
package viewing

import (
	"context"
	"io"
	"sync/atomic"
	"time"

	"github.com/dockwire/dockwire/cmd/internal/background"
	"github.com/dockwire/dockwire/cmd/internal/record"
	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings"
	"github.com/dockwire/dockwire/ui/indexcache"
	"github.com/dockwire/dockwire/ui/model"
)

// Recording is a recording that is looked at.
type Recording struct {
	Model   *model.Model
	Archive record.File

	in      *recordings.Reader
	intake  *model.Intake
	indexes indexcache.Cache
	size    int64 // of the file when it was opened

	done, all atomic.Int64 // bytes

	reading *background.Job
	cancel  context.CancelFunc
	whole   bool // it was read to its end
	fresh   int  // exchanges that no index had
}

// Open opens a recording so that it can be followed, if it can. Start begins to
// read it.
func Open(path string, indexes indexcache.Cache) (*Recording, error) {
	v := &Recording{Archive: record.File{Path: path}, indexes: indexes}
	v.size = v.Archive.Size()
	v.all.Store(v.size)
	var err error
	if v.in, err = recordings.Follow(path); err == nil {
		v.Archive.Grows = true
	} else if v.in, err = recordings.Open(path); err != nil {
		return nil, err
	}
	v.intake = model.NewIntake(model.IntakeOptions{At: v.at, Wait: true})
	var outside model.Outside
	if v.in.Header().Redact != "off" { // secrets may be in that file only
		outside = indexes.Outside()
	}
	v.Model = model.New(v.intake, model.Options{Outside: outside})
	return v, nil
}

// Header is the recording's header.
func (v *Recording) Header() recordings.Header { return v.in.Header() }

// Progress says how much was read, in bytes.
func (v *Recording) Progress() (done, all int64) { return v.done.Load(), v.all.Load() }

// Start begins to read.
func (v *Recording) Start() {
	ctx, cancel := context.WithCancel(context.Background())
	v.cancel = cancel
	v.reading = background.Start(func() error { v.deliver(ctx); return nil })
}

// Stop ends the reading. With save it waits until the model has what was read,
// and saves the list; without it somebody may still use the model.
func (v *Recording) Stop(save bool) {
	v.cancel()
	v.in.Interrupt()
	if save {
		v.save()
	}
	v.intake.Close()
	_ = v.reading.Wait()
}

// Close closes the file.
func (v *Recording) Close() error { return v.in.Close() }

func (v *Recording) save() {
	for over := false; !over || v.Model.Behind(); {
		select {
		case <-v.reading.Done():
			over = true
		case <-time.After(time.Millisecond):
		}
		v.Model.Pull() // deliver may wait for it
	}
	if v.fresh == 0 || v.in.Header().Redact == "off" { // secrets may be in that file only
		return
	}
	x, err := v.indexes.Stamp(v.Archive.Path)
	if err != nil {
		return
	}
	x.Offset, x.Whole = v.in.Offset(), v.whole && !v.Archive.Grows && x.Size == v.size
	_ = v.indexes.Save(x, v.Model) // without it the recording is read again
}

// at is where the line of the event that is delivered begins.
func (v *Recording) at() int64 {
	_, offset, _ := v.in.Line()
	return offset
}

// deliver delivers the rows of the index, then the rest of the recording, and goes
// on as it grows.
func (v *Recording) deliver(ctx context.Context) {
	x, index := v.indexes.Load(v.Archive.Path, func(r io.Reader) (*model.Index, error) {
		return v.intake.ReadIndex(until{ctx, r})
	})
	switch {
	case ctx.Err() != nil:
		return
	case index == nil:
		v.intake.DropIndex()
	default:
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
	err := record.Scan(ctx, v.in, v.Archive.Size, deliver, idle, v.Archive.Grows)
	if ctx.Err() == nil {
		v.intake.Conclude()
	}
	v.done.Store(v.all.Load())
	if err != nil && ctx.Err() == nil {
		v.intake.Note(err.Error())
	}
}

// until reads until ctx is done.
type until struct {
	ctx context.Context
	r   io.Reader
}

func (u until) Read(b []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.Read(b)
}
