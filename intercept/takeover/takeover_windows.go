package takeover

import (
	"errors"
	"os"
)

// errUnsupported: a named pipe cannot be renamed.
var errUnsupported = errors.New("taking over is for Unix sockets; on Windows point clients at dockwire with DOCKER_HOST or --context-create")

// A Takeover is not possible on Windows.
type Takeover struct{ Path, Aside, Place string }

// Begin returns errUnsupported.
func Begin(string) (*Takeover, []string, error) { return nil, nil, errUnsupported }

// Adopt says why.
func Adopt(string, *os.File) (*Takeover, error) { return nil, errUnsupported }

// Journal is never called.
func (*Takeover) Journal() (*os.File, error) { return nil, errUnsupported }

// Leave is never called.
func (*Takeover) Leave() error { return errUnsupported }

// Swap is never called.
func (*Takeover) Swap() error { return errUnsupported }

// End is never called.
func (*Takeover) End() (string, error) { return "", errUnsupported }

// Restore returns errUnsupported.
func Restore(string) ([]string, error) { return nil, errUnsupported }
