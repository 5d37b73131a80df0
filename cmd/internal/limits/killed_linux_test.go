package limits

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/dockwire/dockwire/intercept/loadtest"
)

// Whatever was being written when dockwire was killed: all lines but the last
// are whole, and print shows them. A compressed recording can be read up to its
// last flush.
func TestKilledInTheMiddle(t *testing.T) {
	for _, name := range []string{"rec.jsonl", "rec.jsonl.zst"} {
		t.Run(name, func(t *testing.T) { killedInTheMiddle(t, filepath.Join(t.TempDir(), name)) })
	}
}

func killedInTheMiddle(t *testing.T, path string) {
	p := startTap(t, "-o", path)
	const clients = 4
	enough := make(chan struct{})
	var all sync.WaitGroup
	for i := range clients {
		all.Go(func() {
			c := loadtest.NewClient(p.addr, false)
			defer c.Close()
			for n := 0; c.Small() == nil; n++ { // until dockwire is gone
				if i == 0 && n == 2000 {
					close(enough)
				}
			}
		})
	}
	<-enough
	p.cmd.Process.Kill()
	all.Wait()
	p.cmd.Wait()

	if filepath.Ext(path) == ".jsonl" {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		lines := bytes.Split(content, []byte("\n"))
		for i, line := range lines[:len(lines)-1] {
			if !json.Valid(line) {
				t.Errorf("line %d of %d is torn: %q", i+1, len(lines), line)
			}
		}
	}
	out, err := exec.Command(dockwire, "print", "--format", "json", path).Output()
	if err != nil {
		t.Errorf("print: %v", err)
	}
	if n := bytes.Count(out, []byte("\n")); n < 2000 {
		t.Errorf("%d exchanges were printed, at least 2000 were answered", n)
	}
}
