package main

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// Whoever scans a port cannot fill the screen, and what was left out is said.
func TestTroubleIsToldInMeasure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []string
		tr := trouble{explain: error.Error, tell: func(format string, args ...any) { told = append(told, fmt.Sprintf(format, args...)) }}
		want := func(lines ...string) {
			t.Helper()
			if !slices.Equal(told, lines) {
				t.Errorf("told %q, want %q", told, lines)
			}
			told = nil
		}
		for range 3 {
			tr.report(errors.New("down"))
		}
		want("down")
		for i := range 20 {
			tr.report(fmt.Errorf("scanner %d", i))
		}
		want("scanner 0", "scanner 1", "scanner 2", "scanner 3", "scanner 4", "scanner 5", "scanner 6", "scanner 7", "scanner 8")
		time.Sleep(repeatAfter)
		tr.report(errors.New("down"))
		want("11 more problems like these not shown", "down")
		tr.conclude()
		want()
	})
}
