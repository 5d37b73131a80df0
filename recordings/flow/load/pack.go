package load

import (
	"encoding/binary"
	"iter"
	"time"
)

// What an exchange is played from is packed, one exchange behind the other: numbers
// as varints, positions, offsets and times as differences, times in microseconds.

// blockSize is how much of it lies together; blockBits are those of a place in it.
const (
	blockBits = 16
	blockSize = 1 << blockBits
)

// unpacked is what stands before the lines.
type unpacked struct {
	idle, endIdle      time.Duration
	size               int64
	lastPos            int // of the steps; 0: there are none
	lastTime           time.Duration
	lines, steps, long int
	made               []byte // see Exchange.Made
}

// flags of a packed step.
const (
	hasInput = 1 << iota
	inputEOF
	hasFrame
	continues
)

// packer makes the packed form of an exchange while its lines are read.
type packer struct {
	lines []byte // of the request
	n     int
	steps []byte
	last  Step // of the answer, not in steps yet
	count int  // of steps, with the last
	begun Step // the step before: differences are from it
	long  []byte
	longs int
	made  []byte
}

// start begins an exchange with the line of its head.
func (p *packer) start(head Line, pos int, at time.Duration) {
	*p = packer{lines: p.lines[:0], steps: p.steps[:0], long: p.long[:0], made: p.made[:0]}
	p.begun = Step{Line: head, Pos: pos, Time: at}
	p.line(head)
}

func (p *packer) line(l Line) {
	p.lines = binary.AppendVarint(p.lines, l.Offset)
	p.lines = binary.AppendUvarint(p.lines, uint64(l.Length))
	p.n++
}

// step begins a step.
func (p *packer) step(s Step) *Step {
	p.put()
	p.last = s
	p.count++
	return &p.last
}

// put packs the last step, which is complete.
func (p *packer) put() {
	if p.count == 0 {
		return
	}
	s, b := &p.last, p.steps
	flags := uint64(0)
	if s.In != 0 || s.InTime != 0 {
		flags |= hasInput
	}
	if s.InEOF {
		flags |= inputEOF
	}
	if s.Frame != 0 {
		flags |= hasFrame
	}
	if s.Continues {
		flags |= continues
	}
	b = binary.AppendUvarint(b, flags)
	b = binary.AppendVarint(b, s.Offset-p.begun.Offset)
	b = binary.AppendUvarint(b, uint64(s.Length))
	b = binary.AppendVarint(b, int64(s.Pos-p.begun.Pos))
	b = binary.AppendVarint(b, micros(s.Time-p.begun.Time))
	if flags&hasInput != 0 {
		b = binary.AppendVarint(b, s.In)
		b = binary.AppendVarint(b, micros(s.InTime))
	}
	if flags&hasFrame != 0 {
		b = binary.AppendVarint(b, s.Frame)
	}
	p.steps, p.begun = b, *s
}

// frame notes that a frame which began with a step, from 0, is longer.
func (p *packer) frame(step int, more int64) {
	if step == p.count-1 {
		p.last.Frame += more
		return
	}
	p.long = binary.AppendUvarint(p.long, uint64(step))
	p.long = binary.AppendVarint(p.long, more)
	p.longs++
}

// pack keeps the packed form of an exchange.
func (rec *Recording) pack(x *Exchange, p *packer, u unpacked) {
	p.put()
	if p.count > 0 {
		u.lastPos, u.lastTime = p.last.Pos-x.Pos, p.last.Time-x.Time
	}
	var head [9 * binary.MaxVarintLen64]byte
	b := head[:0]
	for _, n := range [...]int64{micros(u.idle), micros(u.endIdle), u.size, int64(u.lastPos), micros(u.lastTime), int64(p.n), int64(p.count), int64(p.longs), int64(len(p.made))} {
		b = binary.AppendVarint(b, n)
	}
	n := len(b) + len(p.made) + len(p.lines) + len(p.steps) + len(p.long)
	last := len(rec.packed) - 1
	if last < 0 || len(rec.packed[last])+n > cap(rec.packed[last]) {
		rec.packed = append(rec.packed, make([]byte, 0, max(n, blockSize)))
		last++
	}
	block := rec.packed[last]
	x.packed = last<<blockBits | len(block)
	for _, part := range [...][]byte{b, p.made, p.lines, p.steps, p.long} {
		block = append(block, part...)
	}
	rec.packed[last] = block
}

