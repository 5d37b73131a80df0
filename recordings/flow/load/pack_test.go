package load

import (
	"testing"
	"time"
)

// What is packed comes back as it was, also behind other exchanges and when it is
// longer than a block.
func TestPack(t *testing.T) {
	rec := &Recording{}
	facts := &Facts{rec: rec, source: 1}
	const ms = time.Millisecond
	long := make([]Step, 20000)
	for i := range long {
		long[i] = Step{Line: Line{int64(1000 * i), 900, 1}, Pos: 10 + 2*i, Time: time.Duration(i) * ms}
	}
	for _, steps := range [][]Step{
		nil,
		{{Line: Line{700, 80, 1}, Pos: 9, Time: 3 * ms}},
		{
			{Line: Line{700, 80, 1}, Pos: 9, Time: 3 * ms, Frame: 12},
			{Line: Line{900, 80, 1}, Pos: 11, Time: 2 * ms, In: 5, InEOF: true, InTime: ms},
			{Line: Line{1 << 40, 80, 1}, Pos: 12, Time: time.Hour, Continues: true},
		},
		long,
	} {
		x := &Exchange{Facts: facts, Pos: 7, Time: ms}
		var p packer
		p.start(Line{500, 100, 1}, x.Pos, x.Time)
		p.line(Line{600, 50, 1})
		p.made = append(p.made, "4f2c"...)
		for _, s := range steps {
			frame := s.Frame
			s.Frame = 0
			p.step(s)
			if frame > 0 {
				p.frame(0, frame-5)
			}
		}
		if len(steps) == 3 {
			p.frame(0, 5) // the frame goes on in a later step
		}
		rec.pack(x, &p, unpacked{idle: 2 * ms, endIdle: 4 * ms, size: 99})

		if x.Made() != "4f2c" || x.Idle() != 2*ms || x.EndIdle() != 4*ms || x.Size() != 99 {
			t.Errorf("idle %v, %v, size %d", x.Idle(), x.EndIdle(), x.Size())
		}
		var lines []Line
		for l := range x.lines {
			lines = append(lines, l)
		}
		if len(lines) != 2 || lines[0] != (Line{500, 100, 1}) || lines[1] != (Line{600, 50, 1}) {
			t.Errorf("lines %v", lines)
		}
		n := 0
		for i, s := range x.Steps() {
			if n++; *s != steps[i] {
				t.Fatalf("step %d is %+v, want %+v", i, *s, steps[i])
			}
		}
		pos, at, ok := x.LastStep()
		if n != len(steps) || ok != (n > 0) || ok && (pos != steps[n-1].Pos || at != steps[n-1].Time || x.FirstStep() != steps[0].Pos) {
			t.Errorf("%d steps, the last at %d, %v", n, pos, at)
		}
	}
}

// What an answer says was made is read while the recording is.
func TestMade(t *testing.T) {
	for _, c := range [][2]string{
		{`{"Id":"4f2c","Warnings":[]}`, "4f2c"},
		{`{"Warning":"","ID":"4f2c"}`, "4f2c"},
		{`{"CreatedAt":"","Name":"data","Labels":{"Id":"x"}}`, "data"},
		{`{"Name":"a\u0062c"}`, "abc"},
		{`{"Name":"data"`, ""},
		{`{"Id":null,"Name":7}`, ""},
		{`[]`, ""},
		{``, ""},
	} {
		if got := string(appendMade(nil, []byte(c[0]))); got != c[1] {
			t.Errorf("%s made %q, want %q", c[0], got, c[1])
		}
	}
}
