package model

import (
	"sync"

	"github.com/dockwire/dockwire/decode/build"
)

// keptBuilds is how many builds are kept as they stood last.
const keptBuilds = 32

// builds hands builds over from the goroutine that folds them to the screen:
// each when it is over, and the one that is looked at as it goes on.
type builds struct {
	mu     sync.Mutex
	latest map[string]*build.Build
	order  []string // oldest first
	wanted string   // is looked at
}

func (b *builds) put(at *build.Build) {
	if at.Probe || at.Ref == "" {
		return
	}
	c := at.Copy()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.latest == nil {
		b.latest = map[string]*build.Build{}
	}
	if b.latest[c.Ref] == nil {
		b.order = append(b.order, c.Ref)
		if len(b.order) > keptBuilds {
			delete(b.latest, b.order[0])
			b.order = b.order[1:]
		}
	}
	b.latest[c.Ref] = c
}

func (b *builds) wants(ref string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return ref != "" && ref == b.wanted
}

// watchBuild keeps a build when it is over.
func (in *Intake) watchBuild(b *build.Build, s *build.Step) {
	if s == nil || in.builds.wants(b.Ref) {
		in.builds.put(b)
	}
}

// lookAtBuilds keeps the build that is looked at.
func (in *Intake) lookAtBuilds() {
	for x := range in.fold.Open() {
		if x.Build != nil && in.builds.wants(x.Build.Ref) {
			in.builds.put(x.Build)
			return
		}
	}
}

// Build is a build as it stood last, with what all its calls have said of it;
// nil when that is not known. From then on it is kept up to date.
func (m *Model) Build(ref string) *build.Build {
	b := &m.intake.builds
	b.mu.Lock()
	defer b.mu.Unlock()
	b.wanted = ref
	return b.latest[ref]
}
