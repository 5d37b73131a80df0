//go:build linux

package realdocker

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	digestOf "github.com/dockwire/dockwire/decode/digest"
)

// sameToldDirectly wants a build by the daemon's own socket to come to what it
// came to through dockwire: the exit code, each step with its state, error and
// output, what buildx says beside them, and the files of a result. Of several
// builds at once, which of them makes a step that they share is chance, and
// whatever a failure breaks off.
func sameToldDirectly(t *testing.T, d docker, through result, args []string, several bool) {
	t.Helper()
	out := filepath.Join(d.dir, "out")
	files := contents(t, out)
	if err := os.RemoveAll(out); err != nil {
		t.Fatal(err)
	}
	d.host = "unix://" + daemonSocket
	direct := d.run(args...)
	a, b := told(t, direct), told(t, through)
	if several {
		a, b = byNoTarget(a, through.code != 0), byNoTarget(b, through.code != 0)
	}
	if diff := cmp.Diff(a, b); diff != "" {
		t.Errorf("-direct +through dockwire:\n%s", diff)
	}
	if diff := cmp.Diff(contents(t, out), files); diff != "" {
		t.Errorf("the result, -direct +through dockwire:\n%s", diff)
	}
	if err := os.RemoveAll(out); err != nil {
		t.Fatal(err)
	}
}

// byNoTarget leaves out which target a line is of, how far its steps came, and,
// where one failed, all lines that are not about that.
func byNoTarget(lines []string, failed bool) (out []string) {
	for _, l := range lines {
		if !failed || ofFailure.MatchString(l) {
			out = append(out, stateOfStep.ReplaceAllString(targetOfStep.ReplaceAllString(l, "["), ""))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

var (
	targetOfStep = regexp.MustCompile(`^\[(a|b|c|fails)\b *`)
	ofFailure    = regexp.MustCompile(`^exit |^ERROR: |^fails\.|RUN echo before`)
	stateOfStep  = regexp.MustCompile(`: (done|cached|waiting) $`)
)

// told is what a build by --progress=rawjson told, without times, ids and order:
// targets beside each other, and the two outputs of a step, come in any.
func told(t *testing.T, r result) []string {
	t.Helper()
	all := []string{fmt.Sprint("exit ", r.code)}
	names, output := map[string]string{}, map[string]string{}
	for line := range strings.Lines(r.stdout + r.stderr) {
		var status struct {
			Vertexes []struct{ Digest, Name string }
			Statuses []struct{ Vertex, ID, Name string }
			Logs     []struct {
				Vertex string
				Data   []byte
			}
			Warnings []struct{ Short []byte }
		}
		if json.Unmarshal([]byte(line), &status) != nil {
			all = append(all, strings.TrimSpace(steady(line)))
			continue
		}
		for _, v := range status.Vertexes {
			names[v.Digest] = v.Name
		}
		for _, s := range status.Statuses {
			all = append(all, steady(names[s.Vertex]+" | "+s.ID+" "+s.Name))
		}
		for _, l := range status.Logs {
			output[l.Vertex] += string(l.Data)
		}
		for _, w := range status.Warnings {
			all = append(all, "warning "+string(w.Short))
		}
	}
	for _, s := range rawSteps(t, r.stderr) {
		if strings.Contains(s.Name, "] FROM ") && s.State == "cached" {
			s.State = "done" // from the second build of a context on
		}
		all = append(all, steady(s.Name+": "+s.State+" "+s.Error))
	}
	for vertex, text := range output {
		for line := range strings.Lines(text) {
			all = append(all, names[vertex]+" > "+steady(line))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// contents are the files below a folder with their digests.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		files[strings.TrimPrefix(path, dir)] = digestOf.XXH3.Of(b).Hex()
		return err
	})
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return files
}

// plainSteps are the steps of a build as compose prints them, without their
// numbers, times and sizes, and what only a build says that is not cached.
func plainSteps(r result) []string {
	steps := []string{fmt.Sprint("exit ", r.code)}
	for line := range strings.Lines(r.stdout + r.stderr) {
		if line = strings.TrimSpace(plainNumbers.ReplaceAllString(steady(line), "")); !ofOneBuild.MatchString(line) {
			steps = append(steps, line)
		}
	}
	slices.Sort(steps)
	return slices.Compact(steps)
}

var (
	plainNumbers = regexp.MustCompile(`^#\d+ (\d+\.\d+ )?|: \d+(\.\d+)?k?M?B\b.*`)
	ofOneBuild   = regexp.MustCompile(`^(CACHED|DONE|\.\.\.|made|exporting|naming|writing|transferring|unpacking|reading|resolve|sha256|ID)`)
)
