package main

import (
	"context"
	"fmt"
	"net"
	"time"

	"github.com/dockwire/dockwire/recordings/flow/load"
	"github.com/dockwire/dockwire/recordings/flow/play"
	"github.com/dockwire/dockwire/recordings/verify"
)

// demoClient makes the calls of a recording, at the pace they were made.
type demoClient struct {
	rec     *load.Recording
	socket  func(*load.Exchange) string // the socket for a call
	speed   float64
	maxIdle time.Duration
	pause   time.Duration // before the first call of each command
}

// run makes all calls and waits for their answers, or for ctx. Answers that
// are not as recorded are an error.
func (c *demoClient) run(ctx context.Context) error {
	result, err := verify.Repeat(ctx, c.rec, verify.Options{
		Connect: func(ctx context.Context, x *load.Exchange) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", c.socket(x))
		},
		Pace: play.Pace{Speed: c.speed, MaxIdle: c.maxIdle}, PauseBefore: c.pause,
	})
	switch {
	case ctx.Err() != nil:
		return nil // the user ended the demo
	case err != nil:
		return err
	case !result.Equal() || result.NotSent > 0:
		return fmt.Errorf("the replay went wrong:\n%s", result.Text(nil, func(s string) string { return s }))
	}
	return nil
}
