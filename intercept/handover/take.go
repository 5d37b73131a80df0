//go:build unix

package handover

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"syscall"
)

// Taken is what an older process gave. Files that are not fetched are closed by
// Done or Close.
type Taken struct {
	PID     int // the older process
	conn    *net.UnixConn
	sockets []Socket
}

// Take asks the process that offers at path. It returns nil if there is none.
func Take(path string) (*Taken, error) {
	c, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: path, Net: "unix"})
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	t := &Taken{conn: c}
	if t.PID, t.sockets, err = receive(c); err != nil {
		c.Close()
		return nil, fmt.Errorf("the dockwire at %s does not hand over: %w", path, err)
	}
	return t, nil
}

// Socket fetches the socket of a name, which is the caller's from then on.
func (t *Taken) Socket(name string) (s Socket, ok bool) {
	for i, have := range t.sockets {
		if have.Name == name {
			t.sockets = append(t.sockets[:i], t.sockets[i+1:]...)
			return have, true
		}
	}
	return s, false
}

// Done tells the older process that this one accepts now, and waits until that
// one no longer offers. It returns the names of what was not fetched.
func (t *Taken) Done() (left []string, err error) {
	defer t.Close()
	for _, s := range t.sockets {
		left = append(left, s.Name)
	}
	if _, err := t.conn.Write(pidBytes()); err != nil {
		return left, err
	}
	if !readFull(t.conn, make([]byte, len(taken))) {
		return left, errors.New("the older dockwire ended before it had handed over")
	}
	return left, nil
}

// Close leaves everything to the older process, unless Done has been called.
func (t *Taken) Close() {
	for _, s := range t.sockets {
		s.File.Close()
	}
	t.sockets = nil
	t.conn.Close()
}
