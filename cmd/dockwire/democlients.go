package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/dockwire/dockwire/cmd/internal/pipeline"
	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/intercept"
	"github.com/dockwire/dockwire/recordings"
	"github.com/dockwire/dockwire/recordings/flow/load"
)

// demoClients are the clients of the demo's recording. Each has a socket of its
// own, which tells them apart although one process makes all calls.
type demoClients struct {
	dir     string
	sockets map[decode.ExchangeID]string
	peers   map[string]decode.Peer // by listener
	all     []intercept.Endpoint
}

func readDemoClients(recording, dir string) (*demoClients, error) {
	in, err := recordings.Open(recording)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	c := &demoClients{dir: dir, sockets: map[decode.ExchangeID]string{}, peers: map[string]decode.Peer{}}
	conns := map[decode.ConnID]decode.Peer{}
	byCommand := map[string]string{}
	for e, err := range in.All() {
		if err != nil {
			return nil, err
		}
		switch e := e.(type) {
		case *decode.ConnOpened:
			conns[e.Conn] = e.Peer
		case *decode.RequestHead:
			p := conns[e.Conn]
			key := fmt.Sprint(p.PID, p.Command)
			if byCommand[key] == "" {
				byCommand[key] = c.join(p)
			}
			c.sockets[e.Exchange] = byCommand[key]
		}
	}
	return c, nil
}

// join adds a client and returns its socket. It copies the peer, which may point
// into the recording.
func (c *demoClients) join(p decode.Peer) string {
	p.Command = append([]string(nil), p.Command...)
	for i, word := range p.Command {
		p.Command[i] = strings.Clone(word)
	}
	at := intercept.Endpoint{Scheme: "unix", Address: filepath.Join(c.dir, fmt.Sprintf("docker%d.sock", len(c.all)))}
	c.all = append(c.all, at)
	c.peers[at.String()] = p
	return at.Address
}

func (c *demoClients) socket(x *load.Exchange) string { return c.sockets[x.ID] }

// shown replaces the client that makes the calls by the recorded ones, before
// events reach the consumer.
func (c *demoClients) shown(next pipeline.Consumer) pipeline.Consumer {
	return recordedPeers{next, c.peers}
}

type recordedPeers struct {
	pipeline.Consumer
	peers map[string]decode.Peer
}

func (s recordedPeers) Event(e decode.Event) {
	if open, ok := e.(*decode.ConnOpened); ok {
		as := *open
		as.Peer = s.peers[open.Listener]
		e = &as
	}
	s.Consumer.Event(e)
}
