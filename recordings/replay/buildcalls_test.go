package replay

import (
	"net/http"
	"testing"

	"github.com/dockwire/dockwire/recordings/flow/load"
)

// Builds of one client send their progress in the recorded order: the client shows a
// step that they share under the first.
func TestBuildsTellInOrder(t *testing.T) {
	call := func(method, ref string, group, pos int) *buildCall {
		return &buildCall{method: method, ref: ref, x: &load.Exchange{Group: group, Pos: pos}}
	}
	one, two, other := call(statusMethod, "1", 7, 10), call(statusMethod, "2", 7, 11), call(statusMethod, "3", 8, 12)
	solve := call(solveMethod, "2", 7, 13)
	b := &builds{calls: []*buildCall{one, two, other, solve}, live: map[string]*buildCall{}, told: map[*buildCall]int{}}
	wants := func(what string, c *buildCall, pos int, want bool) {
		t.Helper()
		if b.turn(c, pos) != want {
			t.Errorf("%s: %t, want %t", what, !want, want)
		}
	}
	one.used = true
	b.told[one] = 20
	wants("another build that nobody has asked for", one, 20, true)
	b.live["live"] = solve
	wants("one whose client has not yet asked for its progress", one, 20, false)
	two.used = true
	b.told[two] = 18
	wants("one that has something older to tell", one, 20, false)
	wants("the one with the oldest", two, 18, true)
	b.told[other] = 15
	wants("another client's", two, 18, true)
	delete(b.told, two)
	wants("one that is over", one, 20, true)
	wants("a Solve", solve, 30, true)
}

// What a client reads of its build is told apart by what it asks for: builds of others may
// come before or after those that they came after.
func TestBlobsAreToldApart(t *testing.T) {
	const read = "/containerd.services.content.v1.Content/Read"
	p := emptyPlayer("x", Config{})
	b := &builds{p: p}
	for _, digest := range []string{"a", "b", "b"} {
		b.calls = append(b.calls, &buildCall{method: read, request: []byte(`{"digest":"` + digest + `"}`), x: &load.Exchange{}})
	}
	for _, tt := range []struct {
		digest string
		want   int
	}{{"b", 1}, {"a", 0}, {"b", 2}, {"b", 2}, {"a", 0}} {
		r, _ := http.NewRequest(http.MethodPost, read, http.NoBody)
		if c, why := b.find("client", read, []byte(`{"digest":"`+tt.digest+`"}`), r); c != b.calls[tt.want] {
			t.Errorf("%s: %v, %s", tt.digest, c, why)
		}
	}
}
