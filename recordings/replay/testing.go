package replay

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dockwire/dockwire/recordings/flow/match"
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

// Daemon is a fake daemon for the time of a test, or one that is recorded.
type Daemon struct {
	player   *Player   // nil: it is recorded
	recorder *recorder // nil: nothing is recorded
	socket   string
	host     string
}

// Option changes how New replays.
type Option func(*setup)

type setup struct {
	Config
	strict Strict
	record []string // flags of dockwire tap
	more   []string // recordings beside the first
	auto   bool     // what is not recorded is recorded
}

// Ignore leaves places out of the comparison: "query.t", "body.HostConfig.*".
func Ignore(rules ...string) Option {
	return func(s *setup) { s.Config.Ignore = append(s.Config.Ignore, rules...) }
}

// With changes the Config of the replay.
func With(change func(*Config)) Option { return func(s *setup) { change(&s.Config) } }

// AllUsed fails the test when a recorded exchange was not used.
func AllUsed() Option { return func(s *setup) { s.strict = StrictAll } }

// Record gives flags to `dockwire tap` when the recording is made: what to keep
// of bodies, what to redact, which daemon.
//
//	replay.New(t, "testdata/build.jsonl", replay.Record("--tar-uploads", "--redact=TICKET"))
//
// They make no difference to a replay. Without them, bodies of any size are kept, and
// of tars that go up the listing.
func Record(flags ...string) Option {
	return func(s *setup) { s.record = append(s.record, flags...) }
}

// Also replays more recordings together with the first, as if each had been recorded
// behind the one before.
func Also(recordings ...string) Option {
	return func(s *setup) { s.more = append(s.more, recordings...) }
}

// Auto replays what there is and records what there is not: the test's recording
// when its file is not there, and the requests that it lacks, which then fail no
// test. A real daemon and the dockwire command have to be there only then.
func Auto() Option { return func(s *setup) { s.auto = true } }

// New replays a recording until the test ends. Each request that was not
// recorded fails the test with an explanation; t.Parallel and any number of
// daemons in a test are fine.
//
// With DOCKWIRE_RECORD=1 in the environment it makes the recording instead, or
// makes it again: the test talks to a real daemon through the dockwire command,
// from DOCKWIRE_BIN or PATH. Of the options only Record's are for that. A test
// that was run with it before is run again only with go test -count=1.
func New(t TB, recording string, options ...Option) *Daemon {
	t.Helper()
	d := &Daemon{socket: filepath.Join(socketDir(t), "d.sock")}
	d.host = "unix://" + d.socket
	s := setup{strict: StrictMiss}
	s.OnMiss = func(m *match.Miss) { t.Errorf("%s", m.Text(nil)) }
	for _, o := range options {
		o(&s)
	}
	_, err := os.Stat(recording)
	missing := errors.Is(err, fs.ErrNotExist)
	switch {
	case recordWanted() || s.auto && missing:
		d.record(t, recording, s.record)
	case missing:
		t.Fatalf("replay: %v: %s=1 makes the recording, with a real daemon (go test -count=1)", err, recordVariable)
	default:
		if s.auto {
			d.recordMisses(t, recording, &s)
		}
		d.replay(t, recording, s)
	}
	return d
}

// socketDir is a folder for a socket: a test's own may have a path too long
// for one.
func socketDir(t TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "dw")
	if err != nil {
		t.Fatalf("replay: %v", err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func (d *Daemon) replay(t TB, recording string, s setup) {
	t.Helper()
	p, err := Open(recording, s.Config, s.more...)
	if err != nil {
		t.Fatalf("replay: %v", err)
	}
	l, err := net.Listen("unix", d.socket)
	if err != nil {
		t.Fatalf("replay: %v", err)
	}
	d.player = p
	served := make(chan error, 1)
	go func() { served <- p.Serve(l) }()
	t.Cleanup(func() {
		t.Helper()
		p.Close()
		if err := <-served; err != nil {
			t.Errorf("replay: %v", err)
		}
		d.conclude(t, s)
	})
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

// Env is env for a child process whose docker talks to the daemon: with DOCKER_HOST, and
// without what would send it elsewhere, or speak TLS.
func (d *Daemon) Env(env []string) []string {
	env = slices.DeleteFunc(slices.Clone(env), func(e string) bool {
		name, _, _ := strings.Cut(e, "=")
		return slices.Contains([]string{"DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_TLS", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"}, name)
	})
	return append(env, "DOCKER_HOST="+d.host)
}

// DialContext connects to the daemon whatever the address, for clients that
// take a dialler.
func (d *Daemon) DialContext(ctx context.Context, _, _ string) (net.Conn, error) {
	var dialer net.Dialer
	return dialer.DialContext(ctx, "unix", d.socket)
}

// Report returns the result of the replay so far. It is empty while recording.
func (d *Daemon) Report() Report {
	if d.player == nil {
		return Report{}
	}
	return d.player.Report()
}
