package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/dockwire/dockwire/intercept"
	"github.com/dockwire/dockwire/intercept/takeover"
)

// defaultSocket is docker's own.
const defaultSocket = "/var/run/docker.sock"

// takeoverFlag is `tap --takeover`: dockwire listens at the daemon's own socket.
type takeoverFlag struct {
	wanted bool
	taken  *takeover.Takeover // nil: nothing was taken over
	stands bool               // an older dockwire has moved the sockets
}

func (s *takeoverFlag) add(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&s.wanted, "takeover", false, "take the place of the daemon's own socket, for clients that cannot be pointed elsewhere, and put it back at the end")
}

// begin moves the daemon's socket to another name, where upstream then is, and
// adds the socket to listen on. The takeover of an older dockwire goes on.
func (s *takeoverFlag) begin(up *upstream, in *listeners, older *handOver) error {
	if !s.wanted {
		return nil
	}
	if up.Scheme != "unix" {
		return fmt.Errorf("--takeover is for a daemon on a Unix socket of this machine, not for %s", up)
	}
	var err error
	if journal := older.file(journalName); journal != nil {
		s.stands = true
		s.taken, err = takeover.Adopt(up.Address, journal)
	} else {
		var restored []string
		s.taken, restored, err = takeover.Begin(up.Address)
		for _, r := range restored {
			say("%s", r)
		}
	}
	if err != nil {
		return fmt.Errorf("--takeover: %w", err)
	}
	t := s.taken
	aside, err := intercept.ParseEndpoint("unix://" + t.Aside)
	if err != nil {
		return err
	}
	up.Endpoint = aside
	in.endpoints = append(in.endpoints, intercept.Endpoint{Scheme: "unix", Address: t.Place})
	return nil
}

// take moves that listener's socket to the daemon's path. It returns the address
// of any listener as clients know it.
func (s *takeoverFlag) take(at intercept.Endpoint) (intercept.Endpoint, error) {
	if s.taken == nil || at.Address != s.taken.Place {
		return at, nil
	}
	if s.stands {
		at.Address = s.taken.Path
		return at, nil
	}
	say("taking the place of %s; the daemon's own socket is %s meanwhile and is put back at the end (after a kill -9: dockwire restore %s)", s.taken.Path, s.taken.Aside, s.taken.Path)
	if err := s.taken.Swap(); err != nil {
		return at, fmt.Errorf("--takeover: %w", err)
	}
	at.Address = s.taken.Path
	return at, nil
}

// end puts the daemon's socket back, before the listener closes. It returns true
// if there was one: clients that connected before may still be connected.
func (s *takeoverFlag) end() bool {
	if s.taken == nil {
		return false
	}
	did, err := s.taken.End()
	s.taken = nil
	if err != nil {
		say("%v", err)
	} else {
		say("%s", did)
	}
	return true
}

// leave leaves the takeover to the dockwire that comes next.
func (s *takeoverFlag) leave() error {
	if s.taken == nil {
		return nil
	}
	t := s.taken
	s.taken = nil
	return t.Leave()
}

func restoreCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "restore [SOCKET]",
		Short: "Put back a daemon's socket after a tap --takeover that was killed",
		Long: `Puts things right after a dockwire tap --takeover that could not do so itself,
because it was killed or the machine went down. SOCKET is the daemon's socket,
` + defaultSocket + ` if it is not given. The next tap --takeover does the
same by itself.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			path := defaultSocket
			if len(args) > 0 {
				path = args[0]
			}
			return restore(cmd.OutOrStdout(), path)
		},
	}
}

func restore(out io.Writer, path string) error {
	ep, err := intercept.ParseEndpoint(path)
	if err != nil {
		return err
	}
	if ep.Scheme != "unix" {
		return errors.New("only Unix sockets are taken over, so only they are restored")
	}
	did, err := takeover.Restore(ep.Address)
	if err != nil {
		return err
	}
	for _, d := range did {
		fmt.Fprintln(out, d)
	}
	if len(did) == 0 {
		fmt.Fprintf(out, "nothing to do: no takeover of %s was left behind\n", ep.Address)
	}
	return nil
}
