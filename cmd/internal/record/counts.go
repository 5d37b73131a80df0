package record

import (
	"context"
	"os"
	"sync"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
)

// callCounts counts the calls of recordings and those that failed, one file
// after the other, in the background. It counts a file again when it has changed.
type callCounts struct {
	ctx    context.Context
	cancel context.CancelFunc
	more   func() // there is something new
	work   sync.WaitGroup

	mu      sync.Mutex
	counted map[string]callCount
	waiting map[string]os.FileInfo
	running bool
}

type callCount struct {
	info          os.FileInfo
	calls, failed int
}

// newCallCounts calls more when a file was counted.
func newCallCounts(more func()) *callCounts {
	c := &callCounts{more: more, counted: map[string]callCount{}, waiting: map[string]os.FileInfo{}}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	return c
}

// close ends the counting.
func (c *callCounts) close() {
	c.cancel()
	c.work.Wait()
}

// of returns the counts of a file, with calls -1 when it was not counted yet. It
// has the file counted when it has changed.
func (c *callCounts) of(path string, info os.FileInfo) (calls, failed int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n, known := c.counted[path]
	if !known {
		n.calls = -1
	}
	if !known || n.info.Size() != info.Size() || !n.info.ModTime().Equal(info.ModTime()) {
		c.waiting[path] = info
		if !c.running {
			c.running = true
			c.work.Go(c.run)
		}
	}
	return n.calls, n.failed
}

// maxFailed is how many failed calls of a recording are kept one by one.
const maxFailed = 1 << 16

func (c *callCounts) run() {
	for {
		path, info := c.next()
		if path == "" {
			return
		}
		n := callCount{info: info}
		failed := map[decode.ExchangeID]bool{} // what comes later may judge otherwise
		fold := exchange.NewFolder(0, func(x *exchange.Exchange, e decode.Event) {
			switch e.(type) {
			case *decode.RequestHead:
				n.calls++
			case *decode.ExchangeEnd:
				switch {
				case x == nil || !x.Failed():
				case len(failed) < maxFailed:
					failed[x.ID] = true
				default:
					n.failed++
				}
			}
		})
		commands := fold.Group(func(j exchange.Judgement) {
			if !j.Outcome.Result.Bad() {
				delete(failed, j.Exchange)
			} else if len(failed) < maxFailed {
				failed[j.Exchange] = true
			}
		})
		a := File{Path: path}
		if err := a.Scan(c.ctx, fold.Event, func(int64, int64) {}); err != nil && c.ctx.Err() == nil {
			n.calls = max(n.calls, 0)
		}
		commands.Close()
		n.failed += len(failed)
		c.mu.Lock()
		c.counted[path] = n
		c.mu.Unlock()
		c.more()
	}
}

// next returns a file that waits to be counted, or "".
func (c *callCounts) next() (string, os.FileInfo) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for path, info := range c.waiting {
		if c.ctx.Err() == nil {
			delete(c.waiting, path)
			return path, info
		}
	}
	c.running = false
	return "", nil
}
