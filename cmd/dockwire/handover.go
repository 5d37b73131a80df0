package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/dockwire/dockwire/cmd/internal/background"
	"github.com/dockwire/dockwire/intercept"
	"github.com/dockwire/dockwire/intercept/handover"
)

// journalName is the name by which the journal of a takeover is handed over.
const journalName = "takeover"

// asideWithin is how long a recording may take to make room for the next one.
const asideWithin = 5 * time.Second

// handOver is `tap --hand-over`: how a tap takes over from an older one, and
// waits for a newer one.
type handOver struct {
	at    string
	stay  bool            // do not end after a hand-over before a signal comes
	older *handover.Taken // nil: nobody was there
	offer *handover.Offer // nil: nobody is waited for
}

func (h *handOver) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&h.at, "hand-over", "", "take the listeners over from the dockwire that waits at this `SOCKET`, and wait there for the next one")
	cmd.Flags().BoolVar(&h.stay, "stay", false, "with --hand-over: when a newer dockwire has taken over, wait for SIGTERM before ending, so that no supervisor starts this one again")
	cmd.MarkFlagsMutuallyExclusive("hand-over", "context-create")
}

// take asks the older dockwire, if there is one.
func (h *handOver) take() (err error) {
	if h.at == "" && h.stay {
		return errors.New("--stay is for a tap with --hand-over")
	}
	if h.at == "" {
		return nil
	}
	if h.older, err = handover.Take(h.at); err != nil {
		return fmt.Errorf("--hand-over: %w", err)
	}
	return nil
}

// file is what the older dockwire has given by that name; nil: nothing.
func (h *handOver) file(name string) *os.File {
	if h.older == nil {
		return nil
	}
	s, _ := h.older.Socket(name)
	return s.File
}

// begin tells the older dockwire that this one accepts, and waits for the next.
func (h *handOver) begin(give func() ([]handover.Socket, error)) error {
	if h.at == "" {
		return nil
	}
	if h.older != nil {
		left, err := h.older.Done()
		if err != nil {
			return fmt.Errorf("--hand-over: %w", err)
		}
		say("taken over from process %d", h.older.PID)
		for _, name := range left {
			say("warning: process %d listened at %s, and nobody does any more", h.older.PID, name)
		}
		h.older = nil
	}
	ep, err := intercept.ParseEndpoint(h.at)
	if err != nil || ep.Scheme != "unix" {
		return errors.Join(fmt.Errorf("--hand-over %s: give the path of a Unix socket", h.at), err)
	}
	l, err := intercept.Bind(ep)
	if err != nil {
		return fmt.Errorf("--hand-over: %w", err)
	}
	h.offer = handover.Offering(l, give)
	return nil
}

// to gets the process that has taken over.
func (h *handOver) to() <-chan int {
	if h.offer == nil {
		return nil
	}
	return h.offer.To()
}

// end may be called whatever came before.
func (h *handOver) end() {
	if h.older != nil {
		h.older.Close()
	}
	if h.offer != nil {
		if err := h.offer.Close(); err != nil {
			say("%v", err)
		}
	}
}

// startNext starts the same command again: the file of the program may have
// become a newer one.
func (h *handOver) startNext() {
	path, err := exec.LookPath(os.Args[0])
	if err == nil {
		next := exec.Command(path, os.Args[1:]...)
		next.Stdout, next.Stderr = os.Stdout, os.Stderr
		if err = next.Start(); err == nil {
			say("started process %d to take over", next.Process.Pid)
			background.Start(func() error { // ends with the next one, or with this process
				if err := next.Wait(); err != nil {
					say("process %d has not taken over: %v; this one goes on", next.Process.Pid, err)
				}
				return nil
			})
			return
		}
	}
	say("no other dockwire is started, this one goes on: %v", err)
}

// passOn makes room for the next dockwire's recording and gives what that one
// needs.
func (f *tapFlags) passOn(o *observation) ([]handover.Socket, error) {
	if o.recorder != nil {
		select {
		case <-o.recorder.Writer.MoveAside():
		case <-time.After(asideWithin):
			return nil, errors.New("its recording could not be moved aside")
		}
	}
	sockets, err := o.server.Sockets()
	if err == nil {
		var metrics []handover.Socket
		metrics, err = o.sent.socket()
		sockets = append(sockets, metrics...)
	}
	if err == nil && f.takeover.taken != nil {
		var journal *os.File
		if journal, err = f.takeover.taken.Journal(); err == nil {
			sockets = append(sockets, handover.Socket{Name: journalName, File: journal})
		}
	}
	return sockets, err
}

// leave lets the connections that are open run out: a newer dockwire, process
// pid, gets all others. With --stay it ends only after a signal, and another one
// cuts off what is still open then.
func (f *tapFlags) leave(o *observation, pid int, stop <-chan os.Signal) error {
	lost := f.sockets.Stop()
	over, err := o.server.Leave()
	err = errors.Join(lost, f.takeover.leave(), o.sent.leave(), err)
	say("process %d has taken over; the connections that are open run out here", pid)
	for mayEnd := !f.handOver.stay; over != nil || !mayEnd; {
		select {
		case <-over:
			over = nil
		case s := <-stop:
			if s != os.Interrupt && s != syscall.SIGTERM {
				continue
			}
			if mayEnd {
				say("%v: %s cut off", s, plural(int(o.counts.Open()), "connection"))
				return err
			}
			mayEnd = true
			say("%v: ending when the open connections have ended, at another one at once", s)
		}
	}
	return err
}

// ready tells systemd, at the socket that it names in NOTIFY_SOCKET, that clients
// are served, and by which process (sd_notify(3)).
func ready(socket string) error {
	if socket == "" {
		return nil
	}
	c, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err == nil {
		_, err = fmt.Fprintf(c, "READY=1\nMAINPID=%d", os.Getpid())
		err = errors.Join(err, c.Close())
	}
	if err != nil {
		return fmt.Errorf("systemd is not told that dockwire is ready: %w", err)
	}
	return nil
}
