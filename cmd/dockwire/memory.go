package main

import (
	"os"
	"runtime/debug"
)

// What a live screen may leave to the garbage collector: rows and lines become
// garbage by the thousands, and collecting it early takes the processor that
// traffic needs. The limit is soft: it makes collecting frequent where a
// million rows are kept, and refuses nothing.
const (
	liveGarbage = 400 // percent of what is in use
	liveMemory  = 384 << 20
)

// spendMemory has the collector run less often, unless the person has chosen
// (GOGC, GOMEMLIMIT). undo takes that back.
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
