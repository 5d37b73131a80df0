package record

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// What is listed as failed in a folder is what the screen shows as failed: judged by
// what came after.
func TestFailuresAreCountedAsJudged(t *testing.T) {
	const dir = "../../../recordings/testdata/sessions"
	watched, err := WatchFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer watched.Close()
	for name, want := range map[string]int{"compose-unhealthy": 1, "exec-exit-3": 1, "run-exit-7": 1, "ok-compose-up": 0, "ok-run": 0} {
		path := filepath.Join(dir, name+".jsonl")
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		late := time.After(time.Minute)
		calls, failed := watched.Calls(path, info)
		for ; calls < 0; calls, failed = watched.Calls(path, info) {
			select {
			case <-watched.Changed():
			case <-late:
				t.Fatalf("%s is not counted", name)
			}
		}
		if calls == 0 || failed != want {
			t.Errorf("%s: %d of %d calls failed, want %d", name, failed, calls, want)
		}
	}
}
