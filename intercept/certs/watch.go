package certs

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

const (
	// quietFor is how long after a change the files are read: a tool writes
	// them one by one.
	quietFor = 100 * time.Millisecond

	// grace is how long files may be wrong before that is reported: between a
	// new certificate and its new key they do not match.
	grace = 2 * time.Second

	// poll is how often files are read without an event: network file systems
	// send none, and certificates end without one.
	poll = time.Minute
)

// fingerprint identifies the contents of a set of files.
type fingerprint [sha256.Size]byte

// watch decides what to make of the files each time it looks. It has no
// goroutine and no timers of its own.
type watch struct {
	r   *Reloader
	now func() time.Time

	used    fingerprint // what is in use
	suspect fingerprint // was wrong when last read, not reported yet
	since   time.Time   // when suspect was first seen
	refused fingerprint // was wrong for as long as grace, and told
	doubts  string      // last told about what is in use
}

// first loads the files for the first time. It returns the problems if that
// failed.
func (w *watch) first() []*Problem {
	seen := w.read()
	m, problems := load(w.r.files, w.r.role, w.now())
	if m == nil {
		return problems
	}
	w.used = seen
	w.r.use(m)
	w.tellDoubts(problems)
	return nil
}

// look reads the files and takes them up if they changed and are right. It
// returns true when it should look again soon.
func (w *watch) look() (again bool) {
	seen := w.read()
	m, problems := load(w.r.files, w.r.role, w.now())
	switch {
	case seen == w.used:
		w.suspect, w.refused = fingerprint{}, fingerprint{}
		w.tellDoubts(problems)
	case m != nil:
		w.used = seen
		w.suspect, w.refused = fingerprint{}, fingerprint{}
		w.r.use(m)
		w.r.report(Reloaded, "certificates changed on disk and are in use now: %s", w.describe(m))
		w.doubts = ""
		w.tellDoubts(problems)
	case seen == w.refused:
	case seen != w.suspect:
		w.suspect, w.since = seen, w.now()
		return true
	case w.now().Sub(w.since) < grace:
		return true
	default:
		w.refused = seen
		w.r.report(Kept, "certificates changed on disk but are wrong; the ones from before stay in use: %s", lines(problems))
	}
	return false
}

// tellDoubts reports each new problem of the files in use.
func (w *watch) tellDoubts(problems []*Problem) {
	finding := finding(problems)
	if finding != "" && finding != w.doubts {
		w.r.report(Doubtful, "%s", lines(problems))
	}
	w.doubts = finding
}

// finding leaves out of problems what changes from day to day.
func finding(problems []*Problem) string {
	var b strings.Builder
	for _, p := range problems {
		fmt.Fprintln(&b, p.File, p.Field, errors.Is(p, errExpired))
	}
	return b.String()
}

func (w *watch) describe(m *material) string {
	if m.pair == nil {
		return w.r.files.CA
	}
	return w.r.files.Cert + ", " + validity(m.pair.Leaf, w.now())
}

// read takes the fingerprint of all files. What cannot be read counts as empty.
func (w *watch) read() fingerprint {
	h := sha256.New()
	for _, path := range w.r.paths() {
		b, _ := os.ReadFile(path)
		sum := sha256.Sum256(b)
		h.Write(sum[:])
	}
	return fingerprint(h.Sum(nil))
}

func lines(problems []*Problem) string {
	all := make([]string, len(problems))
	for i, p := range problems {
		all[i] = p.Error()
	}
	return strings.Join(all, "; ")
}

func (r *Reloader) paths() []string {
	var all []string
	for _, path := range []string{r.files.CA, r.files.Cert, r.files.Key} {
		if path != "" {
			all = append(all, path)
		}
	}
	return all
}

// start watches the folders, not the files: files are usually replaced by a
// rename, and a watch would stay with the old one.
func (r *Reloader) start() error {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return err
	}
	r.watcher = watcher
	r.addFolders()
	r.done.Go(r.run)
	return nil
}

// addFolders is repeated at every poll: a folder may be made again. Where no
// watch is to be had the poll alone must do.
func (r *Reloader) addFolders() {
	for _, path := range r.paths() {
		_ = r.watcher.Add(filepath.Dir(path))
	}
}

// run looks at the files when something happens in their folders, until Close.
func (r *Reloader) run() {
	soon := time.NewTimer(poll)
	defer soon.Stop()
	regular := time.NewTicker(poll)
	defer regular.Stop()
	look := func() {
		if r.watch.look() {
			soon.Reset(grace)
		}
	}
	// A busy folder must not put the look off again and again.
	due := false
	event := func() {
		if !due {
			due = true
			soon.Reset(quietFor)
		}
	}
	for {
		select {
		case <-r.stop:
			return
		case <-r.watcher.Events:
			event()
		case <-r.watcher.Errors: // events were lost
			event()
		case <-soon.C:
			due = false
			look()
		case <-regular.C:
			r.addFolders()
			look()
		}
	}
}
