//go:build unix && !linux

package child

import (
	"os"
	"os/signal"
	"syscall"
	"time"
)

// DieBy ends dockwire by the signal that ended its command, as a shell looks at
// how its child died: a loop goes on after a child that exits with 130, and
// ends after one that died of Ctrl-C. It returns if that did not work.
func DieBy(s syscall.Signal) {
	signal.Reset(s)
	_ = syscall.Kill(os.Getpid(), s)
	time.Sleep(time.Second) // it is delivered to any thread
}
