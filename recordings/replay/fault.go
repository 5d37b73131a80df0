package replay

import (
	"bufio"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dockwire/dockwire/decode/engine"
)

// Fault is a failure that the replay adds to what was recorded.
type Fault struct {
	text   string
	op     string // glob of operationIds
	nth    int    // of the requests it is for, from 1; 0: every one
	status int    // 0: as recorded
	delay  time.Duration
	cut    int64 // bytes of the answer's body after which the connection ends; -1: none
	reset  bool

	seen int // requests it could be for; guarded by Player.mu
}

const faultForm = "say op:OPERATION or op:OPERATION#N, then status=CODE, delay=TIME, cut after=SIZE or reset: 'op:ImageCreate#2 status=429'"

// ParseFault reads a fault such as "op:ImageCreate#2 status=429",
// "op:ContainerLogs cut after=1kB", "op:*Inspect delay=2s" or
// "op:ContainerStart reset".
func ParseFault(text string) (*Fault, error) {
	words := strings.Fields(text)
	bad := func(why string) (*Fault, error) { return nil, fmt.Errorf("fault %q: %s", text, why) }
	if len(words) < 2 || !strings.HasPrefix(words[0], "op:") {
		return bad(faultForm)
	}
	f := &Fault{text: text, cut: -1}
	op, nth, numbered := strings.Cut(strings.TrimPrefix(words[0], "op:"), "#")
	f.op = op
	if numbered {
		n, err := strconv.Atoi(nth)
		if err != nil || n < 1 {
			return bad("requests are counted from #1")
		}
		f.nth = n
	}
	if !slices.ContainsFunc(engine.Operations(), func(o *engine.Operation) bool { return f.isFor(o.ID) }) {
		return bad("no operation is called " + strconv.Quote(op) + " (dockwire explain lists them)")
	}
	for _, w := range words[1:] {
		name, value, _ := strings.Cut(w, "=")
		var err error
		switch name {
		case "status":
			if f.status, err = strconv.Atoi(value); err == nil && (f.status < 200 || f.status > 599) {
				err = fmt.Errorf("no such status")
			}
		case "delay":
			f.delay, err = time.ParseDuration(value)
		case "cut":
			f.cut = max(f.cut, 0)
		case "after":
			f.cut, err = bytesOf(value)
		case "reset":
			f.reset = true
		default:
			return bad(faultForm)
		}
		if err != nil {
			return bad(fmt.Sprintf("%s: %v", w, err))
		}
	}
	return f, nil
}

// bytesOf reads a size such as 512, 1kB or 2MB.
func bytesOf(s string) (int64, error) {
	digits := strings.TrimRight(s, "kKMGiB")
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("no size: %q (512, 1kB, 2MB)", s)
	}
	for unit, factor := range map[string]int64{"": 1, "B": 1, "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9, "KiB": 1 << 10, "kiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30} {
		if s[len(digits):] == unit {
			return n * factor, nil
		}
	}
	return 0, fmt.Errorf("no size: %q (512, 1kB, 2MB)", s)
}

// ReadFaults reads faults, one a line; lines that begin with # are comments.
func ReadFaults(r io.Reader) (out []*Fault, err error) {
	for in := bufio.NewScanner(r); in.Scan(); {
		line := strings.TrimSpace(in.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		f, err := ParseFault(line)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

func (f *Fault) isFor(op string) bool {
	ok, err := path.Match(f.op, op)
	return ok && err == nil
}

// fault is the one that a request meets, nil if there is none.
func (p *Player) fault(in *incoming) (found *Fault) {
	if len(p.cfg.Faults) == 0 {
		return nil
	}
	call := engine.Lookup(in.method, in.target)
	if call.Op == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, f := range p.cfg.Faults {
		if !f.isFor(call.Op.ID) {
			continue
		}
		if f.seen++; found == nil && (f.nth == 0 || f.nth == f.seen) {
			found = f
			p.faults = append(p.faults, fmt.Sprintf("%s: %s %s", f.text, in.method, call.Path))
		}
	}
	return found
}

// fail does what a fault says before an answer, and reports whether that was all:
// a request that fails so leaves the recorded answer to the next one.
func (c *conn) fail(in *incoming, f *Fault) (over, goesOn bool) {
	if f == nil {
		return false, false
	}
	if f.delay > 0 {
		t := time.NewTimer(f.delay)
		defer t.Stop()
		select {
		case <-t.C:
		case <-c.p.closed:
			return true, false
		}
	}
	switch {
	case f.status != 0:
		in.decide(false)
		c.send(message(f.status, in, "replay: a fault was asked for: "+f.text, ""))
		return true, !in.close
	case f.reset:
		in.decide(false)
		reset(c.nc)
		c.cut = true
		return true, false
	}
	return false, false
}
