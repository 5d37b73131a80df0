package record

import (
	"os"

	"github.com/fsnotify/fsnotify"
)

// Folder watches a folder, and counts the calls of its recordings.
type Folder struct {
	watch   *fsnotify.Watcher
	counts  *callCounts
	changed chan struct{}
}

// WatchFolder begins to watch a folder.
func WatchFolder(dir string) (*Folder, error) {
	watch, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	if err := watch.Add(dir); err != nil {
		watch.Close()
		return nil, err
	}
	f := &Folder{watch: watch, changed: make(chan struct{}, 1)}
	f.counts = newCallCounts(f.tell)
	go func() { // ends with the watcher
		for range watch.Events {
			f.tell()
		}
	}()
	return f, nil
}

func (f *Folder) tell() {
	select {
	case f.changed <- struct{}{}:
	default:
	}
}

// Changed gets a value when a file of the folder has changed or was counted.
func (f *Folder) Changed() <-chan struct{} { return f.changed }

// Calls returns the counts of a file, with calls -1 when it was not counted yet. It
// has the file counted when it has changed.
func (f *Folder) Calls(path string, info os.FileInfo) (calls, failed int) {
	return f.counts.of(path, info)
}

// Close ends the watching and the counting.
func (f *Folder) Close() {
	f.watch.Close()
	f.counts.close()
}
