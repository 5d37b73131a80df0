package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/dockwire/dockwire/intercept/loadtest"
)

// What -scale measures. A tap has two descriptors for each connection, and often no
// more than 20,000.
const (
	idleConns   = 9_900
	activeConns = 2_000
	activeRate  = 2_000         // calls a second of all of them
	dayCalls    = 50 * 86_400   // fifty a second
	dayPart     = dayCalls / 10 // after which memory is looked at
	dayConns    = 16
	rotateAt    = "256MiB"
	fairFor     = 30 * time.Second
)

// scale measures a tap that records: its memory with many idle connections, how even
// it is to many active ones, and its memory over a day's calls.
func (o *options) scale() error {
	dir, err := os.MkdirTemp("", "relaybench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	t := transport{dir: dir}
	daemon, bare, tap := "unix://"+filepath.Join(dir, "daemon"), "unix://"+filepath.Join(dir, "bare"), "unix://"+filepath.Join(dir, "tap")
	var running processes
	defer running.end()
	if err := running.start(daemon, os.Args[0], "role", "canned", daemon); err != nil {
		return err
	}
	if err := running.start(bare, os.Args[0], "role", "bare", bare, daemon); err != nil {
		return err
	}
	record := filepath.Join(dir, "day.jsonl")
	if err := running.start(tap, o.dockwire, append(t.tap(daemon, tap), "-o", record, "--rotate", rotateAt)...); err != nil {
		return err
	}
	pid := running[len(running)-1].Process.Pid
	if err := idle(tap, pid); err != nil {
		return err
	}
	for _, w := range []way{{name: "bare", addr: bare}, {name: "tap and record", addr: tap}} {
		if err := fair(w); err != nil {
			return err
		}
	}
	return o.day(tap, pid, dir)
}

// idle connects many clients that make a call each, then nothing.
func idle(addr string, pid int) error {
	before, err := rss(pid)
	if err != nil {
		return err
	}
	hold := exec.Command(os.Args[0], "role", "hold", addr)
	hold.Stderr = os.Stderr
	stay, err := hold.StdinPipe()
	if err != nil {
		return err
	}
	said, err := hold.StdoutPipe()
	if err != nil {
		return err
	}
	if err := hold.Start(); err != nil {
		return err
	}
	if _, err := io.ReadFull(said, make([]byte, 1)); err != nil {
		return fmt.Errorf("%d idle connections: %w", idleConns, err)
	}
	after, err := rss(pid)
	fmt.Printf("%d idle connections: %d MiB of memory, %d before them\n", idleConns, after>>20, before>>20)
	stay.Close()
	if err == nil {
		err = hold.Wait()
	}
	return err
}

// hold is the client of idle.
func hold(at loadtest.Addr) error {
	conns := make([]net.Conn, idleConns)
	for i := range conns {
		var err error
		if conns[i], err = at.Dial(); err == nil {
			err = loadtest.Ask(conns[i])
		}
		if err != nil {
			return fmt.Errorf("connection %d: %w", i+1, err)
		}
	}
	fmt.Print("+")
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

// fair compares the medians of many connections that make calls at a steady rate.
func fair(w way) error {
	var p50 loadtest.Latencies
	err := role(&p50, "fair", w.addr)
	if err == nil {
		fmt.Printf("%s, %d active connections: a connection's p50 is %v at the median, %v at p1, %v at p99, %v at most\n", w.name, activeConns,
			p50.Percentile(50), p50.Percentile(1), p50.Percentile(99), p50.Percentile(100))
	}
	return err
}

// day makes as many calls as a day has, as fast as they go through.
func (o *options) day(addr string, pid int, dir string) error {
	began, full, bytes := time.Now(), 0, int64(0)
	for done := 0; done < dayCalls; done += dayPart {
		if err := role(new(time.Duration), "day", addr); err != nil {
			return err
		}
		now, err := rss(pid)
		if err != nil {
			return err
		}
		files, _ := filepath.Glob(filepath.Join(dir, "day-*.jsonl"))
		for _, f := range files { // a disk need not hold the day
			if info, err := os.Stat(f); err == nil {
				full, bytes = full+1, bytes+info.Size()
			}
			if err := os.Remove(f); err != nil {
				return err
			}
		}
		fmt.Printf("%d calls in %v: %d MiB of memory, %d full files of %d MB\n", done+dayPart, time.Since(began).Round(time.Second), now>>20, full, bytes/1_000_000)
	}
	return nil
}

// scaleRole is the client of what scale measures.
func scaleRole(name string, at loadtest.Addr) (value any, err error) {
	switch name {
	case "fair":
		each, err := loadtest.Burst{Clients: activeConns, Rate: activeRate, For: fairFor}.Each(at)
		var p50 loadtest.Latencies
		for _, took := range each {
			p50 = append(p50, took.Percentile(50))
		}
		return p50, err
	case "day":
		_, took, err := loadtest.Burst{Clients: dayConns, Calls: dayPart / dayConns}.Run(at)
		return took, err
	}
	return nil, hold(at)
}

// role runs a load in a process of its own, which prints one value.
func role(value any, args ...string) error {
	cmd := exec.Command(os.Args[0], append([]string{"role"}, args...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return err
	}
	return json.Unmarshal(out, value)
}

// rss is the resident memory of a process in bytes, on Linux.
func rss(pid int) (int, error) {
	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0, err
	}
	_, line, _ := bytes.Cut(status, []byte("VmRSS:"))
	n, err := strconv.Atoi(string(bytes.Fields(line)[0]))
	return n << 10, err
}
