package build

import (
	"cmp"
	"time"

	"github.com/dockwire/dockwire/decode"
)

// status takes the progress of a build.
func (f *Fold) status(c *call, e *decode.Message) {
	if e.Dir == decode.Request {
		var m statusRequest
		read(e.JSON, &m)
		if c.build = f.byRef(m.Ref); c.build != nil {
			c.build.watched, c.build.Status = true, e.Exchange
			c.build.Began = cmp.Or(c.build.Began, e.Time)
		}
		return
	}
	if c.build != nil {
		f.progress(c.build, e.JSON, e.Time)
	}
}

// progress takes a StatusResponse.
func (f *Fold) progress(b *Build, doc []byte, at time.Duration) {
	var m statusResponse
	read(doc, &m)
	for i := range m.Vertexes {
		b.vertex(&m.Vertexes[i], at)
	}
	for _, p := range m.Statuses {
		if s := b.byDigest[p.Vertex]; s != nil {
			s.progress(Progress{p.ID, p.Name, p.Current, p.Total, p.Completed != nil})
		}
	}
	for _, l := range m.Logs {
		if s := b.byDigest[l.Vertex]; s != nil {
			grew := s.Log.add(l.Msg, maxLogs-f.logged)
			b.logged += grew
			f.logged += grew
		}
	}
	for _, w := range m.Warnings {
		if len(b.Warnings) < maxWarnings {
			b.Warnings = append(b.Warnings, string(w.Short))
		}
	}
}

// vertex takes the state of a step. It may complete and start again: BuildKit
// first works out its cache key.
func (b *Build) vertex(v *vertex, at time.Duration) {
	s := b.byDigest[v.Digest]
	if s == nil {
		if len(b.Steps) >= maxSteps {
			b.StepsCut++
			return
		}
		s = &Step{Digest: v.Digest, Executes: b.planned[v.Digest]}
		delete(b.planned, v.Digest)
		b.byDigest[v.Digest] = s
		b.Steps = append(b.Steps, s)
	}
	s.Name, s.Cached = v.Name, s.Cached || v.Cached
	if v.ProgressGroup.Name != "" {
		s.Group = v.ProgressGroup.Name
	}
	if v.Error != "" {
		s.Err = v.Error
	}
	if v.Started != nil {
		if s.Started.IsZero() {
			s.Started = *v.Started
		}
		s.Completed = time.Time{}
	}
	if v.Completed != nil {
		s.Completed = *v.Completed
		s.completedAt = at
	}
}

// maxProgress bounds the parts of a step: layers of an image.
const maxProgress = 256

func (s *Step) progress(p Progress) {
	for i := range s.Progress {
		if s.Progress[i].ID == p.ID {
			s.Progress[i] = p
			return
		}
	}
	if len(s.Progress) < maxProgress {
		s.Progress = append(s.Progress, p)
	}
}

// stableFor is how long a step has to stay complete before its end is reported:
// before that, perhaps only its cache key was computed.
const stableFor = 100 * time.Millisecond

func (f *Fold) reportEnded(now time.Duration) {
	for _, b := range f.builds {
		if b.Done {
			continue
		}
		for _, s := range b.Steps {
			if !s.ended && !s.Completed.IsZero() && now-s.completedAt >= stableFor {
				s.ended = true
				f.watch(b, s)
			}
		}
	}
}

// reportAllEnded reports the remaining steps that have ended, when the build is
// over.
func (f *Fold) reportAllEnded(b *Build) {
	for _, s := range b.Steps {
		if !s.ended && !s.Completed.IsZero() {
			s.ended = true
			f.watch(b, s)
		}
	}
}
