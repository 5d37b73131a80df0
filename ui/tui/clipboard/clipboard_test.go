package clipboard

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// tool puts a program of that name first in PATH.
func tool(t *testing.T, name, script string) {
	t.Helper()
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		t.Skip("the tools of this system cannot be replaced")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
}

func TestTheDesktopsToolIsUsed(t *testing.T) {
	out := filepath.Join(t.TempDir(), "copied")
	tool(t, "wl-copy", "cat > "+out)
	t.Setenv("WAYLAND_DISPLAY", "wayland-0")
	if name, ok := Copy("a text\nof two lines"); !ok || name != "wl-copy" {
		t.Fatalf("%q, %v", name, ok)
	}
	if b, _ := os.ReadFile(out); string(b) != "a text\nof two lines" {
		t.Errorf("copied %q", b)
	}
}

func TestAToolThatFailsHasNotCopied(t *testing.T) {
	tool(t, "wl-copy", "exit 1")
	t.Setenv("WAYLAND_DISPLAY", "wayland-0")
	if name, ok := Copy("x"); ok {
		t.Errorf("%q says it has copied", name)
	}
}

func TestNoDesktopNoTool(t *testing.T) {
	tool(t, "wl-copy", "exit 0")
	t.Setenv("WAYLAND_DISPLAY", "")
	t.Setenv("DISPLAY", "")
	if name, ok := Copy("x"); ok {
		t.Errorf("%q was used without a desktop", name)
	}
}
