package replay

import (
	"os"
	"path/filepath"
	"testing"
)

func TestAddVolatile(t *testing.T) {
	recording := filepath.Join(t.TempDir(), "r.jsonl")
	file := recording + SettingsSuffix
	add := func(want int, places ...string) {
		t.Helper()
		if n, err := AddVolatile(recording, places, make([]string, len(places))); err != nil || n != want {
			t.Errorf("%v: %d added, %v", places, n, err)
		}
	}
	add(1, "body.Labels.run")
	if err := os.WriteFile(file, []byte("# ours\nignore:\n  - query.t\nvolatile:\n  - body.Labels.run # the CI's\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	add(1, "body.Labels.run", "ContainerCreate:body.Hostname")
	add(0, "body.Labels.run")
	got, err := os.ReadFile(file)
	if want := "# ours\nignore:\n  - query.t\nvolatile:\n  - body.Labels.run # the CI's\n  - ContainerCreate:body.Hostname\n"; err != nil || string(got) != want {
		t.Errorf("%v\n%s", err, got)
	}
	c, err := Config{}.withSettings(recording)
	if err != nil || len(c.Volatile) != 2 {
		t.Errorf("%v, %v", c.Volatile, err)
	}
}
