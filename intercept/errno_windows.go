package intercept

import (
	"errors"

	"golang.org/x/sys/windows"
)

func isReset(err error) bool { return errors.Is(err, windows.WSAECONNRESET) }

func isBrokenPipe(err error) bool {
	return errors.Is(err, windows.WSAECONNABORTED) || errors.Is(err, windows.WSAESHUTDOWN)
}

func isRefused(err error) bool { return errors.Is(err, windows.WSAECONNREFUSED) }
