package build

const (
	maxHead = 4 << 10  // bytes kept of the beginning of a step's output
	maxTail = 16 << 10 // and of its end
	maxLogs = 8 << 20  // of all steps of all builds together
)

// Log is the output of a step: its beginning and its end. The bytes between them
// are counted.
type Log struct {
	Head, Tail []byte
	Cut        int64 // bytes between them that are not kept
	Size       int64
}

// add takes more output and returns by how much the memory grew.
func (l *Log) add(p []byte, room int) (grew int) {
	l.Size += int64(len(p))
	before := len(l.Head) + len(l.Tail)
	if l.Cut == 0 && len(l.Tail) == 0 {
		n := min(len(p), maxHead-len(l.Head), max(room, 0))
		l.Head = append(l.Head, p[:n]...)
		p = p[n:]
	}
	l.Tail = append(l.Tail, p...)
	if over := len(l.Tail) - min(maxTail, max(room, 0)+maxTail/16); over > 0 {
		l.Cut += int64(over)
		l.Tail = append(l.Tail[:0], l.Tail[over:]...)
	}
	return len(l.Head) + len(l.Tail) - before
}

// Bytes is all that is kept, with a remark where bytes are missing.
func (l *Log) Bytes(remark string) []byte {
	out := append([]byte(nil), l.Head...)
	if l.Cut > 0 {
		out = append(out, remark...)
	}
	return append(out, l.Tail...)
}
