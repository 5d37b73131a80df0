package replay

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"time"
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
	bin, err := dockwireCommand()
	if err != nil {
		t.Fatalf("replay: %v", err)
	}
	r := &recorder{said: said{listening: make(chan struct{})}, exited: make(chan struct{})}
	args := append([]string{"tap", "--format", "none", "-o", file, "--overwrite", "--listen", d.host}, flags...)
	r.cmd = exec.Command(bin, args...)
	r.cmd.Stderr = &r.said
	if err := r.cmd.Start(); err != nil {
		t.Fatalf("replay: %s is set, but %v", recordVariable, err)
	}
	go func() {
		defer close(r.exited)
		r.err = r.cmd.Wait()
	}()
	d.recorder = r
	if err := r.ready(); err != nil {
		t.Fatalf("replay: recording %s: %v\n%s", file, err, r.said.text())
	}
	t.Cleanup(func() {
		t.Helper()
		if err := r.stop(); err != nil {
			t.Errorf("replay: recording %s: %v\n%s", file, err, r.said.text())
			return
		}
		t.Logf("%s", r.said.text())
	})
}

func dockwireCommand() (string, error) {
	name := os.Getenv(binaryVariable)
	if name == "" {
		name = "dockwire"
	}
	bin, err := exec.LookPath(name)
	if err != nil {
		return "", fmt.Errorf("%s is set, so the dockwire command has to record this test, and it was not found: %w\n"+
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
