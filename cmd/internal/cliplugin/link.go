package cliplugin

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Link is a plugin file, as it is or as it shall be.
type Link struct {
	Path   string // in a folder of plugins
	Target string // the program that runs; empty when there is none
}

// errForeign says that a plugin of our name is there that is not dockwire.
var errForeign = errors.New("is there already and is not a link to dockwire")

// linkFile is the plugin's file in a folder.
func linkFile(dir string) string { return filepath.Join(dir, pluginName+suffix(runtime.GOOS)) }

func suffix(goos string) string {
	if goos == "windows" {
		return ".exe"
	}
	return ""
}

// Install links the program into a folder, which it makes if needed. It
// returns false if that link was there. A link to another dockwire, or to one
// that is gone, is replaced; anything else is left and is an errForeign.
func Install(dir, program string) (Link, bool, error) {
	link := Link{linkFile(dir), program}
	switch state, err := inspect(link.Path, program); {
	case err != nil:
		return link, false, err
	case state == current:
		return link, false, nil
	case state == foreign:
		return link, false, fmt.Errorf("%s %w", link.Path, errForeign)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return link, false, err
	}
	// The new link is made aside and takes the place of the old one, if any,
	// in one step: docker finds the one or the other.
	aside := fmt.Sprintf("%s.%d", filepath.Join(dir, ".new"), os.Getpid())
	if err := join(program, aside); err != nil {
		return link, false, err
	}
	if err := os.Rename(aside, link.Path); err != nil {
		_ = os.Remove(aside)
		return link, false, err
	}
	return link, true, nil
}

// join makes a symbolic link; on Windows, where that takes a privilege, a
// hard one.
func join(program, path string) error {
	err := os.Symlink(program, path)
	if err != nil && runtime.GOOS == "windows" {
		return os.Link(program, path)
	}
	return err
}

// Uninstall removes what Install put there, and returns false if there was
// nothing.
func Uninstall(dir, program string) (Link, bool, error) {
	link := Link{Path: linkFile(dir)}
	switch state, err := inspect(link.Path, program); {
	case err != nil:
		return link, false, err
	case state == absent:
		return link, false, nil
	case state == foreign:
		return link, false, fmt.Errorf("%s %w", link.Path, errForeign)
	}
	return link, true, os.Remove(link.Path)
}

type state int

const (
	absent  state = iota
	current       // leads to this program
	another       // leads to another dockwire, or to one that is gone
	foreign
)

// inspect says what a plugin file is.
func inspect(path, program string) (state, error) {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return absent, nil
	}
	if err != nil {
		return absent, err
	}
	if same(path, program) {
		return current, nil
	}
	if info.Mode()&fs.ModeSymlink == 0 {
		return foreign, nil
	}
	target, err := os.Readlink(path)
	if err != nil {
		return absent, err
	}
	if strings.TrimSuffix(filepath.Base(target), ".exe") == "dockwire" {
		return another, nil
	}
	return foreign, nil
}

func same(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}

// Find looks for the plugin where docker does, in docker's order: the folders
// of cliPluginsExtraDirs in config.json, docker's configuration folder, and
// the system's.
func Find(configDir string, extraDirs []string) (Link, bool) {
	for _, dir := range dirs(configDir, extraDirs) {
		path := linkFile(dir)
		if _, err := os.Stat(path); err != nil {
			continue // docker passes over links that lead nowhere too
		}
		target, err := filepath.EvalSymlinks(path)
		if err != nil {
			target = path
		}
		return Link{path, target}, true
	}
	return Link{}, false
}

// UserDir is the folder of this user's plugins.
func UserDir(configDir string) string { return filepath.Join(configDir, "cli-plugins") }

// dirs are docker's (docker/cli cli-plugins/manager).
func dirs(configDir string, extraDirs []string) []string {
	all := append(append([]string(nil), extraDirs...), UserDir(configDir))
	if runtime.GOOS == "windows" {
		return append(all, filepath.Join(os.Getenv("ProgramFiles"), "Docker", "cli-plugins"))
	}
	return append(all,
		"/usr/local/lib/docker/cli-plugins",
		"/usr/local/libexec/docker/cli-plugins",
		"/usr/lib/docker/cli-plugins",
		"/usr/libexec/docker/cli-plugins")
}
