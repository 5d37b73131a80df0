//go:build linux

package realdocker

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	digestOf "github.com/dockwire/dockwire/decode/digest"
)

func base64Of(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// foldedBuild is a build as dockwire prints it.
type foldedBuild struct {
	Ref    string
	Error  string
	Result map[string]string
	Steps  []foldedStep
	Files  []struct {
		Name                    string
		Listed, Sent, Unchanged int
		Bytes                   int64
		Files                   []struct {
			Path, XXH3 string
			Sent       bool
		}
	}
	Asked []foldedAsk
}

type foldedAsk struct{ Kind, Name, State string }

type foldedStep struct{ Digest, Name, State, Error string }

// foldedBuilds are the builds that a tap has printed, which are those of its
// recording.
func foldedBuilds(t *testing.T, p *tap) []foldedBuild {
	t.Helper()
	out, err := exec.Command(dockwire, "print", "--format", "json", p.recording).Output()
	if err != nil {
		t.Fatal(err)
	}
	live, recorded := buildsIn(t, p.stdout.String()), buildsIn(t, string(out))
	if !reflect.DeepEqual(live, recorded) {
		t.Errorf("live:     %+v\nrecorded: %+v", live, recorded)
	}
	return live
}

func buildsIn(t *testing.T, printed string) []foldedBuild {
	t.Helper()
	var builds []foldedBuild
	for line := range strings.Lines(printed) {
		var o struct{ Build *foldedBuild }
		if err := json.Unmarshal([]byte(line), &o); err != nil {
			t.Fatal(err)
		}
		if o.Build != nil {
			builds = append(builds, *o.Build)
		}
	}
	return builds
}

// rawSteps folds --progress=rawjson by digest. Targets that are built beside
// each other share digests.
func rawSteps(t *testing.T, progress string) map[string]foldedStep {
	t.Helper()
	type vertex struct {
		Digest, Name, Error string
		Cached              bool
		Started, Completed  *time.Time
	}
	steps := map[string]foldedStep{}
	s := bufio.NewScanner(strings.NewReader(progress))
	s.Buffer(nil, 4<<20)
	for s.Scan() {
		var status struct{ Vertexes []vertex }
		if json.Unmarshal(s.Bytes(), &status) != nil {
			continue // words of buildx's own
		}
		for _, v := range status.Vertexes {
			step := steps[v.Digest]
			step.Digest, step.Name = v.Digest, v.Name
			if v.Error != "" {
				step.Error = v.Error
			}
			switch {
			case step.Error != "":
				step.State = "failed"
			case v.Cached || step.State == "cached":
				step.State = "cached"
			case v.Completed != nil:
				step.State = "done"
			case v.Started != nil:
				step.State = "running"
			default:
				step.State = "waiting"
			}
			steps[v.Digest] = step
		}
	}
	return steps
}

// sameSteps compares names, states and errors. Steps of the client's own (a
// push through the daemon's API, the loading of a bake file) are in no
// progress of BuildKit.
func sameSteps(t *testing.T, builds []foldedBuild, raw map[string]foldedStep, want int) {
	t.Helper()
	if len(builds) != want {
		t.Errorf("%d builds, want %d", len(builds), want)
	}
	seen := map[string]bool{}
	for _, b := range builds {
		for _, s := range b.Steps {
			seen[s.Digest] = true
			r, ok := raw[s.Digest]
			if s.State == "canceled" {
				r.State = s.State
			}
			if !ok || want == 1 && r != s {
				t.Errorf("dockwire: %+v\nrawjson:  %+v", s, r)
			}
		}
	}
	if len(seen) < 3 {
		t.Errorf("only %d steps", len(seen))
	}
	for digest, s := range raw {
		if !seen[digest] && !slices.ContainsFunc(ownSteps, func(prefix string) bool { return strings.HasPrefix(s.Name, prefix) }) {
			t.Errorf("rawjson has %+v, dockwire has not", s)
		}
	}
}

// exported is how rawjson names the image that a build wrote.
var exported = regexp.MustCompile(`"id":"(?:writing image|exporting manifest(?: list)?) (sha256:[0-9a-f]{64})"`)

// sameImages wants the digest of each build's result to be one of those that
// the progress names, and some if an image was written. Where a target failed,
// another may have been cut off between its image and its answer.
func sameImages(t *testing.T, builds []foldedBuild, progress string, failed bool) {
	t.Helper()
	named := map[string]bool{}
	for _, m := range exported.FindAllStringSubmatch(progress, -1) {
		named[m[1]] = true
	}
	found := 0
	for _, b := range builds {
		if digest := b.Result["containerimage.digest"]; digest != "" {
			found++
			if !named[digest] {
				t.Errorf("the image is %s, rawjson has %v", digest, named)
			}
		}
	}
	if (found > 0) != (len(named) > 0) && !failed {
		t.Errorf("%d builds have an image, rawjson has %v", found, named)
	}
}

// sameFiles wants the digest of each file that was sent, either way, to be the
// one of the file on the disk.
func sameFiles(t *testing.T, dir string, builds []foldedBuild) (sent int) {
	t.Helper()
	for _, b := range builds {
		for _, transfer := range b.Files {
			for _, f := range transfer.Files {
				if !f.Sent {
					continue
				}
				sent++
				from := dir
				if transfer.Name == "result" {
					from = filepath.Join(dir, "out")
				}
				content, err := os.ReadFile(filepath.Join(from, f.Path))
				if want := digestOf.XXH3.Of(content); err != nil || f.XXH3 != want.Hex() {
					t.Errorf("%s of %s: digest %q, want %s, %v", f.Path, transfer.Name, f.XXH3, want, err)
				}
			}
		}
	}
	return sent
}

// ownSteps are made by buildx itself.
var ownSteps = []string{"[internal] load local bake definitions", "[internal] booting buildkit", "pushing ", "[auth] ", "loading ", "importing to docker"}

// nothingPlanted looks for the planted values in a recording and in what
// dockwire prints of it.
func nothingPlanted(t *testing.T, p *tap) {
	t.Helper()
	file, err := os.ReadFile(p.recording)
	if err != nil {
		t.Fatal(err)
	}
	places := map[string]string{"the recording": string(file), "JSON, live": p.stdout.String()}
	for _, format := range []string{"text", "json"} {
		out, err := exec.Command(dockwire, "print", "--format", format, "--headers", "--body", "-f", "op:*", p.recording).CombinedOutput()
		if err != nil {
			t.Fatalf("print --format %s: %v\n%s", format, err, out)
		}
		places[format] = string(out)
	}
	for place, text := range places {
		noPlanted(t, place, text)
		for _, value := range inBase64.FindAllString(text, -1) {
			if b, err := base64.RawStdEncoding.DecodeString(value[:len(value)/4*4]); err == nil {
				noPlanted(t, place+", in base64", string(b))
			}
		}
	}
}

// inBase64 is what may be base64 of a planted value.
var inBase64 = regexp.MustCompile(`[A-Za-z0-9+/]{16,}`)

// planted is how the planted values of builds begin.
var planted = regexp.MustCompile(`planted-[A-Za-z0-9-]*4711`)

func noPlanted(t *testing.T, place, text string) {
	t.Helper()
	for _, at := range planted.FindAllStringIndex(text, -1) {
		t.Errorf("in %s: …%s…", place, text[max(at[0]-200, 0):min(at[1]+60, len(text))])
	}
}

// registryConfig is one for docker-registry with a password, or without.
func registryConfig(dir string, port int, passwords string) string {
	text := fmt.Sprintf("version: 0.1\nstorage: {filesystem: {rootdirectory: %s/blobs}}\nhttp: {addr: \"127.0.0.1:%d\"}\n", dir, port)
	if passwords != "" {
		text += fmt.Sprintf("auth: {htpasswd: {realm: test, path: %s}}\n", passwords)
	}
	return text
}
