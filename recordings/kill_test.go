package recordings

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode"
)

// TestMain turns the test binary into a writer that can be killed.
func TestMain(m *testing.M) {
	if path := os.Getenv("DOCKWIRE_TEST_WRITER"); path != "" {
		endlessly(path)
	}
	os.Exit(m.Run())
}

// endlessly records small exchanges and says after each which it was.
func endlessly(path string) {
	w, err := Create(path, Options{Header: testHeader})
	if err != nil {
		panic(err)
	}
	begin := time.Now()
	out := bufio.NewWriterSize(os.Stdout, 16) // in effect none: told at once
	for x := decode.ExchangeID(1); ; x++ {
		for _, e := range get(time.Since(begin), 1, x, "/containers/json", `{"x":"`+strconv.Itoa(int(x))+`"}`) {
			if err := w.Event(e); err != nil {
				panic(err)
			}
		}
		w.Tick(time.Since(begin))
		fmt.Fprintf(out, "%19d\n", x)
		out.Flush()
	}
}

// Whenever a recorder is killed, what it had finished is in the file; at most
// the last line is torn.
func TestKill(t *testing.T) {
	rounds := 25
	if testing.Short() {
		rounds = 3
	}
	for i := range rounds {
		path := filepath.Join(t.TempDir(), "a.jsonl")
		finished := killed(t, path, 1+rand.IntN(3000))
		got, bad := readAll(t, open(t, path))
		if bad != nil {
			t.Fatalf("round %d: %v", i, bad)
		}
		ends := 0
		for _, e := range got {
			if _, ok := e.(*decode.ExchangeEnd); ok {
				ends++
			}
		}
		if ends < finished {
			t.Fatalf("round %d: %d exchanges are whole, %d were finished", i, ends, finished)
		}
		// It can be taken up again, and then nothing is torn.
		w := create(t, path, Options{Append: true})
		record(t, w, get(ms, 1, 1, "/info", "{}")...)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if _, bad := readAll(t, open(t, path)); bad != nil {
			t.Fatalf("round %d, continued: %v", i, bad)
		}
	}
}

// killed runs a writer, kills it at some moment after n exchanges, and tells
// how many it had finished for certain.
func killed(t *testing.T, path string, n int) int {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), "DOCKWIRE_TEST_WRITER="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	last := ""
	for range n {
		if !lines.Scan() {
			t.Fatal("the writer ended by itself")
		}
		last = lines.Text()
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() {
		if len(lines.Text()) == 19 {
			last = lines.Text()
		}
	}
	_ = cmd.Wait() // killed
	var x int
	if _, err := fmt.Sscan(last, &x); err != nil {
		t.Fatal(err)
	}
	return x
}
