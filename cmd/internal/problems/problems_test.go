package problems

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// A client that scans a port cannot fill the terminal, and the number of problems
// left out is reported.
func TestProblemsAreLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []string
		l := Log{Explain: error.Error, Tell: func(format string, args ...any) { told = append(told, fmt.Sprintf(format, args...)) }}
		want := func(lines ...string) {
			t.Helper()
			if !slices.Equal(told, lines) {
				t.Errorf("told %q, want %q", told, lines)
			}
			told = nil
		}
		for range 3 {
			l.Report(errors.New("down"))
		}
		want("down")
		for i := range 20 {
			l.Report(fmt.Errorf("scanner %d", i))
		}
		want("scanner 0", "scanner 1", "scanner 2", "scanner 3", "scanner 4", "scanner 5", "scanner 6", "scanner 7", "scanner 8")
		time.Sleep(interval)
		l.Report(errors.New("down"))
		want("11 more problems like these not shown", "down")
		l.Close()
		want()
	})
}
