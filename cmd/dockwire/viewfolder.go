package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/dockwire/dockwire/cmd/internal/record"
	"github.com/dockwire/dockwire/recordings"
	"github.com/dockwire/dockwire/ui/tui"
)

// viewFolder lets the user choose among the recordings of a folder and its
// subfolders, as often as they like.
func viewFolder(top, filter string) error {
	o, err := screenOptions()
	if err != nil {
		return err
	}
	dir, chosen, note := top, "", ""
	for {
		if chosen, err = chooseIn(dir, dir != top, chosen, note, o); err != nil || chosen == "" {
			return err
		}
		note = ""
		path := filepath.Join(dir, chosen)
		switch info, err := os.Stat(path); {
		case err != nil:
			note = err.Error()
		case chosen == "..":
			dir, chosen = path, filepath.Base(dir)
		case info.IsDir():
			dir, chosen = path, ""
		default:
			if err := viewFile(path, filter); err != nil {
				note = err.Error()
			}
		}
	}
}

// chooseIn shows a folder, and keeps the list up to date.
func chooseIn(dir string, below bool, chosen, note string, o tui.Options) (string, error) {
	watched, err := record.WatchFolder(dir)
	if err != nil {
		return "", err
	}
	defer watched.Close()
	heads := map[string]headOf{}
	c, err := tui.NewChooser(tui.ChooserOptions{
		Title: dir, Theme: o.Theme, Config: o.Config, Chosen: chosen, Note: note,
		List:    func() []tui.Recording { return listRecordings(dir, below, heads, watched) },
		Changed: watched.Changed(),
	})
	if err != nil {
		return "", err
	}
	return c.Run()
}

// headOf is the header of a recording. It is read once for each file.
type headOf struct {
	info os.FileInfo
	head recordings.Header
	err  error
}

// listRecordings lists the recordings of a folder, newest first.
func listRecordings(dir string, below bool, heads map[string]headOf, watched *record.Folder) []tui.Recording {
	entries, _ := os.ReadDir(dir)
	var list, folders []tui.Recording
	if below {
		folders = append(folders, tui.Recording{Name: "..", Folder: true, Changed: time.Now()})
	}
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() && holdsRecordings(filepath.Join(dir, name)) {
			if info, err := e.Info(); err == nil {
				folders = append(folders, tui.Recording{Name: name, Folder: true, Changed: info.ModTime()})
			}
			continue
		}
		if !isRecording(name) {
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
		if h.err == nil {
			r.Calls, r.Failed = watched.Calls(filepath.Join(dir, name), info)
		}
		list = append(list, r)
	}
	slices.SortFunc(list, func(a, b tui.Recording) int {
		return cmp.Or(b.Changed.Compare(a.Changed), strings.Compare(a.Name, b.Name))
	})
	return append(folders, list...)
}

// holdsRecordings says whether a folder is listed: it has recordings or folders in
// it.
func holdsRecordings(dir string) bool {
	entries, _ := os.ReadDir(dir)
	return slices.ContainsFunc(entries, func(e os.DirEntry) bool {
		return e.IsDir() || isRecording(e.Name())
	})
}

func isRecording(name string) bool {
	return strings.HasSuffix(name, ".jsonl") || strings.HasSuffix(name, ".jsonl.zst")
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
	return tui.Recording{Name: name, Calls: -1, Size: info.Size(), Started: h.Start, Changed: info.ModTime().Truncate(time.Second), About: about}
}
