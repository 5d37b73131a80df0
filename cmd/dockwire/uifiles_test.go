package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestTerminalTheme(t *testing.T) {
	for want, env := range map[string]map[string]string{
		"dark":  {"TERM": "xterm-256color"},
		"light": {"TERM": "xterm-256color", "COLORFGBG": "0;15"},
		"16":    {"TERM": "linux"},
		"mono":  {"TERM": "xterm-256color", "NO_COLOR": "1"},
	} {
		if got := terminalTheme(func(k string) string { return env[k] }); got != want {
			t.Errorf("%v: %s, want %s", env, got, want)
		}
	}
}

func TestMarksFile(t *testing.T) {
	m := marksFile(filepath.Join(t.TempDir(), "day.jsonl"))
	if b, err := m.load(); b != nil || err != nil {
		t.Errorf("before there are any: %q, %v", b, err)
	}
	if err := m.save([]byte("{}\n")); err != nil {
		t.Fatal(err)
	}
	b, err := m.load()
	info, statErr := os.Stat(m.path())
	if string(b) != "{}\n" || err != nil || statErr != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%q, %v, %v", b, err, info)
	}
}
