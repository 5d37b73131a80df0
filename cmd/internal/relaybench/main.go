// Command relaybench measures dockwire as it is used: the built binary between a
// daemon and a client that are processes of their own. It compares it, in turns,
// with a process that only copies, with one that copies and hands each chunk to a
// second goroutine (what any tap costs at the least), and with socat and haproxy
// where they are installed, and prints a table.
//
//	go run ./cmd/internal/relaybench -dockwire bin/dockwire -rounds 5
//
// Start reading at main, then contenders.go and loads.go. scale.go is for itself: what
// many connections and a day's calls cost.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/dockwire/dockwire/intercept/loadtest"
)

func main() {
	if len(os.Args) > 2 && os.Args[1] == "role" {
		exitOn(play(os.Args[2], os.Args[3:]))
		return
	}
	var o options
	flag.StringVar(&o.dockwire, "dockwire", "bin/dockwire", "the binary to measure")
	flag.IntVar(&o.rounds, "rounds", 5, "how often each load is run on each way")
	flag.BoolVar(&o.short, "short", false, "run small loads, to see that all of it works")
	many := flag.Bool("scale", false, "measure many connections and a day's calls instead; it takes ten minutes")
	flag.Parse()
	if *many {
		exitOn(o.scale())
		return
	}
	exitOn(o.run())
}

type options struct {
	dockwire string
	rounds   int
	short    bool
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "relaybench:", err)
		os.Exit(1)
	}
}

// play is what a process of the benchmark does: serve, copy, or make a load.
func play(role string, args []string) error {
	at, err := parse(args[0], role == "daemon")
	if role == "load" {
		at, err = parse(args[1], false)
	}
	if err != nil {
		return err
	}
	switch role {
	case "daemon":
		_, err = loadtest.NewDaemon(at)
	case "canned":
		_, err = loadtest.NewCanned(at)
	case "fair", "day", "hold":
		value, err := scaleRole(role, at)
		if err != nil || value == nil {
			return err
		}
		return json.NewEncoder(os.Stdout).Encode(value)
	case "bare", "watched":
		var daemon loadtest.Addr
		if daemon, err = parse(args[1], false); err != nil {
			return err
		}
		loop := loadtest.BareLoop
		if role == "watched" {
			loop = loadtest.WatchedLoop
		}
		_, err = loop(plain(at), plain(daemon))
	case "load":
		values, err := loadNamed(args[0]).run(at, args[2] == "short")
		if err != nil {
			return err
		}
		return json.NewEncoder(os.Stdout).Encode(values)
	default:
		return fmt.Errorf("no role %q", role)
	}
	if err == nil {
		select {}
	}
	return err
}

// run prints a table for Unix sockets and one for TLS.
func (o *options) run() error {
	dir, err := os.MkdirTemp("", "relaybench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	certs := filepath.Join(dir, "certs")
	if out, err := exec.Command(o.dockwire, "certs", "make", certs, "--host", "localhost", "--host", "127.0.0.1").CombinedOutput(); err != nil {
		return fmt.Errorf("certs make: %w\n%s", err, out)
	}
	for _, t := range []transport{{"Unix sockets", filepath.Join(dir, "unix"), ""}, {"TLS", filepath.Join(dir, "tls"), certs}} {
		if err := errors.Join(os.Mkdir(t.dir, 0o700), o.compare(t)); err != nil {
			return err
		}
	}
	return nil
}

// compare runs all loads on all ways of a transport, and prints its table.
func (o *options) compare(t transport) error {
	var running processes
	defer running.end()
	ways, err := o.contenders(t, &running)
	if err != nil {
		return err
	}
	results := map[string][][]float64{} // by figure: of each way, a value a round
	for round := range o.rounds {
		for _, l := range loads {
			if err := o.runs(l, ways, round, results); err != nil {
				return err
			}
		}
		fmt.Fprintf(os.Stderr, "%s: round %d of %d\n", t.name, round+1, o.rounds)
	}
	fmt.Printf("%s:\n\n", t.name)
	table(ways, results)
	fmt.Println()
	return nil
}

// runs runs a load on each way once.
func (o *options) runs(l load, ways []way, round int, results map[string][][]float64) error {
	for i := range ways {
		i = (i + round) % len(ways) // what else the machine does hits all alike
		before, _ := loadtest.Processor(ways[i].pid)
		values, err := o.load(l, ways[i].addr)
		if err != nil && i > 0 { // socat, for one, has a short queue of clients
			fmt.Fprintf(os.Stderr, "%s through %s: %v\n", l.name, ways[i].name, err)
			continue
		}
		if err != nil {
			return fmt.Errorf("%s: %w", l.name, err)
		}
		if after, ok := loadtest.Processor(ways[i].pid); ok && ways[i].pid > 0 {
			values[l.processor()] = micro(after-before) / values[parts]
		}
		delete(values, parts)
		for figure, v := range values {
			if results[figure] == nil {
				results[figure] = make([][]float64, len(ways))
			}
			results[figure][i] = append(results[figure][i], v)
		}
	}
	return nil
}

// load runs a load in a process of its own.
func (o *options) load(l load, addr string) (values map[string]float64, err error) {
	size := "full"
	if o.short {
		size = "short"
	}
	err = role(&values, "load", l.name, addr, size)
	return values, err
}

// table prints the median of each figure: of the first way as it is, of the others
// as a ratio to that. Processor time, which hangs least on what else the machine
// does, comes last.
func table(ways []way, results map[string][][]float64) {
	fmt.Print("| figure |")
	for _, w := range ways {
		fmt.Printf(" %s |", w.name)
	}
	fmt.Println("\n|---|" + strings.Repeat("---|", len(ways)))
	for _, l := range loads {
		for _, figure := range l.figures {
			row(figure, l, results[figure])
		}
	}
	for _, l := range loads {
		row(l.processor(), load{}, results[l.processor()])
	}
}

// row prints a figure, if it was measured.
func row(figure string, unit load, results [][]float64) {
	if len(results) == 0 {
		return
	}
	fmt.Printf("| %s |", figure)
	bare := median(results[0])
	for i, values := range results {
		switch {
		case i == 0:
			fmt.Printf(" %s |", unit.write(bare))
		case len(values) == 0:
			fmt.Print(" |")
		default:
			fmt.Printf(" x%.2f |", median(values)/bare)
		}
	}
	fmt.Println()
}

func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(values))
	return s[len(s)/2]
}

// processes are those that stand between, and the daemon.
type processes []*exec.Cmd

// start starts a program and waits until it listens.
func (p *processes) start(addr, name string, args ...string) error {
	at, err := parse(addr, false)
	if err != nil {
		return err
	}
	cmd := exec.Command(name, args...)
	if err := cmd.Start(); err != nil {
		return err
	}
	*p = append(*p, cmd)
	for range 500 {
		if c, err := plain(at).Dial(); err == nil {
			return c.Close()
		}
		time.Sleep(10 * time.Millisecond)
	}
	return fmt.Errorf("%s %s does not listen", name, strings.Join(args, " "))
}

func (p *processes) end() {
	for _, cmd := range *p {
		cmd.Process.Signal(os.Interrupt)
	}
	for _, cmd := range *p {
		cmd.Wait()
	}
}
