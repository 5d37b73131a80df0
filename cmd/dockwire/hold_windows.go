package main

import (
	"errors"
	"os"
)

// hold is not there for folders on Windows.
func hold(string) (*os.File, error) { return nil, errors.ErrUnsupported }
