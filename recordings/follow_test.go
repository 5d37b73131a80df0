package recordings

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dockwire/dockwire/decode"
)

// A follower sees every event of a file that grows, piece by piece and in the
// middle of lines, and stops when the recording has.
func TestFollow(t *testing.T) {
	defer goleak.VerifyNone(t)
	events := interleaved(3)
	text := write(t, Options{}, events...)
	path := filepath.Join(t.TempDir(), "a.jsonl")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	first := strings.IndexByte(string(text), '\n') + 10
	if _, err := f.Write(text[:first]); err != nil {
		t.Fatal(err)
	}
	r, err := Follow(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	grow := make(chan []byte)
	done := make(chan error, 1)
	go func() {
		for b := range grow {
			if _, err := f.Write(b); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	var got []decode.Event
	rest := text[first:]
	for {
		e, err := r.Next()
		if err == nil {
			got = append(got, decode.Clone(e))
			continue
		}
		if err != io.EOF {
			t.Fatal(err)
		}
		if len(rest) > 0 {
			n := min(997, len(rest))
			grow <- rest[:n]
			rest = rest[n:]
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		err = r.Wait(ctx)
		cancel()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	close(grow)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	same(t, got, events)
}

func following(t *testing.T) (*Reader, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.jsonl")
	w := create(t, path, Options{})
	record(t, w, request(at(ms, 1, 1), "GET", "/events"), dirEnd(at(ms, 1, 1), decode.Request))
	r, err := Follow(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); w.Close() })
	for err == nil {
		_, err = r.Next()
	}
	if err != io.EOF {
		t.Fatal(err)
	}
	return r, path
}

func TestFollowFileGone(t *testing.T) {
	tests := []struct {
		do   func(path string) error
		want string
	}{
		{os.Remove, "was removed"},
		{func(p string) error { return os.Rename(p, p+".old") }, "was removed"},
		{func(p string) error { return os.Truncate(p, 10) }, "was cut"},
		{func(p string) error {
			if err := os.WriteFile(p+".new", nil, 0o600); err != nil {
				return err
			}
			return os.Rename(p+".new", p)
		}, "was replaced"},
	}
	for _, tt := range tests {
		r, path := following(t)
		if err := tt.do(path); err != nil {
			t.Fatal(err)
		}
		if err := r.Wait(context.Background()); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("Wait: %v, want %q", err, tt.want)
		}
	}
}

func TestFollowCancelled(t *testing.T) {
	r, _ := following(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := r.Wait(ctx); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
}

func TestFollowCompressed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.jsonl.zst")
	if err := create(t, path, Options{}).Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Follow(path); err == nil || !strings.Contains(err.Error(), "without .zst") {
		t.Fatal(err)
	}
}

// A line that is too long and has not ended is no file that was cut.
func TestFollowALineThatDoesNotEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.jsonl")
	text := write(t, Options{}, interleaved(1)...)
	head := text[:strings.IndexByte(string(text), '\n')+1]
	if err := os.WriteFile(path, append(head, make([]byte, maxRead+100<<10)...), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := Follow(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := r.Next(); err != io.EOF {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := r.Wait(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
