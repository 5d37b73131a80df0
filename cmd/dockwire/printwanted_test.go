package main

import (
	"bufio"
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode/filter"
	"github.com/dockwire/dockwire/recordings"
)

// wantedFilters are filters of each field, each flag, and of several.
func wantedFilters() []string {
	all := []string{"nginx", "", "status>=400 is:failed", "op:ContainerWait container~.", "not (method:GET or status<300)", "status:599",
		"took>1s or is:open", "method:POST not is:hijack", "body:error status>=200", "op:ImageBuild", "id:3", "conn:2 or id:7"}
	for _, f := range filter.Fields() {
		all = append(all, f.Example, "not "+f.Example, f.Example+" status<400", f.Example+" or id:2")
	}
	for _, v := range filter.Values("is") {
		all = append(all, "is:"+v.Value, "not is:"+v.Value+" method:POST")
	}
	random := rand.New(rand.NewPCG(1, 2))
	one := func() string {
		return []string{"", "not "}[random.IntN(2)] + "(" + all[random.IntN(len(all))] + ")"
	}
	for range 150 {
		if f := one() + []string{" ", " or "}[random.IntN(2)] + one(); !strings.Contains(f, "()") {
			all = append(all, f)
		}
	}
	return all
}

// What is printed is the same as when all events go to the printer.
func TestPrintWanted(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("../../recordings/testdata/*/*.jsonl")
	if err != nil || len(paths) < 100 {
		t.Fatalf("%d recordings, %v", len(paths), err)
	}
	for i, path := range paths {
		for j, src := range wantedFilters() {
			if (i+j)%100 != 0 {
				continue // others of each recording
			}
			format := []string{"text", "json"}[(i+j)%2]
			want, wantBad := printed(t, path, src, format, 0)
			for _, quiet := range []int{1, 20} {
				got, bad := printed(t, path, src, format, quiet)
				if got != want || bad != wantBad {
					t.Errorf("%s -f %q %s, quiet %d: %d bad lines, want %d\n%s\nwant\n%s", path, src, format, quiet, bad, wantBad, got, want)
				}
			}
		}
	}
}

// printed is what print prints; with quiet 0 of all events.
func printed(t *testing.T, path, src, format string, quiet int) (string, int) {
	t.Helper()
	f := printFlags{show: showFlags{filter: src, format: format, formats: []string{format}, headers: true, body: true, keep: printKeep}}
	in, err := recordings.Open(path)
	if err != nil {
		return err.Error(), 0
	}
	defer in.Close()
	which, err := filter.Parse(src)
	if err != nil {
		t.Fatal(err)
	}
	if quiet > 0 {
		f.judge(path)
	} else if format == "json" || which.Reads().Outcome {
		f.judgeAll(in)
		in.Close()
		if in, err = recordings.Open(path); err != nil {
			t.Fatal(err)
		}
		defer in.Close()
	}
	var text bytes.Buffer
	lines := bufio.NewWriter(&text)
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	out, err := f.show.printer(lines, null, in.Header().Start)
	if err != nil {
		t.Fatal(err)
	}
	bad := 0
	if quiet == 0 {
		bad, err = f.copy(context.Background(), out, lines, in)
	} else {
		bad, err = f.copyWanted(context.Background(), out, lines, in, path, quiet)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	lines.Flush()
	if err != nil {
		text.WriteString("error: " + err.Error())
	}
	return strings.ToValidUTF8(text.String(), "?"), bad
}
