package main

import (
	"context"

	"github.com/dockwire/dockwire/cmd/internal/background"
	"github.com/dockwire/dockwire/cmd/internal/pipeline"
	"github.com/dockwire/dockwire/ui/tui"
)

// ownCalls are calls that dockwire itself makes while the screen is open. A nil
// ownCalls makes none.
type ownCalls struct {
	title string
	seen  func(pipeline.Consumer) pipeline.Consumer // wraps the consumers of their events
	run   func(context.Context) error               // makes the calls, until ctx is done at the latest
	over  string                                    // shown when all calls are made

	up    chan struct{} // closed when the screen is open
	calls *background.Job
}

func (a *ownCalls) wrap(consumers []pipeline.Consumer) []pipeline.Consumer {
	if a == nil {
		return consumers
	}
	for i, c := range consumers {
		consumers[i] = a.seen(c)
	}
	return consumers
}

// prepare sets the screen's title and texts.
func (a *ownCalls) prepare(o *tui.Options) {
	if a == nil {
		return
	}
	a.up = make(chan struct{})
	o.Title, o.Upstream = a.title, ""
	o.Welcome = []string{"", "the calls begin in a moment"}
	o.Shown = func() { close(a.up) }
	o.Over = func() string {
		switch over, err := a.calls.Over(); {
		case err != nil:
			return err.Error()
		case over:
			return a.over
		}
		return ""
	}
}

// begin makes the calls once the screen is open. leave ends them and returns
// their error.
func (a *ownCalls) begin() (leave func() error) {
	if a == nil {
		return func() error { return nil }
	}
	ctx, cancel := context.WithCancel(context.Background())
	a.calls = background.Start(func() error {
		select {
		case <-a.up:
			return a.run(ctx)
		case <-ctx.Done():
			return nil
		}
	})
	return func() error { cancel(); return a.calls.Wait() }
}
