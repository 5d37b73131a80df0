//go:build !windows

package intercept

import (
	"errors"
	"syscall"
)

func isReset(err error) bool { return errors.Is(err, syscall.ECONNRESET) }

func isBrokenPipe(err error) bool { return errors.Is(err, syscall.EPIPE) }

func isRefused(err error) bool { return errors.Is(err, syscall.ECONNREFUSED) }
