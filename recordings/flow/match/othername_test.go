package match

import (
	"slices"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/recordings/internal/tape"
)

// A thing has an id and a name: clients of one age ask by the one, others by the other.
func TestThingsAreCalledByIDOrName(t *testing.T) {
	a, b := idOf("a"), idOf("b")
	for _, tt := range []struct {
		name, live string // requests, the last of which is about
		want       int
	}{
		{"by name", "POST /containers/create?name=web, GET /containers/web/json", 2},
		{"by short id", "POST /containers/create?name=web, GET /containers/" + a[:12] + "/json", 2},
		{"by id", "POST /containers/create?name=web, GET /containers/" + a + "/json", 2},
		{"what was not made", "GET /containers/web/json", 0},
		{"another name", "POST /containers/create?name=web, GET /containers/we/json", 0},
		{"another question", "POST /containers/create?name=web, GET /containers/web/json?size=1", 0},
		{"by the name that it has got", "POST /containers/create?name=web, POST /containers/web/rename?name=shop, POST /containers/shop/start", 4},
		{"by the name that it had", "POST /containers/create?name=web, POST /containers/web/rename?name=shop, POST /containers/web/start", 0},
		{"by the name that it will get", "POST /containers/create?name=web, POST /containers/shop/start", 0},
		{"when it is removed", "POST /containers/create?name=web, DELETE /containers/" + a + ", GET /containers/web/json", 0},
		{"that it is not there", "POST /containers/create?name=db, GET /containers/db/top", 0},
		{"a network by id", "POST /networks/create, GET /networks/" + b, 9},
	} {
		s := exchangetest.New()
		c := s.Connect(7)
		tape.JSON(c.Call("POST", "/containers/create?name=web", `{"Image":"a"}`), 201, `{"Id":"`+a+`"}`)
		tape.JSON(c.Call("GET", "/containers/"+a+"/json", ""), 200, `{"Id":"`+a+`"}`)
		tape.Empty(c.Call("POST", "/containers/"+a+"/rename?name=shop", ""), 204)
		tape.Empty(c.Call("POST", "/containers/"+a+"/start", ""), 204)
		tape.Empty(c.Call("DELETE", "/containers/"+a, ""), 204)
		tape.JSON(c.Call("POST", "/containers/create?name=db", `{"Image":"b"}`), 201, `{"Id":"`+strings.Repeat("c1", 32)+`"}`)
		tape.JSON(c.Call("GET", "/containers/"+strings.Repeat("c1", 32)+"/top", ""), 404, `{"message":"no such container"}`)
		tape.JSON(c.Call("POST", "/networks/create", `{"Name":"net"}`), 201, `{"Id":"`+b+`"}`)
		tape.JSON(c.Call("GET", "/networks/net", ""), 200, `{"Id":"`+b+`"}`)
		m := matcher(t, s)
		got := 0
		for _, request := range strings.Split(tt.live, ", ") {
			method, target, _ := strings.Cut(request, " ")
			body := map[string]string{"/containers/create?name=web": `{"Image":"a"}`, "/containers/create?name=db": `{"Image":"b"}`, "/networks/create": `{"Name":"net"}`}[target]
			got = ask(m, "a", method, target, body)
		}
		if got != tt.want {
			t.Errorf("%s: answered by #%d, want #%d", tt.name, got, tt.want)
		}
	}
}

// A name that several things had one after another means the one made last in the replay,
// whatever was made last when it was recorded.
func TestANameMeansTheLatestThing(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(7)
	body := func(driver string) string { return `{"Name":"net","Driver":"` + driver + `"}` }
	for _, id := range []string{"a", "b", "c"} {
		tape.JSON(c.Call("POST", "/networks/create", body(id)), 201, `{"Id":"`+idOf(id)+`"}`)
		tape.Empty(c.Call("DELETE", "/networks/net", ""), 204)
	}
	m := matcher(t, s)
	var got []int
	for _, id := range []string{"c", "b", "a"} {
		got = append(got, ask(m, "x", "POST", "/networks/create", body(id)), ask(m, "x", "DELETE", "/networks/net", ""))
	}
	if want := []int{5, 6, 3, 4, 1, 2}; !slices.Equal(got, want) {
		t.Errorf("answered by %v, want %v", got, want)
	}
}
