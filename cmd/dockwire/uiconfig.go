package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/dockwire/dockwire/ui/tui"
	"github.com/dockwire/dockwire/ui/tui/config"
)

// screenOptions are the screen's options from the user's config and the terminal.
func screenOptions() (tui.Options, error) {
	o := tui.Options{Theme: terminalTheme(os.Getenv), Picture: writePicture}
	path := configPath(os.Getenv)
	b, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return o, err
	}
	if o.Config, err = config.Parse(b, tui.IsAction); err != nil {
		return o, fmt.Errorf("%s: %w", path, err)
	}
	if os.Getenv("NO_COLOR") != "" {
		o.Config.Theme = "mono"
	}
	if cache, err := os.UserCacheDir(); err == nil {
		state := filepath.Join(cache, "dockwire", "screen.json")
		o.State, _ = os.ReadFile(state) // without it the screen begins as ever
		o.SaveState = func(b []byte) { _ = replacePrivate(state, b) }
	}
	return o, nil
}

// writePicture writes a picture of the screen, which may show what a recording
// holds.
func writePicture(path string, svg []byte) error {
	f, err := createPrivate(path, false)
	if err != nil {
		return err
	}
	_, err = f.Write(svg)
	return errors.Join(err, f.Close())
}

func configPath(env func(string) string) string {
	dir := env("XDG_CONFIG_HOME")
	if dir == "" {
		dir, _ = os.UserConfigDir()
	}
	return filepath.Join(dir, "dockwire", "config.yaml")
}

// terminalTheme is the theme for the terminal, as far as its variables say.
func terminalTheme(env func(string) string) string {
	many := strings.Contains(env("TERM"), "256color") || env("COLORTERM") != "" || strings.Contains(env("TERM"), "direct")
	// COLORFGBG is "foreground;background" in the sixteen colours.
	background := env("COLORFGBG")[strings.LastIndex(env("COLORFGBG"), ";")+1:]
	switch {
	case env("NO_COLOR") != "", strings.HasPrefix(env("TERM"), "vt"): // the terminal has no colours, or the user wants none
		return "mono"
	case !many:
		return "16"
	case background == "7" || background == "15":
		return "light"
	}
	return "dark"
}

// marksFile is the file of a recording's marks.
type marksFile string

func (m marksFile) path() string        { return string(m) + ".marks.json" }
func (m marksFile) save(b []byte) error { return replacePrivate(m.path(), b) }

// replacePrivate replaces a file as a whole. Only its owner can read it.
func replacePrivate(path string, b []byte) error {
	_ = os.MkdirAll(filepath.Dir(path), 0o700) // what follows says so if it cannot be made
	return replaceWhole(path, "."+filepath.Base(path)+"-*", 0o600, b)
}

// load reads the marks; nil without a file.
func (m marksFile) load() ([]byte, error) {
	b, err := os.ReadFile(m.path())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return b, err
}
