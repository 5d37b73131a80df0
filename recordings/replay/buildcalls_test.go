package replay

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/decode/grpc"
	"github.com/dockwire/dockwire/recordings/flow/load"
	"github.com/dockwire/dockwire/recordings/flow/match"
	"github.com/dockwire/dockwire/recordings/internal/tape"
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

// Images that a build makes are called after the project, which may be another each time:
// its Solve is compared, and its answers are given, in the names that were bound. A name
// that follows from none of them is another build.
func TestBuildsFollowNames(t *testing.T) {
	s := exchangetest.New()
	list := `/containers/json?filters={"label":["com.docker.compose.project=job-1a2b"]}`
	tape.JSON(s.Connect(7).Call("GET", list, ""), 200, "[]")
	p := player(t, s, Config{})
	b := &builds{p: p}
	solve := func(project, target string) []byte {
		return []byte(`{"Exporters":[{"Type":"image","Attrs":{"name":"` + project + `-web"}}],"FrontendAttrs":{"label:com/docker/compose/project":"` + project + `","target":"` + target + `"}}`)
	}
	recorded := &buildCall{x: &load.Exchange{}, method: solveMethod, request: solve("job-1a2b", "x")}
	if len(b.compare(recorded, solve("job-9f8e", "x"))) == 0 {
		t.Error("a name that nobody has bound was taken for another")
	}
	l := &match.Live{Client: "a"}
	l.Method, l.Target = "GET", strings.Replace(list, "job-1a2b", "job-9f8e", 1)
	l.Call = engine.Lookup(l.Method, l.Target)
	if _, miss := p.matcher.Take(l); miss != nil {
		t.Fatal(miss.Text(nil))
	}
	if diffs := b.compare(recorded, solve("job-9f8e", "x")); len(diffs) > 0 {
		t.Errorf("its names differ: %+v", diffs)
	}
	for _, other := range [][]byte{solve("job-9f8e", "y"), solve("job-7777", "x"), solve("job-1a2b", "y")} {
		if len(b.compare(recorded, other)) == 0 {
			t.Errorf("%s was taken for %s", other, recorded.request)
		}
	}

	answer := grpc.TypeOf(solveMethod, true)
	message := func(name string) []byte {
		out, err := grpc.Encode(answer, []byte(`{"ExporterResponse":{"image.name":"docker.io/library/`+name+`-web:latest"}}`))
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	m := &decode.Message{Bytes: message("job-1a2b")}
	var err error
	if m.JSON, err = grpc.AppendJSON(nil, answer, m.Bytes); err != nil {
		t.Fatal(err)
	}
	if got := b.named(solveMethod, m); !bytes.Equal(got, message("job-9f8e")) {
		t.Errorf("answered %q", got)
	}
}
