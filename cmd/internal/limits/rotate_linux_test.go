package limits

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/intercept/loadtest"
	"github.com/dockwire/dockwire/recordings"
)

// recorded are the calls in a row of recordings, each of which is read alone: how
// many there are, and how many of them have ended.
func recorded(t *testing.T, pattern string) (files, calls, ended int) {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	over := map[decode.ExchangeID]bool{}
	for _, path := range paths {
		if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
			t.Errorf("%s has mode %v, %v", path, info.Mode(), err)
		}
		in, err := recordings.Open(path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		for {
			e, err := in.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Errorf("%s: %v", path, err)
				break
			}
			switch e.(type) {
			case *decode.RequestHead:
				over[e.From().Exchange] = over[e.From().Exchange]
			case *decode.ExchangeEnd:
				over[e.From().Exchange] = true
			}
		}
		in.Close()
	}
	for _, yes := range over {
		if yes {
			ended++
		}
	}
	return len(paths), len(over), ended
}

// siege makes calls from four clients, and do after each hundredth of the first
// one, until it returns false. It returns how many calls were answered.
func (p *tap) siege(do func(n int) bool) (answered int) {
	var all sync.WaitGroup
	var mu sync.Mutex
	stop := make(chan struct{})
	for i := range 4 {
		all.Go(func() {
			c := loadtest.NewClient(p.addr, false)
			defer c.Close()
			for n := 1; c.Small() == nil; n++ {
				mu.Lock()
				answered++
				mu.Unlock()
				if i == 0 && n%100 == 0 && !do(n) {
					close(stop)
					return
				}
				select {
				case <-stop:
					return
				default:
				}
			}
		})
	}
	all.Wait()
	return answered
}

// No call is lost where one file ends and the next begins, whoever asks for it and
// however often, and each file can be read alone.
func TestRotationLosesNothing(t *testing.T) {
	for name, c := range map[string]struct {
		file, rotate string
		hangUp       bool
		until        int // files
	}{
		"size":          {"rec.jsonl", "64KiB", false, 5},
		"compressed":    {"rec.jsonl.zst", "64KiB", false, 2},
		"time":          {"rec.jsonl", "1s", false, 3},
		"SIGHUP":        {"rec.jsonl", "24h", true, 8},
		"SIGHUP, small": {"rec.jsonl", "64KiB", true, 8},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			p := startTap(t, "-o", filepath.Join(dir, c.file), "--rotate", c.rotate)
			other := startTap(t, "-o", filepath.Join(dir, "other-"+c.file), "--rotate", c.rotate)
			pattern := filepath.Join(dir, "rec*")
			var beside sync.WaitGroup
			enough := make(chan struct{})
			besides := 0
			beside.Go(func() {
				besides = other.siege(func(int) bool {
					select {
					case <-enough:
						return false
					default:
						return true
					}
				})
			})
			answered := p.siege(func(n int) bool {
				if c.hangUp {
					_ = p.cmd.Process.Signal(syscall.SIGHUP)
				}
				files, _ := filepath.Glob(pattern)
				return len(files) < c.until
			})
			close(enough)
			beside.Wait()
			for _, p := range []*tap{p, other} {
				if code := p.interrupt(); code != 0 {
					t.Errorf("exit code %d: %s", code, &p.stderr)
				}
			}
			files, calls, ended := recorded(t, pattern)
			if calls != answered || ended != answered {
				t.Errorf("%d calls were answered; %d files have %d, %d of them with their ends", answered, files, calls, ended)
			}
			if _, calls, _ := recorded(t, filepath.Join(dir, "other-*")); calls != besides {
				t.Errorf("of the tap beside, %d calls were answered and %d recorded", besides, calls)
			}
			t.Logf("%d calls in %d files, %d beside", answered, files, besides)
		})
	}
}

// A tap that is killed while it rotates leaves files that can be read, without the
// last moment only.
func TestKilledWhileRotating(t *testing.T) {
	for range 3 {
		dir := t.TempDir()
		p := startTap(t, "-o", filepath.Join(dir, "rec.jsonl"), "--rotate", "64KiB")
		answered := p.siege(func(n int) bool {
			_ = p.cmd.Process.Signal(syscall.SIGHUP)
			files, _ := filepath.Glob(filepath.Join(dir, "rec*"))
			if len(files) > 5 {
				p.cmd.Process.Kill()
			}
			return true
		})
		p.cmd.Wait()
		// What waited to be decoded is lost: on a loaded machine that may be much.
		files, calls, _ := recorded(t, filepath.Join(dir, "rec*"))
		if files < 5 || calls == 0 {
			t.Errorf("%d calls were answered, %d files have %d", answered, files, calls)
		}
		t.Logf("%d of %d calls in %d files", calls, answered, files)
	}
}

// A tap that finds no place for its recording goes on, says so, and does not end
// well; what it had recorded can be read.
func TestRotationEnds(t *testing.T) {
	t.Run("the disk is full", func(t *testing.T) {
		dir := t.TempDir()
		if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=512k"); err != nil {
			t.Skipf("cannot mount a small disk: %v", err)
		}
		defer syscall.Unmount(dir, syscall.MNT_DETACH)
		p := startTap(t, "-o", filepath.Join(dir, "rec.jsonl"), "--rotate", "64KiB")
		after := 0
		answered := p.siege(func(int) bool {
			var disk syscall.Statfs_t
			if err := syscall.Statfs(dir, &disk); err != nil || disk.Bavail == 0 {
				after++
			}
			return after < 5
		})
		if code := p.interrupt(); code == 0 || !strings.Contains(p.stderr.String(), "no space left") {
			t.Errorf("exit code %d: %s", code, &p.stderr)
		}
		// The first file fills the disk where all comes before it is rotated.
		files, calls, _ := recorded(t, filepath.Join(dir, "rec*"))
		if calls == 0 || calls >= answered {
			t.Errorf("%d files have %d of %d calls", files, calls, answered)
		}
		t.Logf("%d of %d calls in %d files", calls, answered, files)
	})
	t.Run("the folder is removed", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "gone")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		p := startTap(t, "-o", filepath.Join(dir, "rec.jsonl"), "--rotate", "64KiB")
		p.siege(func(int) bool {
			files, _ := filepath.Glob(filepath.Join(dir, "rec-*"))
			if len(files) < 2 {
				return true
			}
			for os.RemoveAll(dir) != nil { // a new file came while it was removed
			}
			return false
		})
		if code := p.interrupt(); code == 0 || !strings.Contains(p.stderr.String(), "rec.jsonl is not complete") {
			t.Errorf("exit code %d: %s", code, &p.stderr)
		}
	})
}
