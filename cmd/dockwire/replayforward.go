package main

import (
	"cmp"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/dockwire/dockwire/intercept"
	"github.com/dockwire/dockwire/recordings/flow/match"
	"github.com/dockwire/dockwire/recordings/replay"
	"github.com/dockwire/dockwire/ui/safe"
)

// forwarder passes requests that were not recorded to a real daemon, through a
// tap that appends to the recording. It starts the tap at the first miss: until
// then the recording is not touched.
type forwarder struct {
	file     string
	upstream route
	begun    func() error // starts the tap the first time; then returns how that went

	tap    *observation
	dir    string
	at     intercept.Endpoint
	served <-chan error
}

// forward sets up what --on-miss says. The forwarder is nil with fail.
func (f *replayFlags) forward(file string, cfg *replay.Config) (*forwarder, error) {
	switch f.onMiss {
	case "fail":
		return nil, nil
	case "forward":
	default:
		return nil, fmt.Errorf("--on-miss %q: give fail or forward", f.onMiss)
	}
	if strings.HasSuffix(file, ".zst") { // report it now, not at the first miss
		return nil, fmt.Errorf("--on-miss forward: %s is compressed and cannot be continued: unpack it first (zstd -d %s)", file, file)
	}
	upstream, err := f.upstream.find()
	if err != nil {
		return nil, err
	}
	f.listen.risk = riskRoot // there is a daemon behind it after all
	paint := missPaint(os.Stderr)
	cfg.OnMiss = func(m *match.Miss) {
		fmt.Fprintln(os.Stderr, m.Cleaned(safe.Lines).Text(paint))
		say("request %d goes to %s, and into the recording", m.Number, upstream)
	}
	w := newForwarder(file, upstream)
	cfg.Forward = w.dial
	cfg.ForwardInto = func(test string) (func() (net.Conn, error), func() error) { // of a folder
		w := newForwarder(test, upstream)
		return w.dial, w.end
	}
	return w, nil
}

func newForwarder(file string, upstream *upstream) *forwarder {
	w := &forwarder{file: file, upstream: route{upstream: upstream}}
	w.begun = sync.OnceValue(w.start)
	return w
}

func (w *forwarder) dial() (net.Conn, error) {
	if err := w.begun(); err != nil {
		return nil, err
	}
	return net.Dial("unix", w.at.Address)
}

func (w *forwarder) start() error {
	dir, err := privateDir()
	if err != nil {
		return err
	}
	tap, err := observe(time.Now(), w.upstream, recordFlags{output: w.file, appendTo: true, maxBody: "all"}, os.Getenv, say)
	if err != nil {
		os.RemoveAll(dir)
		return err
	}
	at, err := tap.server.Listen(intercept.Endpoint{Scheme: "unix", Address: filepath.Join(dir, "up.sock")}, intercept.Private)
	if err != nil {
		tap.close()
		os.RemoveAll(dir)
		return err
	}
	w.tap, w.dir, w.at, w.served = tap, dir, at, tap.server.Start()
	return nil
}

// close is end, for the last of an upstream's. A nil *forwarder has nothing to end.
func (w *forwarder) close() error {
	if w == nil {
		return nil
	}
	defer w.upstream.upstream.close()
	return w.end()
}

// end ends the tap, when the player has ended.
func (w *forwarder) end() error {
	if w.tap == nil {
		return nil
	}
	defer os.RemoveAll(w.dir)
	w.tap.awaitEnd()
	err := cmp.Or(w.tap.close(), <-w.served)
	say("recorded %s in %s", plural(w.tap.counts.Exchanges, "exchange"), w.file)
	return err
}
