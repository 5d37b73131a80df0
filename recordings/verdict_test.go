package recordings_test

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/decode/golden"
	"github.com/dockwire/dockwire/recordings"
)

// Sessions of real clients with real daemons, recorded by
// .ci/record-sessions, have the verdicts of testdata/sessions/verdicts.golden.
// In a session that begins with ok- nothing is shown in red.
func TestVerdictsOfSessions(t *testing.T) {
	paths, err := filepath.Glob("testdata/sessions/*.jsonl")
	if err != nil || len(paths) < 60 {
		t.Fatalf("%d sessions, %v", len(paths), err)
	}
	var got bytes.Buffer
	var without []string
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".jsonl")
		verdicts, bad := judge(t, path)
		if len(verdicts) == 0 {
			without = append(without, name)
		}
		for _, v := range verdicts {
			fmt.Fprintf(&got, "%s: %s: %s\n", name, v.Result, v.Line)
			if ok := strings.HasPrefix(name, "ok-"); ok == v.Result.Bad() {
				t.Errorf("%s: %s: %s", name, v.Result, v.Line)
			}
		}
		if strings.HasPrefix(name, "ok-") && len(bad) > 0 {
			t.Errorf("%s went well, and these calls are shown as failed: %s", name, bad)
		}
	}
	if len(without) > 0 {
		t.Errorf("%d of %d sessions have no verdict: %s", len(without), len(paths), without)
	}
	golden.Check(t, "testdata/sessions/verdicts.golden", got.Bytes())
}

// judge is what a recording says of its commands, and which calls failed.
func judge(t *testing.T, path string) ([]exchange.Verdict, []string) {
	t.Helper()
	in, err := recordings.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	bad := map[decode.ExchangeID]string{}
	f := exchange.NewFolder(0, func(x *exchange.Exchange, e decode.Event) {
		if _, over := e.(*decode.ExchangeEnd); over && x.Failed() {
			bad[x.ID] = x.Name()
		}
	})
	commands := f.Group(func(j exchange.Judgement) {
		delete(bad, j.Exchange)
		if j.Outcome.Result.Bad() {
			bad[j.Exchange] = j.Outcome.Reason
		}
	})
	for {
		e, err := in.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		f.Event(e)
	}
	commands.Close()
	var verdicts []exchange.Verdict
	for _, c := range slices.SortedFunc(slices.Values(commands.All()), func(a, b *exchange.Command) int { return cmp.Compare(a.ID, b.ID) }) {
		verdicts = append(verdicts, c.Verdict())
	}
	return verdicts, slices.Sorted(maps.Values(bad))
}
