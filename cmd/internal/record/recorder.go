package record

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings"
)

// Recorder writes events to a file. When that fails it says so once, and
// traffic goes on unrecorded.
type Recorder struct {
	Writer *recordings.Writer
	Path   string
	Tell   Tell
	failed atomic.Bool
	unused bool
}

// Unused makes Close remove a file that was made and has nothing in it, as what
// was to be recorded could not begin. r may be nil.
func (r *Recorder) Unused() {
	if r != nil {
		r.unused = true
	}
}

// Settle makes the recording replace an older one: what was to be recorded has
// begun. r may be nil.
func (r *Recorder) Settle() {
	if r != nil {
		r.Writer.Settle()
	}
}

// Event implements pipeline.Consumer.
func (r *Recorder) Event(e decode.Event) { r.check(r.Writer.Event(e)) }

// Flush implements pipeline.Consumer.
func (r *Recorder) Flush() { r.check(r.Writer.Flush()) }

// Tick implements pipeline.Consumer.
func (r *Recorder) Tick(now time.Duration) {
	r.Writer.Tick(now)
	r.check(r.Writer.Err())
}

func (r *Recorder) check(err error) {
	if err == nil || r.failed.Swap(true) {
		return
	}
	r.Tell("recording stopped, traffic goes on unrecorded: %v", err)
}

// Failed says that recording has stopped.
func (r *Recorder) Failed() bool { return r.failed.Load() }

// Close ends the recording, and says what it lacks.
func (r *Recorder) Close() error {
	end := r.Writer.Close
	if r.unused {
		end = r.Writer.Discard
	}
	err := end()
	if err == nil {
		return nil
	}
	if n := r.Writer.Dropped(); n > 0 {
		return fmt.Errorf("%s is not complete (%d events are missing): %w", r.Path, n, err)
	}
	return fmt.Errorf("%s is not complete: %w", r.Path, err)
}
