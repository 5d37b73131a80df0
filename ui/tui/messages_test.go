package tui

import (
	"strings"
	"testing"
)

// A message is seen in passing, counted until it was read, and kept.
func TestMessagesAreKeptToBeRead(t *testing.T) {
	stopped := false
	s := newStage(t, scene(), 100, 30, func(o *Options) { o.Stopped = func() bool { return stopped } })
	s.press("!")
	s.shows("messages", "nothing went wrong so far")
	s.press("!")
	s.in.Note("recording stopped, traffic goes on unrecorded: write day.jsonl: no space left on device")
	s.in.Note("a client \x1b[31mdid not get in")
	s.app.step(s.now)
	s.app.frame.Draw(s.screen)
	s.shows(`a client \e[31mdid not get in`)
	stopped = true
	s.settle()
	s.shows("8 calls", "2 messages (!)", "recording stopped")
	s.press("!")
	s.shows("no space left on device", `\e[31mdid not`)
	s.press("q")
	if strings.Contains(s.text(), "(!)") {
		t.Error("messages that were read are still announced")
	}
}
