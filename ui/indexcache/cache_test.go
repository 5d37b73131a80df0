package indexcache

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/ui/model"
)

// Indexes that were not used for the longest time go first.
func TestIndexesAreBounded(t *testing.T) {
	c := Cache{Dir: t.TempDir()}
	for i, name := range []string{"old.idx", "used.idx", "new.idx"} {
		path := filepath.Join(c.Dir, name)
		at := time.Now().Add(time.Duration(i-5) * time.Hour)
		if err := os.WriteFile(path, make([]byte, 1000), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.makeRoom(2500); err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(c.Dir + "/*")
	if len(files) != 2 || filepath.Base(files[0]) != "new.idx" || filepath.Base(files[1]) != "used.idx" {
		t.Errorf("left are %v", files)
	}
}

// A short recording is read in no time: nothing is kept of it.
func TestNoIndexOfAShortRecording(t *testing.T) {
	c := User("test")
	c.Dir = filepath.Join(t.TempDir(), "index")
	if err := c.Save(Stamp{Path: "short.jsonl", Size: worthIt - 1}, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(c.Dir); !os.IsNotExist(err) {
		t.Errorf("something is kept: %v", err)
	}
}

// An index is used for the recording that it was made of, by the program that
// made it, and for no other.
func TestAnIndexIsUsedForItsRecordingOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "day.jsonl")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(strings.Repeat("a line of the recording\n", 1000))
	c := Cache{Dir: filepath.Join(t.TempDir(), "index"), Tool: "one"}
	in := model.NewIntake(model.IntakeOptions{})
	m := model.New(in, model.Options{})
	s := exchangetest.New()
	s.Connect(1, "docker", "ps").Call("GET", "/v1.47/containers/json", "").Reply(200, "[]")
	s.Play(in.Event)
	m.Pull()
	x, err := c.Stamp(path)
	if err != nil {
		t.Fatal(err)
	}
	x.Offset = x.Size
	if err := c.Save(x, m); err != nil {
		t.Fatal(err)
	}
	read := func(r io.Reader) (*model.Index, error) { return model.NewIntake(model.IntakeOptions{}).ReadIndex(r) }
	if _, index := c.Load(path, read); index == nil {
		t.Fatal("what was saved is not found")
	}
	files, _ := filepath.Glob(c.Dir + "/*.idx")
	if info, err := os.Stat(files[0]); len(files) != 1 || err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v: %v, %v", files, info, err)
	}
	if _, index := (Cache{Dir: c.Dir, Tool: "two"}).Load(path, read); index != nil {
		t.Error("another version uses it")
	}
	whole, _ := os.ReadFile(files[0])
	for n := range len(whole) { // whatever was cut off
		if n%7 == 0 {
			if err := os.WriteFile(files[0], whole[:n], 0o600); err != nil {
				t.Fatal(err)
			}
			if _, index := c.Load(path, read); index != nil {
				t.Fatalf("an index of %d of %d bytes is used", n, len(whole))
			}
		}
	}
	if err := os.WriteFile(files[0], whole, 0o600); err != nil {
		t.Fatal(err)
	}
	write(strings.Repeat("A LINE OF ANOTHER ONE!!\n", 1000))
	if _, index := c.Load(path, read); index != nil {
		t.Error("it is used for another recording of the same size")
	}
}
