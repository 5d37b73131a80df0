package intercept

import (
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// maxCommand is how much of a command line is read. An argument "…" replaces the
// rest.
const maxCommand = 32 << 10

// commands reads the command lines of processes. It keeps the last few
// /proc/PID/cmdline open, as a client opens several connections in a row and
// finding the file costs more than reading it. What is read is never stale:
// such a file belongs to one process, not to its number, shows what the
// process runs now, and is empty when it is gone.
type commands struct {
	mu    sync.Mutex
	slots [16]commandSlot // by process id
	buf   []byte
}

type commandSlot struct {
	pid  int // 0: free
	fd   int
	raw  string
	args []string // raw, split
}

// of returns the command line of a process, nil if it is gone or hidden.
func (c *commands) of(pid int) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	slot := &c.slots[pid%len(c.slots)]
	if slot.pid == pid {
		if args := c.read(slot); args != nil {
			return args
		}
	}
	slot.close()
	fd, err := unix.Open("/proc/"+strconv.Itoa(pid)+"/cmdline", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	*slot = commandSlot{pid: pid, fd: fd}
	return c.read(slot)
}

func (c *commands) read(slot *commandSlot) []string {
	if c.buf == nil {
		c.buf = make([]byte, maxCommand)
	}
	n, err := unix.Pread(slot.fd, c.buf, 0)
	if err != nil || n == 0 {
		return nil
	}
	if string(c.buf[:n]) != slot.raw {
		slot.raw = string(c.buf[:n])
		slot.args = strings.Split(strings.TrimSuffix(slot.raw, "\x00"), "\x00")
		if n == len(c.buf) {
			slot.args = append(slot.args, "…")
		}
	}
	return slot.args
}

func (s *commandSlot) close() {
	if s.pid != 0 {
		unix.Close(s.fd)
	}
	*s = commandSlot{}
}

// close closes the files.
func (c *commands) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.slots {
		c.slots[i].close()
	}
}
