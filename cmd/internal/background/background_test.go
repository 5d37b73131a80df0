package background_test

import (
	"errors"
	"testing"

	"github.com/dockwire/dockwire/cmd/internal/background"
)

func TestJob(t *testing.T) {
	failed := errors.New("failed")
	for _, want := range []error{nil, failed} {
		on := make(chan struct{})
		j := background.Start(func() error { <-on; return want })
		if over, err := j.Over(); over || err != nil {
			t.Errorf("it still runs, and is over: %v, %v", over, err)
		}
		close(on)
		<-j.Done()
		if over, err := j.Over(); !over || err != want {
			t.Errorf("it has ended with %v: %v, %v", want, over, err)
		}
		if err := j.Wait(); err != want {
			t.Errorf("Wait: %v, want %v", err, want)
		}
	}
	if over, _ := (*background.Job)(nil).Over(); over {
		t.Error("what was not started is not over")
	}
}
