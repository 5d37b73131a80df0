package play

import (
	"slices"
	"testing"
	"time"

	"github.com/dockwire/dockwire/recordings/flow/load"
)

// What is started after something else when it was recorded, and before it now, is
// told: of one client, or of one that came when the other had gone. What clients did
// at the same time, and what tests of their own do in another order, is not.
func TestOvertook(t *testing.T) {
	const same, next, beside, late = 0, 1, 2, 3
	for _, tt := range []struct {
		name    string
		client  int
		order   []string
		overlap bool
		want    bool
	}{
		{"as recorded", same, []string{"create a", "create b", "start a", "start b"}, false, false},
		{"another order", same, []string{"create a", "create b", "start b", "start a"}, false, true},
		{"by two commands", next, []string{"create a", "create b", "start b", "start a"}, false, true},
		{"by two at a time", beside, []string{"create a", "create b", "start b", "start a"}, false, false},
		{"at the same time", same, []string{"create a", "create b", "start b", "start a"}, true, false},
		{"tests of their own", same, []string{"create b", "start b", "create a", "start a"}, false, false},
		{"made later when it was recorded", late, []string{"create a", "create b", "start b", "start a"}, false, false},
		{"gone before", same, []string{"create a", "create b", "start b", "delete b", "start a"}, false, false},
	} {
		group := map[int]int{same: 0, next: 1, beside: 2}[tt.client]
		x := map[string]*load.Exchange{
			"create a": at(1, 0, "POST", "/containers/create"), "create b": at(2, 0, "POST", "/containers/create"),
			"start a": at(3, 0, "POST", "/containers/a/start"), "start b": at(5, group, "POST", "/containers/b/start"),
			"delete b": at(7, group, "DELETE", "/containers/b"),
		}
		x["start a"].EndPos, x["start b"].EndPos = 4, 6
		if tt.overlap {
			x["start a"].EndPos = 6
		}
		list := []*load.Exchange{x["create a"], x["create b"], x["start a"], x["start b"], x["delete b"]}
		if tt.client == late {
			x["create b"].Pos, x["start b"].Pos, x["start b"].EndPos = 5, 6, 7
		}
		if tt.client == beside {
			list = append([]*load.Exchange{at(0, group, "GET", "/containers/json")}, list...)
		}
		slices.SortFunc(list, func(a, b *load.Exchange) int { return a.Pos - b.Pos })
		b := NewBook(list, func(e *load.Exchange) []string {
			switch e {
			case x["create a"]:
				return []string{"container:a"}
			case x["create b"]:
				return []string{"container:b"}
			}
			return thingsOf(e)
		})
		got := false
		for i, what := range tt.order {
			b.Come(x[what], time.Unix(int64(i), 0))
			got = got || b.Overtook(x[what]) != nil
		}
		if got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}
