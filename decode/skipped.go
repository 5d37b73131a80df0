package decode

// How many bytes that cannot be decoded are emitted: of one run, and of a
// connection. The rest is counted and emitted as gaps.
const (
	maxRun   = 64 << 10
	maxShown = 1 << 20
)

// skipped is a run of bytes that cannot be decoded.
type skipped struct {
	c     *http1
	dir   Direction
	ex    *exchange // whose bytes they are; nil: nobody's
	why   string    // of what waits
	wait  []byte    // not given out yet
	shown int       // given out
	count int64     // not shown and not reported yet
}

// begin begins a run of which some bytes were given out.
func (s *skipped) begin(ex *exchange, shown int) {
	*s = skipped{c: s.c, dir: s.dir, ex: ex, shown: shown, wait: s.wait[:0]}
}

// add adds bytes to the run.
func (s *skipped) add(p []byte, why string) {
	room := max(0, min(maxRun-s.shown-len(s.wait), maxShown-s.c.shown-len(s.wait)))
	if len(s.wait) == 0 && s.shown == 0 || s.why == "" {
		s.why = why
	}
	n := min(room, len(p))
	s.wait = append(s.wait, p[:n]...)
	s.count += int64(len(p) - n)
}

// flush gives the run out, as one anomaly.
func (s *skipped) flush() {
	if len(s.wait) > 0 {
		s.c.anomaly(s.ex, s.dir, s.why, s.wait)
		s.shown += len(s.wait)
		s.c.shown += len(s.wait)
		s.wait, s.why = nil, ""
	}
	if s.count > 0 {
		s.gap(s.count, "not decoded")
		s.count = 0
	}
}

// gap reports bytes of the run that are missing.
func (s *skipped) gap(n int64, why string) { s.c.gapEvent(s.ex, s.dir, n, why) }
