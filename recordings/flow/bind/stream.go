package bind

// Stream replaces values in a stream that comes in pieces, also where a value
// is cut. It holds back at most the longest value.
type Stream struct {
	r      *Replacer
	json   bool
	held   []byte
	before byte // last byte that was passed on
	buf    []byte
}

// NewStream makes one; a nil Replacer replaces nothing. json says that the
// stream is JSON, so that names are known by their keys.
func NewStream(r *Replacer, json bool) *Stream { return &Stream{r: r, json: json} }

// Use goes on with another Replacer.
func (s *Stream) Use(r *Replacer) { s.r = r }

// Next takes the next piece and appends to dst what is sure of it.
func (s *Stream) Next(dst, p []byte) []byte { return s.pass(dst, p, true) }

// Flush appends what was held back: nothing more comes, or not soon.
func (s *Stream) Flush(dst []byte) []byte { return s.pass(dst, nil, false) }

// Holds reports whether something is held back.
func (s *Stream) Holds() bool { return len(s.held) > 0 }

func (s *Stream) pass(dst, p []byte, more bool) []byte {
	if s.r == nil && len(s.held) == 0 {
		return append(dst, p...)
	}
	if len(s.held) > 0 {
		s.buf = append(append(s.buf[:0], s.held...), p...)
		p = s.buf
	}
	out, n := append(dst, p...), len(p)
	if s.r != nil {
		out, n = s.r.some(dst, p, s.before, s.json, more)
	}
	if n > 0 {
		s.before = p[n-1]
	}
	s.held = append(s.held[:0], p[n:]...)
	return out
}
