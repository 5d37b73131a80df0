package intercept

import (
	"errors"
	"fmt"
	"net"
	"os"

	"github.com/dockwire/dockwire/intercept/handover"
)

// Sockets are the listeners as another process can be given them, by their
// endpoints in writing. The caller closes the files.
func (s *Server) Sockets() (all []handover.Socket, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.listeners {
		of, ok := l.Listener.(interface{ File() (*os.File, error) })
		if !ok {
			return all, fmt.Errorf("%s cannot be handed over", l.name)
		}
		f, err := of.File()
		if err != nil {
			return all, err
		}
		all = append(all, handover.Socket{Name: l.name, File: f})
	}
	return all, nil
}

// Adopt listens with a socket that another process has bound to the endpoint,
// and closes the file.
func (s *Server) Adopt(ep Endpoint, f *os.File) error {
	nl, err := net.FileListener(f)
	f.Close()
	if err != nil {
		return fmt.Errorf("take over %s: %w", ep, err)
	}
	if u, ok := nl.(*net.UnixListener); ok {
		u.SetUnlinkOnClose(false)       // it goes by the path alone
		mine, _ := os.Lstat(ep.Address) // nil: the file is gone, or has another name
		nl = &socketFile{UnixListener: u, path: ep.Address, mine: mine}
	}
	return s.add(&listener{Listener: nl, endpoint: ep, name: ep.String()})
}

// Leave stops to accept and leaves the sockets to the process that has them now.
// Connections go on; the channel is closed when the last of them is over.
func (s *Server) Leave() (over <-chan struct{}, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, l := range s.listeners {
		if f, ok := l.Listener.(*socketFile); ok {
			errs = append(errs, f.UnixListener.Close()) // not the file
			continue
		}
		errs = append(errs, l.Listener.Close())
	}
	s.listeners = nil
	rest := make(chan struct{})
	go func() { // ends with the connections, by themselves or by Close
		defer close(rest)
		s.work.Wait()
	}()
	return rest, errors.Join(errs...)
}
