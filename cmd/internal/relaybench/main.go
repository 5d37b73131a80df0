// Command relaybench measures dockwire as it is used: the built binary between a
// daemon and a client that are processes of their own. It compares it, in turns,
// with a process that only copies, and with socat and haproxy where they are
// installed, and prints a table.
//
//	go run ./cmd/internal/relaybench -dockwire bin/dockwire -rounds 5
//
// Start reading at main, then contenders.go and loads.go.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"net"
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
	flag.Parse()
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
	switch role {
	case "daemon":
		_, err := loadtest.NewDaemon(loadtest.Unix(args[0]))
		if err == nil {
			select {}
		}
		return err
	case "bare":
		_, err := loadtest.BareLoop(loadtest.Unix(args[0]), loadtest.Unix(args[1]))
		if err == nil {
			select {}
		}
		return err
	case "load":
		values, err := loadNamed(args[0]).run(loadtest.Unix(args[1]), args[2] == "short")
		if err != nil {
			return err
		}
		return json.NewEncoder(os.Stdout).Encode(values)
	}
	return fmt.Errorf("no role %q", role)
}

func (o *options) run() error {
	dir, err := os.MkdirTemp("", "relaybench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	var running processes
	defer running.end()
	daemon := filepath.Join(dir, "daemon")
	if err := running.start(daemon, os.Args[0], "role", "daemon", daemon); err != nil {
		return err
	}
	ways, err := o.contenders(dir, daemon, &running)
	if err != nil {
		return err
	}
	results := map[string][][]float64{} // by figure: of each way, a value a round
	for round := range o.rounds {
		for _, l := range loads {
			for i := range ways {
				i = (i + round) % len(ways) // what else the machine does hits all alike
				values, err := o.load(l, ways[i].socket)
				if err != nil && i > 0 { // socat, for one, has a short queue of clients
					fmt.Fprintf(os.Stderr, "%s through %s: %v\n", l.name, ways[i].name, err)
					continue
				}
				if err != nil {
					return fmt.Errorf("%s: %w", l.name, err)
				}
				for figure, v := range values {
					if results[figure] == nil {
						results[figure] = make([][]float64, len(ways))
					}
					results[figure][i] = append(results[figure][i], v)
				}
			}
		}
		fmt.Fprintf(os.Stderr, "round %d of %d\n", round+1, o.rounds)
	}
	table(ways, results)
	return nil
}

// load runs a load in a process of its own.
func (o *options) load(l load, socket string) (values map[string]float64, err error) {
	size := "full"
	if o.short {
		size = "short"
	}
	cmd := exec.Command(os.Args[0], "role", "load", l.name, socket, size)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err == nil {
		err = json.Unmarshal(out, &values)
	}
	return values, err
}

// table prints the median of each figure: of the first way as it is, of the others
// as a ratio to that.
func table(ways []way, results map[string][][]float64) {
	fmt.Print("| figure |")
	for _, w := range ways {
		fmt.Printf(" %s |", w.name)
	}
	fmt.Println("\n|---|" + strings.Repeat("---|", len(ways)))
	for _, l := range loads {
		for _, figure := range l.figures {
			fmt.Printf("| %s |", figure)
			bare := median(results[figure][0])
			for i, values := range results[figure] {
				if i == 0 {
					fmt.Printf(" %s |", l.write(bare))
					continue
				}
				if len(values) == 0 {
					fmt.Print(" failed |")
					continue
				}
				fmt.Printf(" x%.2f |", median(values)/bare)
			}
			fmt.Println()
		}
	}
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
func (p *processes) start(socket, name string, args ...string) error {
	cmd := exec.Command(name, args...)
	if err := cmd.Start(); err != nil {
		return err
	}
	*p = append(*p, cmd)
	for range 500 {
		if c, err := net.Dial("unix", socket); err == nil {
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
