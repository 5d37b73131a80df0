package main

import (
	"context"
	"sync/atomic"

	"github.com/dockwire/dockwire/cmd/internal/pipeline"
	"github.com/dockwire/dockwire/ui/tui"
)

// act is traffic that a screen is opened for. A nil act is none: clients come
// by themselves.
type act struct {
	title string
	seen  func(pipeline.Consumer) pipeline.Consumer // what consumers see of it
	run   func(context.Context) error               // makes the calls, until ctx is done at the latest
	over  string                                    // said when they are made

	up   chan struct{}          // closed when the screen is there
	said atomic.Pointer[string] // over, or what went wrong
}

func (a *act) audience(consumers []pipeline.Consumer) []pipeline.Consumer {
	if a == nil {
		return consumers
	}
	for i, c := range consumers {
		consumers[i] = a.seen(c)
	}
	return consumers
}

// set makes the screen one of the act.
func (a *act) set(o *tui.Options) {
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

// begin has the calls made from when the screen is there. leave ends them and
// returns what went wrong.
func (a *act) begin() (leave func() error) {
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
