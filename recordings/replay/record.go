package replay

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/dockwire/dockwire/recordings/flow/match"
)

// recordVariable makes New record: any value but "" and "0". binaryVariable
// names the dockwire command that does it, when PATH has none or another.
const (
	recordVariable = "DOCKWIRE_RECORD"
	binaryVariable = "DOCKWIRE_BIN"
)

// readyWithin and stopWithin are how long dockwire may take to listen, and to
// finish the recording.
const (
	readyWithin = 20 * time.Second
	stopWithin  = 30 * time.Second
)

func recordWanted() bool {
	v := os.Getenv(recordVariable)
	return v != "" && v != "0"
}

// recorder is a `dockwire tap` for the time of a test: what records here is
// what people record with.
type recorder struct {
	cmd    *exec.Cmd
	said   said
	exited chan struct{} // closed when it has
	err    error         // what Wait returned; read when exited is closed
}

// record has clients of d talk to a real daemon, the one that dockwire finds
// (DOCKER_HOST, or docker's context, unless flags say otherwise), and writes
// what they say to file.
func (d *Daemon) record(t TB, file string, flags []string) {
	t.Helper()
	var err error
	if d.recorder, err = startRecorder(d.host, file, "--overwrite", flags); err != nil {
		t.Fatalf("replay: recording %s: %v", file, err)
	}
	t.Cleanup(func() { d.recorder.conclude(t, file) })
}

// recordMisses has what a recording lacks asked of a real daemon, and appended to
// the recording.
func (d *Daemon) recordMisses(t TB, file string, s *setup) {
	at := filepath.Join(filepath.Dir(d.socket), "up.sock")
	start := sync.OnceValue(func() (err error) {
		d.recorder, err = startRecorder("unix://"+at, file, "--append", s.record)
		return err
	})
	t.Cleanup(func() { // after the player's end: that was asked for later
		if d.recorder != nil {
			d.recorder.conclude(t, file)
		}
	})
	s.OnMiss = func(m *match.Miss) { t.Logf("%s\nit goes to the daemon, and into %s", m.Text(nil), file) }
	s.Forward = func() (net.Conn, error) {
		if err := start(); err != nil {
			return nil, err
		}
		return net.Dial("unix", at)
	}
}

// startRecorder has dockwire listen at host and write to file, in a folder that is
// made when it is not there. way is what becomes of a recording that is there.
func startRecorder(host, file, way string, flags []string) (*recorder, error) {
	bin, err := dockwireCommand()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return nil, err
	}
	r := &recorder{said: said{listening: make(chan struct{})}, exited: make(chan struct{})}
	whole := []string{"--max-body=all", "--tar-uploads=false"} // what is cut, no replay answers; of uploads the listing does
	r.cmd = exec.Command(bin, slices.Concat([]string{"tap", "--format", "none", "-o", file, way, "--listen", host}, whole, flags)...)
	r.cmd.Stderr = &r.said
	if err := r.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		defer close(r.exited)
		r.err = r.cmd.Wait()
	}()
	if err := r.ready(); err != nil {
		return nil, fmt.Errorf("%w\n%s", err, r.said.text())
	}
	return r, nil
}

// conclude ends the recording with the test.
func (r *recorder) conclude(t TB, file string) {
	t.Helper()
	if err := r.stop(); err != nil {
		t.Errorf("replay: recording %s: %v\n%s", file, err, r.said.text())
		return
	}
	t.Logf("%s", r.said.text())
}

func dockwireCommand() (string, error) {
	name := os.Getenv(binaryVariable)
	if name == "" {
		name = "dockwire"
	}
	bin, err := exec.LookPath(name)
	if err != nil {
		return "", fmt.Errorf("the dockwire command has to record this test (%s, or replay.Auto), and it was not found: %w\n"+
			"install it with: go install github.com/dockwire/dockwire/cmd/dockwire@latest\n"+
			"or set %s to where it is; to replay instead, unset %s", recordVariable, err, binaryVariable, recordVariable)
	}
	return bin, nil
}

// ready waits until clients can come; after an error nothing runs any more.
func (r *recorder) ready() error {
	select {
	case <-r.said.listening:
		return nil
	case <-r.exited:
		return fmt.Errorf("dockwire tap did not start: %v", r.cmd.ProcessState)
	case <-time.After(readyWithin):
		_ = r.cmd.Process.Kill() // fails only when it is gone
		<-r.exited
		return fmt.Errorf("dockwire tap did not listen within %v", readyWithin)
	}
}

// stop ends the tap as Ctrl-C does, so that the recording is whole.
func (r *recorder) stop() error {
	select {
	case <-r.exited:
		return fmt.Errorf("dockwire tap ended before the test did: %v", r.cmd.ProcessState)
	default:
	}
	if err := r.cmd.Process.Signal(os.Interrupt); err != nil {
		_ = r.cmd.Process.Kill() // it is gone, or this system cannot interrupt
		<-r.exited
		return fmt.Errorf("dockwire tap could not be stopped: %w", err)
	}
	select {
	case <-r.exited:
		return r.err
	case <-time.After(stopWithin):
		_ = r.cmd.Process.Kill()
		<-r.exited
		return fmt.Errorf("dockwire tap was killed, it did not end within %v: the recording is cut off", stopWithin)
	}
}

// said is what dockwire has to tell, which includes when it listens: asking
// its socket instead would put a connection into the recording.
type said struct {
	listening chan struct{} // closed when it does

	mu    sync.Mutex // guards below
	all   bytes.Buffer
	heard bool
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all.Write(p)
	if !s.heard && bytes.Contains(s.all.Bytes(), []byte("listening on ")) {
		s.heard = true
		close(s.listening)
	}
	return len(p), nil
}

func (s *said) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all.String()
}
