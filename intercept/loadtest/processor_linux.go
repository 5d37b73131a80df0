package loadtest

import (
	"time"

	"golang.org/x/sys/unix"
)

// Processor is the processor time that a process has taken so far, without that of
// its children. ok is false where that cannot be told.
func Processor(pid int) (took time.Duration, ok bool) {
	const scheduled = 2 // CPUCLOCK_SCHED: a process's clock is its id and this (clock_getcpuclockid(3))
	var ts unix.Timespec
	if err := unix.ClockGettime(int32(^pid)<<3|scheduled, &ts); err != nil {
		return 0, false
	}
	return time.Duration(ts.Nano()), true
}
