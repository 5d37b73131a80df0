package model

import (
	"slices"
	"testing"

	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/decode/filter"
)

// FuzzModel takes in events in any order, as damaged recordings hold them, and
// wants the views to agree with one another.
func FuzzModel(f *testing.F) {
	f.Add([]byte("\x00\x21\x05\x02\x21\x01\x04\x21\x02\x0b\x21\x00"), byte(0))
	f.Add([]byte("\x02\x21\x01\x02\x21\x01\x04\x21\x05\x01\x20\x00"), byte(3))
	filters := []string{"", "is:open", "is:error", "status>=200 or took>1ms", "cmd~c"}
	f.Fuzz(func(t *testing.T, b []byte, which byte) {
		in := NewIntake(IntakeOptions{})
		m := New(in, Options{})
		src, err := filter.Parse(filters[int(which)%len(filters)])
		if err != nil {
			t.Fatal(err)
		}
		m.SetFilter(src)
		m.SetSort(Sort{Column(which % byte(len(Columns))), which > 99})
		for i, e := range exchangetest.Chaos(b) {
			in.Event(e)
			if i%5 == int(which)%5 {
				in.Tick(e.From().Time)
				m.Pull()
				m.Judge(never)
				m.Arrange()
				m.Expand(CommandID(i%3), i%2 == 0)
			}
		}
		m.Pull()
		m.Judge(never)
		m.Arrange()
		step := m.tree
		step.shown, step.starts = slices.Clone(step.shown), slices.Clone(step.starts)
		m.changed(0)
		m.Arrange()
		same := step.lines == m.tree.lines && slices.Equal(step.shown, m.tree.shown) && slices.Equal(step.starts, m.tree.starts)
		if !same && m.sort == (Sort{}) { // what a sort goes by may have changed since
			t.Fatalf("brought up to date %v, arranged at once %v", step, m.tree)
		}
		m.ExpandAll(true)
		calls := 0
		for _, mode := range []Mode{ByCommand, ByTime} {
			m.SetMode(mode)
			m.Arrange()
			n := 0
			for i := range m.Lines() {
				l := m.Line(i)
				if j, ok := m.Index(l); !ok || j != i && m.sort == (Sort{}) {
					t.Fatalf("line %d is found at %d, %v", i, j, ok)
				}
				if !l.IsCommand {
					n++
				}
			}
			if n != m.Matching() {
				t.Fatalf("%d calls in view %d, %d match", n, mode, m.Matching())
			}
			calls = n
		}
		st := m.Statistics()
		if tot := m.Totals(); st.Total.Count != calls || tot.Open < 0 || tot.Open > tot.Exchanges || tot.Failed > tot.Exchanges {
			t.Fatalf("%+v, %+v", st.Total, tot)
		}
		m.Sequence(m.Matches(), nil)
	})
}
