package compare

import (
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings/flow/match"
)

// What several calls have in common is said once, and a label is one key.
func TestEqualBlocksAreSaidOnce(t *testing.T) {
	differ := []match.Difference{{Place: "answer.Config.Labels.com.docker.compose.project", Recorded: `"a"`, Received: `"b"`}}
	call := func(n decode.ExchangeID, differ []match.Difference) Call {
		return Call{Kind: Changed, Method: "GET", Target: "/x", Recorded: n, Other: 1, Differ: differ}
	}
	got := CommandsText([]Command{{Name: "docker ps", Kind: Changed, Calls: []Call{call(1, differ), call(2, differ), call(3, nil)}}}, "now", nil, func(s string) string { return s })
	want := `docker ps
  changed GET /x, #1 and #1
    answer /Config/Labels/com.docker.compose.project
      - recorded  "a"
      + now       "b"
    the same in 2 calls
  changed GET /x, #2 and #1, as #1
  changed GET /x, #3 and #1
`
	if got != want {
		t.Errorf("\n%s\nwant\n%s", got, want)
	}
}
