package handover

import (
	"errors"
	"net"
)

var errHere = errors.New("listening sockets cannot be handed over on Windows")

// Offer is not to be had here.
type Offer struct{}

// Offering closes the listener: nothing can be offered.
func Offering(l net.Listener, _ func() ([]Socket, error)) *Offer {
	l.Close()
	return &Offer{}
}

func (o *Offer) To() <-chan int { return nil }
func (o *Offer) Close() error   { return nil }

// Taken is not to be had here.
type Taken struct{ PID int }

// Take returns an error.
func Take(string) (*Taken, error) { return nil, errHere }

func (t *Taken) Socket(string) (s Socket, ok bool) { return s, false }
func (t *Taken) Done() ([]string, error)           { return nil, errHere }
func (t *Taken) Close()                            {}
