package lineout

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestLinesArriveInOrder(t *testing.T) {
	var out bytes.Buffer
	w := New(&out, "\n")
	for range 100 {
		io.WriteString(w, "one\n")
		io.WriteString(w, "two\n")
	}
	if err := w.Close(time.Minute); err != nil {
		t.Fatal(err)
	}
	if want := strings.Repeat("one\ntwo\n", 100); out.String() != want {
		t.Errorf("got %d bytes, want %d", out.Len(), len(want))
	}
}

// stalled is a terminal after Ctrl-S: writes wait until it is released.
type stalled struct {
	bytes.Buffer
	entered chan struct{}
	release chan struct{}
}

func (s *stalled) Write(p []byte) (int, error) {
	select {
	case s.entered <- struct{}{}:
	default:
	}
	<-s.release
	return s.Buffer.Write(p)
}

func TestStalledScreenDropsAndSaysSo(t *testing.T) {
	s := &stalled{entered: make(chan struct{}, 1), release: make(chan struct{})}
	w := New(s, "\n")
	io.WriteString(w, "first\n")
	<-s.entered
	line := strings.Repeat("x", 1023) + "\n"
	for range limit/len(line) + 7 {
		io.WriteString(w, line)
	}
	if got := w.Dropped(); got != 7 {
		t.Errorf("dropped %d lines, want 7", got)
	}
	close(s.release)
	if err := w.Close(time.Minute); err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(s.String(), "\n… 7 lines not shown: the screen was not reading\n") {
		t.Errorf("the loss is not stated at the end: %q", s.String()[s.Len()-80:])
	}
}

func TestCloseLeavesADeadScreen(t *testing.T) {
	s := &stalled{entered: make(chan struct{}, 1), release: make(chan struct{})}
	w := New(s, "\n")
	io.WriteString(w, "first\n")
	<-s.entered
	w.Close(time.Millisecond)
	close(s.release) // so that the leak check finds nothing
	<-w.done
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestWriteErrorIsReported(t *testing.T) {
	w := New(broken{}, "\n")
	io.WriteString(w, "x\n")
	<-w.Gone()
	<-w.done
	if _, err := io.WriteString(w, "y\n"); err == nil {
		t.Error("writing after a broken pipe succeeded")
	}
	if err := w.Close(time.Minute); err == nil {
		t.Error("Close hid the error")
	}
}
