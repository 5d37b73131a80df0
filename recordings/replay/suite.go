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
	reports []Report
	over    bool
	work    sync.WaitGroup
}

// OpenSuite makes a suite of a folder. strict says when a test has failed.
func OpenSuite(dir string, c Config, strict Strict) (*Suite, error) {
	names, err := recordingsIn(dir)
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s: there is no recording in it (*.jsonl or *.jsonl.zst)", dir)
	}
	s := &Suite{dir: dir, cfg: c, how: strict}
	s.idle = s.control(emptyPlayer(dir, c))
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

// FileOf is the name of the recording of a test, without .jsonl: what no file
// name should have in it becomes "_".
func FileOf(test string) string {
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

// answer answers a request about tests.
func (s *Suite) answer(method string, body []byte) (status int, text string) {
	switch method {
	case "POST":
		var asked struct{ Name string }
		if err := json.Unmarshal(body, &asked); err != nil || FileOf(asked.Name) == "" {
			return 400, message400
		}
		if err := s.begin(asked.Name); err != nil {
			return 404, err.Error()
		}
		return 200, ""
	case "DELETE":
		return 200, s.finish()
	}
	return 405, "replay: POST begins a test, DELETE ends it"
}

const message400 = `replay: say which test: {"name": "test_start"}`

// begin has the recording of a test answer from now on.
func (s *Suite) begin(test string) error {
	path, err := s.find(FileOf(test))
	if err != nil {
		return err
	}
	p, err := Open(path, s.cfg)
	if err != nil {
		return err
	}
	s.become(s.control(p))
	return nil
}

func (s *Suite) find(name string) (string, error) {
	for _, end := range []string{".jsonl", ".jsonl.zst"} {
		path := filepath.Join(s.dir, name+end)
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			return path, err
		}
	}
	names, _ := recordingsIn(s.dir) // it was read before
	return "", fmt.Errorf("replay: %s has no recording %s.jsonl for this test (it has %s); record it with DOCKWIRE_RECORD=1, or dockwire run -o %s -- the test alone",
		s.dir, name, strings.Join(names[:min(len(names), 8)], ", "), filepath.Join(s.dir, name+".jsonl"))
}

// become changes the player, and ends the one before: clients that keep its
// connections open connect again.
func (s *Suite) become(p *Player) {
	s.mu.Lock()
	was := s.current
	s.current = p
	s.mu.Unlock()
	if was == s.idle {
		return
	}
	r := was.Report()
	s.mu.Lock()
	s.reports = append(s.reports, r)
	s.mu.Unlock()
	s.work.Go(func() { _ = was.Close() }) // a file that was read only
}

// finish ends a test and says why it failed, "" if it did not.
func (s *Suite) finish() string {
	s.mu.Lock()
	p := s.current
	s.mu.Unlock()
	if p == s.idle {
		return ""
	}
	r := p.Report()
	s.become(s.idle)
	why := r.Fails(s.how, s.cfg.CompareInput)
	for _, m := range r.Missed {
		why += "\n" + m.Text(nil)
	}
	return strings.TrimPrefix(why, "\n")
}

// Reports are those of the tests that have ended, and of the one that runs.
func (s *Suite) Reports() []Report {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := slices.Clone(s.reports)
	for _, p := range []*Player{s.idle, s.current} {
		if r := p.Report(); p != s.idle || r.MissedAll > 0 && !slices.ContainsFunc(out, func(o Report) bool { return o.File == r.File }) {
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
	return err
}
