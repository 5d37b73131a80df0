package match

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/recordings/internal/tape"
)

// A new name stands for the recorded one that is most like it, of however many, and
// whatever its client has asked for before.
func TestNewNamesAreThoseMostAlike(t *testing.T) {
	const n = 300
	name := func(i int) string {
		if i == n/2 {
			return "job-1a2b"
		}
		return fmt.Sprintf("shop%d", i)
	}
	asks := []string{
		"/networks/%s_default",
		`/containers/json?filters={"label":["com.docker.compose.project=%s"]}`,
		`/events?filters={"label":["com.docker.compose.project=%s"]}`,
		`/volumes?filters={"name":["%s_default"]}`,
	}
	s := exchangetest.New()
	for i := range n {
		c := s.Connect(100+i, "docker")
		tape.JSON(c.Call("GET", "/images/a/json", ""), 200, "{}")
		for _, target := range asks {
			tape.JSON(c.Call("GET", fmt.Sprintf(target, name(i)), ""), 200, "{}")
		}
	}
	for k, target := range asks {
		m := matcher(t, s)
		for i := range n { // as all of them do: it tells nothing
			ask(m, fmt.Sprint("other", i), "GET", "/images/a/json", "")
		}
		ask(m, "a", "GET", "/images/a/json", "")
		want := n/2*(len(asks)+1) + 2 + k
		if got := ask(m, "a", "GET", fmt.Sprintf(target, "job-9f8e"), ""); got != want {
			t.Errorf("%s: #%d, want #%d; bound %+v", target, got, want, m.Bindings())
		}
		for _, b := range m.Bindings() {
			if !strings.HasPrefix(b.Recorded, "job-1a2b") {
				t.Errorf("%s: %+v", target, b)
			}
		}
	}
}

// A name for which another was taken, and that a client then uses as it was recorded,
// means itself: the other one stands for what is left.
func TestRecordedNamesMeanThemselves(t *testing.T) {
	list := `/containers/json?filters={"label":["com.docker.compose.project=%s"]}`
	s := exchangetest.New()
	for i, name := range []string{"shop", "store"} {
		c := s.Connect(100+i, "docker")
		for range 2 {
			tape.JSON(c.Call("GET", fmt.Sprintf(list, name), ""), 200, "[]")
		}
	}
	m := matcher(t, s)
	for i, tt := range []struct {
		client, name string
		want         int
	}{{"a", "x", 1}, {"b", "shop", 2}, {"a", "x", 3}, {"b", "shop", 2}, {"a", "x", 4}} {
		if got := ask(m, tt.client, "GET", fmt.Sprintf(list, tt.name), ""); got != tt.want {
			t.Errorf("ask %d, of %s: #%d, want #%d", i+1, tt.name, got, tt.want)
		}
	}
	if got := string(m.Answers().All(nil, []byte(`{"com.docker.compose.project":"shop"}`), true)); !strings.Contains(got, "shop") {
		t.Errorf("answered %s", got)
	}
}
