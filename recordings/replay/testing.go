package replay

import (
	"context"
	"net"
	"os"
	"path/filepath"

	"github.com/dockwire/dockwire/recordings/replay/match"
)

// TB is what New needs of a *testing.T or *testing.B.
type TB interface {
	Helper()
	Cleanup(func())
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Logf(format string, args ...any)
	Failed() bool
}

// Daemon is a fake daemon for the time of a test.
type Daemon struct {
	player *Player
	socket string
	host   string
}

// Option changes how New replays.
type Option func(*setup)

type setup struct {
	Config
	strict Strict
}

// Ignore leaves places out of the comparison: "query.t", "body.HostConfig.*".
func Ignore(rules ...string) Option {
	return func(s *setup) { s.Config.Ignore = append(s.Config.Ignore, rules...) }
}

// With changes the Config of the replay.
func With(change func(*Config)) Option { return func(s *setup) { change(&s.Config) } }

// AllUsed fails the test when a recorded exchange was not used.
func AllUsed() Option { return func(s *setup) { s.strict = StrictAll } }

// New replays a recording until the test ends. Each request that was not
// recorded fails the test with an explanation; t.Parallel and any number of
// daemons in a test are fine.
func New(t TB, recording string, options ...Option) *Daemon {
	t.Helper()
	s := setup{strict: StrictMiss}
	s.OnMiss = func(m *match.Miss) { t.Errorf("%s", m.Text(nil)) }
	for _, o := range options {
		o(&s)
	}
	p, err := Open(recording, s.Config)
	if err != nil {
		t.Fatalf("replay: %v", err)
	}
	// A test's own folder may have a path too long for a socket.
	dir, err := os.MkdirTemp("", "dw")
	if err != nil {
		t.Fatalf("replay: %v", err)
	}
	d := &Daemon{player: p, socket: filepath.Join(dir, "d.sock")}
	d.host = "unix://" + d.socket
	l, err := net.Listen("unix", d.socket)
	if err != nil {
		os.RemoveAll(dir)
		t.Fatalf("replay: %v", err)
	}
	served := make(chan error, 1)
	go func() { served <- p.Serve(l) }()
	t.Cleanup(func() {
		t.Helper()
		p.Close()
		if err := <-served; err != nil {
			t.Errorf("replay: %v", err)
		}
		os.RemoveAll(dir)
		d.conclude(t, s)
	})
	return d
}

// conclude says what came of it. What is missing was said already.
func (d *Daemon) conclude(t TB, s setup) {
	t.Helper()
	r := d.player.Report()
	if t.Failed() || len(r.Warnings) > 0 {
		t.Logf("%s", r.Text())
	}
	if len(r.Missed) > 0 {
		return // the first thing that went wrong is what counts
	}
	if why := r.Fails(s.strict, s.CompareInput); why != "" {
		t.Errorf("replay: %s\n%s", why, r.Text())
	}
}

// Host is the daemon's address, for DOCKER_HOST and client.WithHost.
func (d *Daemon) Host() string { return d.host }

// Env is env with DOCKER_HOST for a child process.
func (d *Daemon) Env(env []string) []string {
	return append(env[:len(env):len(env)], "DOCKER_HOST="+d.host)
}

// DialContext connects to the daemon whatever the address, for clients that
// take a dialler.
func (d *Daemon) DialContext(ctx context.Context, _, _ string) (net.Conn, error) {
	var dialer net.Dialer
	return dialer.DialContext(ctx, "unix", d.socket)
}

// Report tells what came of the replay so far.
func (d *Daemon) Report() Report { return d.player.Report() }
