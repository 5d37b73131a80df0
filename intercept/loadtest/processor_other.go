//go:build !linux

package loadtest

import "time"

// Processor says that the processor time of a process cannot be told.
func Processor(int) (took time.Duration, ok bool) { return 0, false }
