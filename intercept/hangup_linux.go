package intercept

import (
	"fmt"
	"os"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// hungUp reports whether the peer of a Unix socket is gone altogether: POLLHUP,
// where a half-close gives POLLRDHUP only. dockerd itself goes by it to let go
// of attaches whose client died (moby daemon/server/router/container/
// notify_linux.go).
func hungUp(c conn) bool {
	raw := unixRaw(c)
	if raw == nil {
		return false
	}
	var gone bool
	_ = raw.Control(func(fd uintptr) { // an error means that we closed it ourselves
		p := []unix.PollFd{{Fd: int32(fd)}}
		n, err := unix.Poll(p, 0)
		gone = err == nil && n == 1 && p[0].Revents&unix.POLLHUP != 0
	})
	return gone
}

func unixRaw(c conn) syscall.RawConn {
	if !isUnix(c) {
		return nil
	}
	raw, err := c.(syscall.Conn).SyscallConn()
	if err != nil {
		return nil
	}
	return raw
}

// hangups reports Unix sockets whose peer goes away while nobody reads them:
// after a half-close, or while a write to the other side is stuck. One epoll
// set serves a whole server; it is itself waited for by the runtime's poller,
// so it costs a goroutine and no thread.
type hangups struct {
	set  *os.File
	fd   int // of set, whose Fd method would make it blocking
	raw  syscall.RawConn
	done chan struct{}

	mu    sync.Mutex
	last  uint64
	calls map[uint64]func()
}

func newHangups() (*hangups, error) {
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("watch for clients that go away: %w", err)
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("watch for clients that go away: %w", err)
	}
	h := &hangups{
		set:   os.NewFile(uintptr(fd), "epoll"),
		fd:    fd,
		done:  make(chan struct{}),
		calls: make(map[uint64]func()),
	}
	if h.raw, err = h.set.SyscallConn(); err != nil {
		h.set.Close()
		return nil, fmt.Errorf("watch for clients that go away: %w", err)
	}
	go h.run()
	return h, nil
}

// add watches c: the watching goroutine calls f, at most once, when the peer of c
// has closed. It returns 0 if c cannot be watched.
func (h *hangups) add(c conn, f func()) (id uint64) {
	raw := unixRaw(c)
	if raw == nil {
		return 0
	}
	h.mu.Lock()
	h.last++
	id = h.last
	h.calls[id] = f
	h.mu.Unlock()

	err := raw.Control(func(fd uintptr) {
		ev := unix.EpollEvent{Events: unix.EPOLLET | unix.EPOLLONESHOT, Fd: int32(uint32(id)), Pad: int32(uint32(id >> 32))}
		if unix.EpollCtl(h.fd, unix.EPOLL_CTL_ADD, int(fd), &ev) != nil {
			h.remove(id)
		}
	})
	if err != nil {
		h.remove(id)
	}
	return id
}

// remove forgets a watch. The kernel drops the socket from the set when it is
// closed.
func (h *hangups) remove(id uint64) {
	h.mu.Lock()
	delete(h.calls, id)
	h.mu.Unlock()
}

func (h *hangups) run() {
	defer close(h.done)
	events := make([]unix.EpollEvent, 64)
	_ = h.raw.Read(func(fd uintptr) bool { // ends when close closes the set
		for {
			n, err := unix.EpollWait(int(fd), events, 0)
			if err == unix.EINTR {
				continue
			}
			if err != nil || n == 0 {
				return false
			}
			for _, ev := range events[:n] {
				h.tell(uint64(uint32(ev.Fd)) | uint64(uint32(ev.Pad))<<32)
			}
		}
	})
}

func (h *hangups) tell(id uint64) {
	h.mu.Lock()
	f := h.calls[id]
	delete(h.calls, id)
	h.mu.Unlock()
	if f != nil {
		f()
	}
}

// close ends the watching and waits for it.
func (h *hangups) close() {
	h.set.Close()
	<-h.done
}
