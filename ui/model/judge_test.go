package model

import (
	"slices"
	"testing"

	"github.com/dockwire/dockwire/decode/filter"
)

// What several processors judge together is what each row gets by itself, wherever
// Judge was when rows came.
func TestJudgeTogether(t *testing.T) {
	m := ofRows(5*chunkRows + 100)
	for _, src := range []string{"", "op:ContainerInspect", "status>=400 took>500us", "cmd~[1-3]$", "00cafe or is:failed", "not outcome:ok", "id<5000"} {
		f, err := filter.Parse(src)
		if err != nil {
			t.Fatal(err)
		}
		m.SetFilter(f)
		m.nextParts(1) // these stay hidden
		first := m.cursor
		m.cursor -= 77
		m.Judge(never)
		var want []Pos
		for p := first - 77; p < m.store.next; p++ {
			if f.Empty() || f.Match(m.scratch.fill(m, m.store.chunk(p), m.store.row(p))) {
				want = append(want, p)
			}
		}
		if !slices.Equal(m.Matches(), want) {
			t.Errorf("%s: %d rows are shown, want %d", src, len(m.Matches()), len(want))
		}
		var of []Pos
		for _, c := range m.cmds.all {
			of = append(of, c.match...)
		}
		if !slices.Equal(of, want) {
			t.Errorf("%s: %d rows are shown by command, want %d", src, len(of), len(want))
		}
	}
}
