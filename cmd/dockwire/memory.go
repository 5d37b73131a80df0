package main

import (
	"os"
	"runtime/debug"
	"strings"
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

// The garbage that reading a recording may leave: little, as what is kept of one of
// small calls is about a third of its size. The limit is soft, too.
const (
	replayGarbage = 50 // percent of what is in use
	replayMemory  = 32 << 20
)

// saveMemory makes the collector run more often while recordings are replayed, unless
// the user has set GOGC or GOMEMLIMIT. loaded ends the limit, which is for reading them:
// what clients send would make the collector run all the time.
func saveMemory(files []string) (loaded func()) {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return func() {}
	}
	debug.SetGCPercent(replayGarbage)
	size := int64(0)
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil || !info.Mode().IsRegular() || strings.HasSuffix(f, ".zst") {
			return func() {} // how much is in it shows later
		}
		size += info.Size()
	}
	limit := debug.SetMemoryLimit(max(replayMemory, size*11/25))
	return func() { debug.SetMemoryLimit(limit) }
}
