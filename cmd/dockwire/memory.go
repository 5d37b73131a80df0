package main

import (
	"os"
	"runtime/debug"
)

// The garbage that a live screen may leave uncollected. Rows and lines become
// garbage by the thousands, and collecting it early takes processor time that
// the traffic needs. The limit is soft: it makes collections frequent when a
// million rows are kept, and never refuses memory.
const (
	liveGarbage = 400 // percent of what is in use
	liveMemory  = 384 << 20
)

// spendMemory makes the collector run less often, unless the user has set GOGC or
// GOMEMLIMIT. undo reverts it.
func spendMemory() (undo func()) {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return func() {}
	}
	percent, limit := debug.SetGCPercent(liveGarbage), debug.SetMemoryLimit(liveMemory)
	return func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	}
}
