package main

import (
	"context"
	"sync/atomic"

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

	up   chan struct{}          // closed when the screen is open
	said atomic.Pointer[string] // over, or the error of run
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
		if s := a.said.Load(); s != nil {
			return *s
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
	ended := make(chan error, 1)
	go func() {
		var err error
		select {
		case <-a.up:
			err = a.run(ctx)
		case <-ctx.Done():
		}
		say := a.over
		if err != nil {
			say = err.Error()
		}
		a.said.Store(&say)
		ended <- err
	}()
	return func() error { cancel(); return <-ended }
}
