package replay

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/recordings/internal/tape"
)

// What docs/replay-a-test.md says works as it stands there: each test is answered
// from its own recording, and one that asks for something else fails.
func TestSnippets(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the snippets use a Unix socket")
	}
	doc, err := os.ReadFile("../../docs/replay-a-test.md")
	if err != nil {
		t.Fatal(err)
	}
	const ask = `
const ask = (path) => new Promise((done, fail) => http.get({ socketPath: process.env.DOCKER_HOST.replace("unix://", ""), path }, (res) => {
  let text = "";
  res.on("data", (d) => (text += d)).on("end", () => done(text));
}).on("error", fail));
`
	const node = `const { test, beforeEach, afterEach } = require("node:test");
const assert = require("node:assert");
%s` + ask + `for (const name of ["test_start", "test_stop"])
  test(name, async () => assert.equal(await ask("/images/json"), JSON.stringify([name])));
test("test_strays", () => ask("/networks"));
`
	const jest = `%s` + ask + `for (const name of ["test_start", "test_stop"])
  test(name, async () => expect(await ask("/images/json")).toBe(JSON.stringify([name])));
test("test_strays", () => ask("/networks"));
`
	const python = `import conftest, http.client, os, socket, pytest
def ask(path):
    c = http.client.HTTPConnection("dockwire")
    c.sock = socket.socket(socket.AF_UNIX)
    c.sock.connect(os.environ["DOCKER_HOST"].removeprefix("unix://"))
    c.request("GET", path)
    return c.getresponse().read().decode()
def test_start(): assert ask("/images/json") == '["test_start"]'
def test_stop(): assert ask("/images/json") == '["test_stop"]'
def test_strays(): ask("/networks")
`
	for _, tt := range []struct {
		section string
		files   map[string]string
		command []string
		passed  string
	}{
		{"pytest", map[string]string{"conftest.py": "%s", "test_it.py": python}, []string{"pytest", "-q", "-p", "no:cacheprovider"}, "3 passed, 1 error"},
		{"node --test", map[string]string{"it.test.cjs": node}, []string{"node", "--test", "--test-reporter=tap", "it.test.cjs"}, "# pass 2"},
		{"Jest", map[string]string{"package.json": "{}", "it.test.js": jest}, []string{inLab(t, "jest@29.7.0/node_modules/.bin/jest"), "--ci"}, "1 failed, 2 passed"},
	} {
		t.Run(tt.section, func(t *testing.T) {
			if _, err := exec.LookPath(tt.command[0]); err != nil {
				if os.Getenv("CI") != "" {
					t.Fatal(err) // CI installs it
				}
				t.Skip(err)
			}
			dir := t.TempDir()
			for name, text := range tt.files {
				if strings.Contains(text, "%s") {
					text = fmt.Sprintf(text, snippet(t, string(doc), tt.section))
				}
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			cmd := exec.Command(tt.command[0], tt.command[1:]...)
			cmd.Dir, cmd.Env = dir, append(os.Environ(), "DOCKER_HOST="+suiteOf(t, "test_start", "test_stop", "test_strays"))
			out, err := cmd.CombinedOutput()
			if err == nil {
				t.Error("a test that asks for what was not recorded passes")
			}
			for _, want := range []string{tt.passed, "1 request was not recorded", "GET /networks"} {
				if !strings.Contains(string(out), want) {
					t.Errorf("%q is missing in\n%s", want, out)
				}
			}
		})
	}
}

// inLab is a file that make lab puts below the user's cache folder.
func inLab(t *testing.T, name string) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(cache, "dockwire-lab", name)
}

// snippet is the code under a heading of a document. Jest has the function control
// that is under another.
func snippet(t *testing.T, doc, heading string) string {
	t.Helper()
	_, section, ok := strings.Cut(doc, "## "+heading+"\n")
	_, code, ok2 := strings.Cut(section, "\n```")
	_, code, ok3 := strings.Cut(code, "\n")
	code, _, ok4 := strings.Cut(code, "```\n")
	if !ok || !ok2 || !ok3 || !ok4 {
		t.Fatalf("no code under %q", heading)
	}
	if heading == "Jest" {
		control, _, _ := strings.Cut(snippet(t, doc, "node --test"), "beforeEach")
		return control + code
	}
	return code
}

// suiteOf serves a folder with a recording for each of the tests, and returns where.
func suiteOf(t *testing.T, tests ...string) (host string) {
	t.Helper()
	dir := t.TempDir()
	for _, name := range tests {
		s := exchangetest.New()
		tape.JSON(s.Connect(7).Call("GET", "/images/json", ""), 200, fmt.Sprintf("[%q]", name))
		tape.To(t, filepath.Join(dir, name+".jsonl"), s)
	}
	suite, err := OpenSuite(dir, Config{}, StrictMiss)
	if err != nil {
		t.Fatal(err)
	}
	at := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", at)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for c, err := l.Accept(); err == nil; c, err = l.Accept() {
			suite.ServeConn(c)
		}
	}()
	t.Cleanup(func() {
		l.Close()
		if err := suite.Close(); err != nil {
			t.Error(err)
		}
	})
	return "unix://" + at
}
