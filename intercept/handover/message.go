//go:build unix

package handover

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"

	"golang.org/x/sys/unix"
)

// maxSockets is what Linux passes in one message (SCM_MAX_FD is 253).
const maxSockets = 128

// message is the first thing that the older process sends; the descriptors of
// Names come with it, in their order.
type message struct {
	PID   int
	Names []string
	Error string `json:",omitempty"`
}

// taken is the byte by which the next process says that it accepts, and by which
// the older one says that it no longer does.
var taken = []byte{'\n'}

func send(c *net.UnixConn, sockets []Socket, failed error) error {
	m := message{PID: os.Getpid()}
	if failed != nil {
		m.Error, sockets = failed.Error(), nil
	}
	if len(sockets) > maxSockets {
		return fmt.Errorf("%d sockets are too many to hand over", len(sockets))
	}
	var fds []int
	for _, s := range sockets {
		fd, err := descriptor(s.File)
		if err != nil {
			return err
		}
		m.Names = append(m.Names, s.Name)
		fds = append(fds, fd)
	}
	b, err := json.Marshal(m)
	if err != nil {
		return err
	}
	_, _, err = c.WriteMsgUnix(append(b, '\n'), unix.UnixRights(fds...), nil)
	return err
}

// descriptor is a file's. File.Fd would make it a blocking one, and with it the
// listener that still accepts with a copy of it.
func descriptor(f *os.File) (fd int, err error) {
	raw, err := f.SyscallConn()
	if err != nil {
		return 0, err
	}
	err = raw.Control(func(n uintptr) { fd = int(n) })
	return fd, err
}

func receive(c *net.UnixConn) (pid int, sockets []Socket, err error) {
	b, oob := make([]byte, 64<<10), make([]byte, unix.CmsgSpace(4*maxSockets))
	n, oobn, _, _, err := c.ReadMsgUnix(b, oob)
	if err != nil {
		return 0, nil, err
	}
	files := received(oob[:oobn])
	var m message
	if err := json.Unmarshal(b[:n], &m); err != nil || len(files) != len(m.Names) {
		closeAll(files)
		return 0, nil, errors.Join(errors.New("the other side is no dockwire that hands over"), err)
	}
	for i, name := range m.Names {
		sockets = append(sockets, Socket{name, files[i]})
	}
	if m.Error != "" {
		return m.PID, nil, errors.New(m.Error)
	}
	return m.PID, sockets, nil
}

func received(oob []byte) (files []*os.File) {
	messages, err := unix.ParseSocketControlMessage(oob)
	if err != nil {
		return nil
	}
	for _, m := range messages {
		fds, err := unix.ParseUnixRights(&m)
		if err != nil {
			continue
		}
		for _, fd := range fds {
			unix.CloseOnExec(fd)
			files = append(files, os.NewFile(uintptr(fd), "handed over"))
		}
	}
	return files
}

func closeAll(files []*os.File) {
	for _, f := range files {
		f.Close()
	}
}
