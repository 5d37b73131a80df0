package main

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/spf13/cobra/doc"
)

var manFolder = flag.String("man", "", "write the man pages into this folder, see .ci/release-docs")

// The pages that packages carry: one for every command that people see. They are
// written by this test, so that the binary has no library of roff and Markdown.
func TestManPages(t *testing.T) {
	dir := *manFolder
	if dir == "" {
		dir = t.TempDir()
	}
	root := rootCommand()
	root.DisableAutoGenTag = true
	if err := doc.GenManTree(root, &doc.GenManHeader{Section: "1", Source: "dockwire " + versionText(), Manual: "dockwire"}, dir); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"dockwire.1", "dockwire-run.1", "dockwire-certs-make.1"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
}
