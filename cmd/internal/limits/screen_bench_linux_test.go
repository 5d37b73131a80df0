package limits

import (
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"github.com/dockwire/dockwire/intercept/loadtest"
)

var against = flag.String("against", "", "another dockwire binary to compare the screen of with, in turns")

// way is one way to look on while a load passes.
type way struct {
	name string
	tap  *tap
	term *terminal // nil: no screen

	rates []float64     // requests a second, of each round
	busy  time.Duration // of processors
	whole time.Duration // and with client, daemon and the reader of the terminal
	took  loadtest.Latencies
}

// ways starts all of them in front of one daemon.
func ways(b *testing.B) []*way {
	dir, err := os.MkdirTemp("", "dwl")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { os.RemoveAll(dir) })
	daemon, err := loadtest.NewCanned(loadtest.Unix(filepath.Join(dir, "daemon")))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { daemon.Close() })
	s := &setting{b: b, dir: dir, daemon: daemon.Addr}
	all := []*way{
		s.lines("none", dockwire, "--format", "none"),
		s.lines("text", dockwire, "--format", "text"),
		s.lines("none -o", dockwire, "--format", "none", "-o", filepath.Join(dir, "none.jsonl")),
		s.screen("screen", dockwire),
		s.screen("screen -o", dockwire, "-o", filepath.Join(dir, "screen.jsonl")),
	}
	if *against != "" {
		all = append(all, s.screen("old screen", *against), s.screen("old screen -o", *against, "-o", filepath.Join(dir, "old.jsonl")))
	}
	return all
}

type setting struct {
	b      *testing.B
	dir    string
	daemon loadtest.Addr
	n      int
}

func (s *setting) command(binary string, args ...string) (*exec.Cmd, loadtest.Addr) {
	s.n++
	at := loadtest.Unix(filepath.Join(s.dir, fmt.Sprint("tap", s.n)))
	cmd := exec.Command(binary, append([]string{"tap", "-H", "unix://" + s.daemon.Address, "--listen", "unix://" + at.Address}, args...)...)
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "XDG_CONFIG_HOME="+s.dir, "XDG_CACHE_HOME="+s.dir)
	return cmd, at
}

// lines starts a tap whose output is read from a pipe. It is a session of its own, as
// that on a terminal is: Linux shares the processors among sessions (sched_autogroup).
func (s *setting) lines(name, binary string, args ...string) *way {
	cmd, at := s.command(binary, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	out, err := cmd.StdoutPipe()
	if err != nil {
		s.b.Fatal(err)
	}
	t := &tap{t: s.b, cmd: cmd, addr: at}
	cmd.Stderr = &t.stderr
	t.start(cmd.Start)
	go io.Copy(io.Discard, out) // until the tap is gone
	return &way{name: name, tap: t}
}

// screen starts a tap on a terminal.
func (s *setting) screen(name, binary string, args ...string) *way {
	cmd, at := s.command(binary, args...)
	t, w := &tap{t: s.b, cmd: cmd, addr: at}, &way{name: name}
	t.start(func() error {
		tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: rows, Cols: columns})
		if err == nil {
			w.term = newTerminal(tty)
			s.b.Cleanup(func() { tty.Close(); w.term.read.Wait() })
		}
		return err
	})
	w.tap = t
	return w
}

// BenchmarkScreen runs a load past a tap that shows nothing, one that writes
// lines, and the screen, in turns, with and without a recording, and presses
// keys meanwhile. What b.N gives is rounds.
func BenchmarkScreen(b *testing.B) {
	for _, load := range []struct {
		name  string
		burst loadtest.Burst
	}{
		{"saturation", loadtest.Burst{Clients: 16, For: time.Second}},
		{"20000", loadtest.Burst{Clients: 16, For: time.Second, Rate: 20_000}},
	} {
		b.Run(load.name, func(b *testing.B) {
			all := ways(b)
			for round := range b.N {
				for i := range all {
					all[(i+round)%len(all)].run(b, load.burst)
				}
			}
			report(b, all)
		})
	}
}

func (w *way) run(b *testing.B, load loadtest.Burst) {
	done, pressed := make(chan struct{}), make(chan error, 1)
	go func() {
		if w.term == nil {
			pressed <- nil
			return
		}
		pressed <- w.term.press("?", "q", "Everywhere", done)
	}()
	busy, others := processor(b, w.tap.cmd.Process.Pid), processor(b, os.Getpid())
	took, all, err := load.Run(w.tap.addr)
	busy = processor(b, w.tap.cmd.Process.Pid) - busy
	w.busy += busy
	w.whole += busy + processor(b, os.Getpid()) - others
	close(done)
	if err != nil {
		b.Fatalf("%s: %v", w.name, err)
	}
	if err := <-pressed; err != nil {
		b.Fatal(err)
	}
	w.rates = append(w.rates, float64(len(took))/all.Seconds())
	w.took = append(w.took, took...)
}

func processor(b *testing.B, pid int) time.Duration {
	took, ok := loadtest.Processor(pid)
	if !ok {
		b.Fatalf("the processor time of process %d cannot be told", pid)
	}
	return took
}

// report says for each way how many exchanges passed, compared with those of
// the same round past a tap that shows nothing, and what they cost.
func report(b *testing.B, all []*way) {
	var table strings.Builder
	fmt.Fprintf(&table, "\n%-14s %8s %16s %6s %12s %8s %8s %8s %8s %8s %9s %8s\n", "", "req/s", "least..most", "/none", "least..most", "CPU µs", "all", "p50", "p99", "RSS MiB", "keys p50", "slowest")
	for _, w := range all {
		perCall := func(t time.Duration) float64 { return float64(t.Microseconds()) / float64(len(w.took)) }
		rates, ratios := spread(w.rates), spread(w.against(all[0]))
		fmt.Fprintf(&table, "%-14s %8.0f %7.0f..%-7.0f %6.2f %5.2f..%-5.2f %8.1f %8.1f %8v %8v %8d", w.name, rates.median, rates.least, rates.most,
			ratios.median, ratios.least, ratios.most, perCall(w.busy), perCall(w.whole),
			w.took.Percentile(50).Round(time.Microsecond), w.took.Percentile(99).Round(time.Microsecond), w.tap.memory("VmRSS")>>10)
		if w.term != nil {
			w.term.settle()
			keys := loadtest.Latencies(w.term.answers(b))
			slowest := slices.Max(keys)
			fmt.Fprintf(&table, " %9v %8v", keys.Percentile(50).Round(time.Millisecond), slowest.Round(time.Millisecond))
			b.ReportMetric(float64(slowest.Milliseconds()), "key-ms:"+strings.ReplaceAll(w.name, " ", ""))
		}
		table.WriteByte('\n')
		b.ReportMetric(ratios.median, "rate:"+strings.ReplaceAll(w.name, " ", ""))
	}
	fmt.Print(&table) // b.Log cuts it
}

// against compares with another way, round by round.
func (w *way) against(other *way) []float64 {
	ratios := make([]float64, len(w.rates))
	for i := range ratios {
		ratios[i] = w.rates[i] / other.rates[i]
	}
	return ratios
}

type spreadOf struct{ median, least, most float64 }

func spread(of []float64) spreadOf {
	s := slices.Sorted(slices.Values(of))
	return spreadOf{s[len(s)/2], s[0], s[len(s)-1]}
}
