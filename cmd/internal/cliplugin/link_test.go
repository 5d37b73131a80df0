package cliplugin

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// program makes a file that stands for dockwire.
func program(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(name), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestInstallAndUninstall(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "docker", "cli-plugins")
	exe := program(t, "dockwire")
	link, fresh, err := Install(dir, exe)
	if err != nil || !fresh || link.Path != linkFile(dir) {
		t.Fatal(link, fresh, err)
	}
	if !same(link.Path, exe) {
		t.Errorf("%s does not lead to %s", link.Path, exe)
	}
	if _, fresh, err := Install(dir, exe); err != nil || fresh {
		t.Errorf("once more: fresh %v, %v", fresh, err)
	}
	if found, ok := Find(filepath.Dir(dir), nil); !ok || found.Path != link.Path || !same(found.Target, exe) {
		t.Errorf("found %v %v", found, ok)
	}
	if _, removed, err := Uninstall(dir, exe); err != nil || !removed {
		t.Errorf("uninstall: %v, %v", removed, err)
	}
	if _, removed, err := Uninstall(dir, exe); err != nil || removed {
		t.Errorf("uninstall once more: %v, %v", removed, err)
	}
	entries, _ := os.ReadDir(dir)
	if len(entries) > 0 {
		t.Errorf("left behind: %v", entries)
	}
}

// A new version takes the old one's place, even when that is gone.
func TestInstallReplacesAnotherDockwire(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs symbolic links")
	}
	for name, old := range map[string]string{
		"another version": program(t, "dockwire"),
		"gone":            "/nonexistent/dockwire",
	} {
		t.Run(name, func(t *testing.T) {
			dir, exe := t.TempDir(), program(t, "dockwire")
			if err := os.Symlink(old, linkFile(dir)); err != nil {
				t.Fatal(err)
			}
			if _, fresh, err := Install(dir, exe); err != nil || !fresh {
				t.Fatal(fresh, err)
			}
			if !same(linkFile(dir), exe) {
				t.Error("still the old one")
			}
		})
	}
}

func TestForeignPluginIsLeftAlone(t *testing.T) {
	for name, put := range map[string]func(path string) error{
		"file":   func(path string) error { return os.WriteFile(path, []byte("theirs"), 0o755) },
		"folder": func(path string) error { return os.Mkdir(path, 0o755) },
		"link":   func(path string) error { return os.Symlink("/bin/sh", path) },
	} {
		t.Run(name, func(t *testing.T) {
			if name == "link" && runtime.GOOS == "windows" {
				t.Skip("needs symbolic links")
			}
			dir, exe := t.TempDir(), program(t, "dockwire")
			if err := put(linkFile(dir)); err != nil {
				t.Fatal(err)
			}
			before, _ := os.Lstat(linkFile(dir))
			if _, _, err := Install(dir, exe); !errors.Is(err, errForeign) {
				t.Errorf("install: %v", err)
			}
			if _, _, err := Uninstall(dir, exe); !errors.Is(err, errForeign) {
				t.Errorf("uninstall: %v", err)
			}
			after, err := os.Lstat(linkFile(dir))
			if err != nil || !os.SameFile(before, after) {
				t.Errorf("it is not the same any more: %v", err)
			}
		})
	}
}

func TestFindTakesDockersOrder(t *testing.T) {
	config, extra := t.TempDir(), t.TempDir()
	exe := program(t, "dockwire")
	if _, _, err := Install(UserDir(config), exe); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(linkFile(extra), nil, 0o755); err != nil {
		t.Fatal(err)
	}
	if found, ok := Find(config, []string{extra}); !ok || found.Path != linkFile(extra) {
		t.Errorf("%v: cliPluginsExtraDirs goes first", found)
	}
}
