package replay

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// ControlPath is where a test says which recording it wants to be answered from:
//
//	POST /_dockwire/test {"name": "test_web.py::test_start"}
//	DELETE /_dockwire/test
//
// The first begins a test, and ends the one before; the second ends a test and
// answers with what came of it: "failed" says why, and is "" when all was well.
const ControlPath = "/_dockwire/test"

// Suite replays a folder of recordings, one a test.
type Suite struct {
	dir string
	cfg Config
	how Strict

	mu      sync.Mutex // guards below
	idle    *Player    // answers between tests: nothing is recorded there
	current *Player
	refused string // why the test that wanted to begin last has no player
	reports []Report
	failed  error // of tests that have ended: what went wrong with their recordings
	over    bool
	work    sync.WaitGroup
}

// OpenSuite makes a suite of a folder. strict says when a test has failed.
func OpenSuite(dir string, c Config, strict Strict) (*Suite, error) {
	names, err := recordingsIn(dir)
	if err != nil {
		return nil, err
	}
	if len(names) == 0 && c.ForwardInto == nil {
		return nil, fmt.Errorf("%s: there is no recording in it (*.jsonl or *.jsonl.zst)", dir)
	}
	s := &Suite{dir: dir, cfg: c, how: strict}
	s.idle = s.control(emptyPlayer(dir+" (no test has begun: POST "+ControlPath+")", c))
	s.current = s.idle
	return s, nil
}

func recordingsIn(dir string) (names []string, err error) {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".jsonl") || strings.HasSuffix(e.Name(), ".jsonl.zst") {
			names = append(names, e.Name())
		}
	}
	return names, err
}

// notInNames is what a test's name has that a file's should not.
var notInNames = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// fileOf is the name of the recording of a test, without .jsonl: what no file
// name should have in it becomes "_".
func fileOf(test string) string {
	return strings.Trim(notInNames.ReplaceAllString(test, "_"), "_.")
}

// ServeConn answers a client from the recording of the test that runs now.
func (s *Suite) ServeConn(nc net.Conn) {
	s.mu.Lock()
	p := s.current
	s.mu.Unlock()
	p.ServeConn(nc)
}

// control has a player hand over requests about tests.
func (s *Suite) control(p *Player) *Player {
	p.control = s.answer
	return p
}

// answer answers a request about tests, which came on nc. after is to be called when
// the answer is written: it ends the test before, and nc.
func (s *Suite) answer(nc net.Conn, method string, body []byte) (status int, text string, after func()) {
	after = func() {}
	switch method {
	case "POST":
		var asked struct{ Name string }
		if err := json.Unmarshal(body, &asked); err != nil || fileOf(asked.Name) == "" {
			return 400, message400, after
		}
		p, err := s.open(asked.Name)
		if err != nil {
			return 404, err.Error(), s.become(s.idle, nc, err.Error())
		}
		return 200, "", s.become(p, nc, "")
	case "DELETE":
		text, after = s.finish(nc)
		return 200, text, after
	}
	return 405, "replay: POST begins a test, DELETE ends it", after
}

const message400 = `replay: say which test: {"name": "test_start"}`

// open opens the recording of a test, or has it made.
func (s *Suite) open(test string) (*Player, error) {
	path, err := s.find(fileOf(test))
	cfg, end := s.cfg, func() error { return nil }
	missing := path == "" && cfg.ForwardInto != nil
	if missing {
		path, err = filepath.Join(s.dir, fileOf(test)+".jsonl"), nil
		cfg.OnMiss = nil // nothing is recorded: there is nothing to explain
	}
	if err != nil {
		return nil, err
	}
	if cfg.ForwardInto != nil {
		cfg.Forward, end = cfg.ForwardInto(path)
	}
	var p *Player
	if missing {
		p = emptyPlayer(path, cfg)
	} else if p, err = Open(path, cfg); err != nil {
		return nil, errors.Join(err, end())
	}
	p.after = end
	return s.control(p), nil
}

func (s *Suite) find(name string) (string, error) {
	for _, end := range []string{".jsonl", ".jsonl.zst"} {
		path := filepath.Join(s.dir, name+end)
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			return path, err
		}
	}
	names, _ := recordingsIn(s.dir) // it was read before
	return "", fmt.Errorf("replay: %s has no recording %s.jsonl for this test (it has %s); record it with dockwire replay --mode auto %s -- the tests, or in Go with DOCKWIRE_RECORD=1",
		s.dir, name, strings.Join(names[:min(len(names), 8)], ", "), s.dir)
}

// become changes the player. end ends the one before. Its connections end at once,
// but for nc: a client that keeps them open must know by the answer on nc that it has
// to connect again. refused is why a test that wanted to begin has no player.
func (s *Suite) become(p *Player, nc net.Conn, refused string) (end func()) {
	s.mu.Lock()
	was := s.current
	s.current, s.refused = p, refused
	if was != s.idle && was.replays() {
		s.reports = append(s.reports, was.Report())
	}
	s.mu.Unlock()
	was.closeOthers(nc)
	if was == s.idle {
		return func() {}
	}
	s.work.Add(1) // before the answer: Close waits for it
	return func() {
		go func() {
			defer s.work.Done()
			if err := was.Close(); err != nil {
				s.mu.Lock()
				defer s.mu.Unlock()
				s.failed = errors.Join(s.failed, err)
			}
		}()
	}
}

// finish ends a test and says why it failed, "" if it did not.
func (s *Suite) finish(nc net.Conn) (failed string, end func()) {
	s.mu.Lock()
	p, refused := s.current, s.refused
	s.mu.Unlock()
	end = s.become(s.idle, nc, "")
	if p == s.idle {
		return refused, end
	}
	r := p.Report()
	why := r.Fails(s.how, s.cfg.CompareInput)
	if why == "" && s.cfg.ForwardInto != nil {
		return "", end // what was missed was recorded
	}
	for _, m := range r.Missed {
		why += "\n" + m.Text(nil)
	}
	return strings.TrimPrefix(why, "\n"), end
}

// Reports are those of the tests that have ended, and of the one that runs.
func (s *Suite) Reports() []Report {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := slices.Clone(s.reports)
	for _, p := range []*Player{s.idle, s.current} {
		r := p.Report()
		same := func(o Report) bool { return o.File == r.File }
		if p.replays() && (p != s.idle || r.MissedAll > 0 && !slices.ContainsFunc(out, same)) {
			out = append(out, r)
		}
		if s.current == s.idle {
			break
		}
	}
	return out
}

// Exchanges is 0: how many there are is known of the test that runs only.
func (s *Suite) Exchanges() int { return 0 }

// Close ends all connections and waits for them.
func (s *Suite) Close() error {
	s.mu.Lock()
	if s.over {
		s.mu.Unlock()
		return nil
	}
	s.over = true
	current := s.current
	s.mu.Unlock()
	err := current.Close()
	if current != s.idle {
		err = errors.Join(err, s.idle.Close())
	}
	s.work.Wait()
	return errors.Join(err, s.failed)
}