func micros(d time.Duration) int64 { return int64(d / time.Microsecond) }

// unpacker reads what was packed.
type unpacker []byte

func (u *unpacker) int() int64 {
	v, n := binary.Varint(*u)
	*u = (*u)[n:]
	return v
}

func (u *unpacker) uint() uint64 {
	v, n := binary.Uvarint(*u)
	*u = (*u)[n:]
	return v
}

func (u *unpacker) time() time.Duration { return time.Duration(u.int()) * time.Microsecond }

func (x *Exchange) unpack() (h unpacked, rest unpacker) {
	if x.Facts == nil || x.rec == nil || x.rec.packed == nil {
		return h, nil
	}
	u := unpacker(x.rec.packed[x.packed>>blockBits][x.packed&(blockSize-1):])
	h.idle, h.endIdle, h.size = u.time(), u.time(), u.int()
	h.lastPos, h.lastTime = int(u.int()), u.time()
	h.lines, h.steps, h.long = int(u.int()), int(u.int()), int(u.int())
	made := int(u.int())
	h.made = u[:made]
	return h, u[made:]
}

// Size is how many bytes of the answer's body are in the recording.
func (x *Exchange) Size() int64 {
	h, _ := x.unpack()
	return h.size
}

// Idle is how long nothing had happened before the request.
func (x *Exchange) Idle() time.Duration {
	h, _ := x.unpack()
	return h.idle
}

// EndIdle is how long nothing had happened before the end.
func (x *Exchange) EndIdle() time.Duration {
	h, _ := x.unpack()
	return h.endIdle
}

// Made is what the answer calls what the request made: its id, of a volume its name;
// "" if it names nothing.
func (x *Exchange) Made() string {
	h, _ := x.unpack()
	return string(h.made)
}

// LastStep is the position of the last line of the answer, and when it came. ok says
// whether the answer has a line.
func (x *Exchange) LastStep() (pos int, at time.Duration, ok bool) {
	h, _ := x.unpack()
	return x.Pos + h.lastPos, x.Time + h.lastTime, h.steps > 0
}

// FirstStep is the position of the first line of the answer; 0 means no line.
func (x *Exchange) FirstStep() int {
	for _, s := range x.Steps() {
		return s.Pos
	}
	return 0
}

// lines are those of the request, its head first.
func (x *Exchange) lines(f func(Line) bool) {
	h, u := x.unpack()
	for range h.lines {
		if !f(Line{u.int(), int32(u.uint()), x.source}) {
			return
		}
	}
}

// Steps yields the lines of the answer, numbered from 0. A step is valid until the next.
func (x *Exchange) Steps() iter.Seq2[int, *Step] {
	return func(yield func(int, *Step) bool) {
		h, u := x.unpack()
		s := Step{Pos: x.Pos, Time: x.Time}
		for i := range h.lines {
			if offset := u.int(); i == 0 {
				s.Offset = offset
			}
			u.uint()
		}
		long := x.long(h, u)
		for i := range h.steps {
			u.step(&s)
			s.file = x.source
			s.Frame += long[i]
			if !yield(i, &s) {
				return
			}
		}
	}
}

// step reads a step that follows another.
func (u *unpacker) step(s *Step) {
	flags := u.uint()
	s.Offset += u.int()
	s.Length = int32(u.uint())
	s.Pos += int(u.int())
	s.Time += u.time()
	s.In, s.InTime, s.Frame = 0, 0, 0
	s.InEOF, s.Continues = flags&inputEOF != 0, flags&continues != 0
	if flags&hasInput != 0 {
		s.In, s.InTime = u.int(), u.time()
	}
	if flags&hasFrame != 0 {
		s.Frame = u.int()
	}
}

// long is by how much frames are longer than the steps they began with say.
func (x *Exchange) long(h unpacked, u unpacker) map[int]int64 {
	if h.long == 0 {
		return nil
	}
	var s Step
	for range h.steps {
		u.step(&s)
	}
	long := map[int]int64{}
	for range h.long {
		step := int(u.uint())
		long[step] += u.int()
	}
	return long
}
