package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/dockwire/dockwire/recordings"
	"github.com/dockwire/dockwire/ui/tui"
)

// viewFolder lets the person choose among the recordings of a folder, as often
// as they like.
func viewFolder(dir, filter string) error {
	watch, err := fsnotify.NewWatcher()
	if err != nil {
		return err
	}
	defer watch.Close()
	if err := watch.Add(dir); err != nil {
		return err
	}
	o, err := screenOptions()
	if err != nil {
		return err
	}
	changed := make(chan struct{}, 1)
	go func() { // ends with the watcher
		for range watch.Events {
			select {
			case changed <- struct{}{}:
			default:
			}
		}
	}()
	heads := map[string]headOf{}
	for chosen, note := "", ""; ; {
		c, err := tui.NewChooser(tui.ChooserOptions{
			Title: dir, Theme: o.Theme, Config: o.Config, Chosen: chosen, Note: note,
			List:    func() []tui.Recording { return listRecordings(dir, heads) },
			Changed: changed,
		})
		if err != nil {
			return err
		}
		if chosen, err = c.Run(); err != nil || chosen == "" {
			return err
		}
		note = ""
		if err := viewFile(filepath.Join(dir, chosen), filter); err != nil {
			note = err.Error()
		}
	}
}

// headOf is the head of a file, read once for as long as it is the same file.
type headOf struct {
	info os.FileInfo
	head recordings.Header
	err  error
}

// listRecordings lists the recordings of a folder, newest first.
func listRecordings(dir string, heads map[string]headOf) []tui.Recording {
	entries, _ := os.ReadDir(dir)
	var list []tui.Recording
	for _, e := range entries {
		name := e.Name()
		if !strings.HasSuffix(name, ".jsonl") && !strings.HasSuffix(name, ".jsonl.zst") {
			continue
		}
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		h := heads[name]
		if h.info == nil || h.err != nil || !os.SameFile(h.info, info) {
			h = readHead(filepath.Join(dir, name), info)
			heads[name] = h
		}
		r := recordingOf(name, info, h.head)
		switch {
		case h.err == nil:
		case info.Size() == 0:
			r.Problem = "empty"
		default:
			r.Problem = strings.TrimPrefix(h.err.Error(), filepath.Join(dir, name)+": ")
		}
		list = append(list, r)
	}
	slices.SortFunc(list, func(a, b tui.Recording) int {
		return cmp.Or(b.Changed.Compare(a.Changed), strings.Compare(a.Name, b.Name))
	})
	return list
}

func readHead(path string, info os.FileInfo) headOf {
	r, err := recordings.Open(path)
	if err != nil {
		return headOf{info: info, err: err}
	}
	defer r.Close()
	return headOf{info: info, head: r.Header()}
}

func recordingOf(name string, info os.FileInfo, h recordings.Header) tui.Recording {
	about := h.Upstream
	if h.Daemon.Version != "" {
		about += fmt.Sprintf(", Docker %s", h.Daemon.Version)
	}
	if h.Comment != "" {
		about += ", " + h.Comment
	}
	return tui.Recording{Name: name, Size: info.Size(), Started: h.Start, Changed: info.ModTime().Truncate(time.Second), About: about}
}
