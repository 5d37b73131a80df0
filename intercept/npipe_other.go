//go:build !windows

package intercept

import (
	"context"
	"errors"
	"net"
)

var errNoPipes = errors.New("named pipes are Windows'; use unix:// or tcp:// here")

func dialPipe(context.Context, string) (conn, error) { return nil, errNoPipes }

func listenPipe(string) (net.Listener, error) { return nil, errNoPipes }
