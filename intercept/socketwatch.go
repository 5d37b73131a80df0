package intercept

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"
)

// socketCheckEvery is the time between two checks of the listeners' sockets.
const socketCheckEvery = 2 * time.Second

// SocketWatch reports when the file of a listening Unix socket is removed or
// replaced. The socket goes on listening, but no client finds it: a daemon that
// restarts makes its own socket again, and people remove files they do not know.
type SocketWatch struct {
	files []watchedFile
	stop  chan struct{} // nil: not started
	done  sync.WaitGroup
	lost  error // read after Stop
}

// Add watches the file of a listener. It is called before Start.
func (w *SocketWatch) Add(at Endpoint) {
	if at.Scheme != "unix" {
		return
	}
	if info, err := os.Lstat(at.Address); err == nil {
		w.files = append(w.files, watchedFile{at.Address, info})
	}
}

// Start begins the checks, in a goroutine. Each lost socket is reported once.
func (w *SocketWatch) Start(report func(error)) {
	if len(w.files) == 0 {
		return
	}
	w.stop = make(chan struct{})
	w.done.Go(func() {
		tick := time.NewTicker(socketCheckEvery)
		defer tick.Stop()
		for {
			select {
			case <-w.stop:
				return
			case <-tick.C:
				w.check(report)
			}
		}
	})
}

// check drops the files that are lost.
func (w *SocketWatch) check(report func(error)) {
	left := w.files[:0]
	for _, f := range w.files {
		if err := f.lost(); err != nil {
			report(err)
			w.lost = errors.Join(w.lost, err)
			continue
		}
		left = append(left, f)
	}
	w.files = left
}

// Stop ends the checks and returns what was lost. It may be called twice.
func (w *SocketWatch) Stop() error {
	if w.stop != nil {
		close(w.stop)
		w.done.Wait()
		w.check(func(error) {}) // the caller reports the result
		w.stop = nil
	}
	return w.lost
}

// watchedFile is the file of a listening Unix socket, as clients find it.
type watchedFile struct {
	path string
	made fs.FileInfo
}

// lost says why clients no longer connect by that file; nil if they do.
func (f watchedFile) lost() error {
	now, err := os.Lstat(f.path)
	switch {
	case err == nil && os.SameFile(now, f.made):
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s was removed: no client can connect any more", f.path)
	case err != nil:
		return fmt.Errorf("%s cannot be checked any more: %w", f.path, err)
	}
	return fmt.Errorf("%s was replaced by another file (was the daemon restarted?): clients bypass dockwire", f.path)
}
