package record

import (
	"context"
	"errors"
	"io"
	"math"
	"os"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings"
)

// A scan reports its progress after so many events, or bytes: a line may be long.
const (
	idleEvery = 4096
	idleBytes = 8 << 20
)

// File lets the screen read exchanges back from a recording.
type File struct {
	Path  string
	Grows bool // it is still being written
	// Shift is the difference between an exchange's number in the file and on
	// the screen. It is not zero when a recording was continued.
	Shift decode.ExchangeID
}

// open opens the recording. grows says that it can be followed: it may grow and
// is not compressed.
func (a File) open() (in *recordings.Reader, grows bool, err error) {
	if a.Grows {
		if in, err = recordings.Follow(a.Path); err == nil {
			return in, true, nil
		}
	}
	in, err = recordings.Open(a.Path)
	return in, false, err
}

// Exchange implements model.Archive.
func (a File) Exchange(ctx context.Context, id decode.ExchangeID, at int64, deliver func(decode.Event), idle func()) error {
	in, grows, err := a.open()
	if err != nil {
		return err
	}
	defer in.Close()
	if err := in.Resume(at, math.MaxInt64, map[decode.ExchangeID]bool{id + a.Shift: true}); err != nil {
		return err
	}
	return untilOver(ctx, func(ctx context.Context, deliver func(decode.Event)) error {
		return Scan(ctx, in, a.Size, func(e decode.Event) {
			if o := e.From(); o.Exchange == id+a.Shift {
				o.Exchange = id
				deliver(e)
			}
		}, func(int64, int64) { idle() }, grows)
	}, deliver)
}

// untilOver reads until the end of an exchange was delivered.
func untilOver(ctx context.Context, read func(context.Context, func(decode.Event)) error, deliver func(decode.Event)) error {
	ctx, over := context.WithCancel(ctx)
	defer over()
	ended := false
	err := read(ctx, func(e decode.Event) {
		if ended {
			return
		}
		deliver(e)
		if _, ended = e.(*decode.ExchangeEnd); ended {
			over()
		}
	})
	if ended {
		return nil
	}
	return err
}

// Scan implements model.Archive.
func (a File) Scan(ctx context.Context, deliver func(decode.Event), idle func(done, all int64)) error {
	in, grows, err := a.open()
	if err != nil {
		return err
	}
	defer in.Close()
	return Scan(ctx, in, a.Size, func(e decode.Event) {
		o := e.From()
		if o.Exchange == 0 || o.Exchange > a.Shift {
			if o.Exchange > 0 {
				o.Exchange -= a.Shift
			}
			deliver(e)
		}
	}, idle, grows)
}

// Size is the length of the file by now, 0 when there is none.
func (a File) Size() int64 {
	info, err := os.Stat(a.Path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// Scan delivers the events of a reader, and waits for more when the recording
// grows. It stops at the end of a line.
func Scan(ctx context.Context, in *recordings.Reader, size func() int64, deliver func(decode.Event), idle func(done, all int64), grows bool) error {
	told := int64(0)
	var line *recordings.LineError
	for n := 1; ctx.Err() == nil || in.Pending(); n++ {
		e, err := in.Next()
		switch {
		case err == nil:
			deliver(e)
			if _, at, _ := in.Line(); n%idleEvery == 0 || at-told >= idleBytes {
				told = at
				idle(at, max(size(), at+1))
			}
		case errors.As(err, &line):
		case err == io.EOF && grows:
			idle(1, 1)
			if err := in.Wait(ctx); err != nil {
				return FollowEnd(err)
			}
		case err == io.EOF:
			idle(1, 1)
			return nil
		default:
			return err
		}
	}
	return nil
}

// FollowEnd returns nil for the orderly ends of following a recording.
func FollowEnd(err error) error {
	if err == io.EOF || errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}
