package match

import (
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/recordings/internal/tape"
)

// A compose project by another name, its calls in another order.
func TestProjectsAreBound(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(7)
	calls := []struct{ method, target, body string }{
		{"GET", "/networks/shop_back", ""},
		{"GET", "/networks/shop_front", ""},
		{"POST", "/networks/create", `{"Name":"shop_back","Labels":{"com.docker.compose.project":"shop","com.docker.compose.network":"back","com.docker.compose.config-hash":"8f8f9bcc804990ba"}}`},
		{"POST", "/networks/create", `{"Name":"shop_front","Labels":{"com.docker.compose.project":"shop","com.docker.compose.network":"front","com.docker.compose.config-hash":"aa07f279eb977e04"}}`},
		{"POST", "/containers/create?name=shop-web-1", `{"Image":"a","Env":["PROJECT=shop"],"HostConfig":{"Links":["shop_db:shop-db-1"]},"NetworkingConfig":{"EndpointsConfig":{"shop_back":{"Aliases":["web","shop-web-1"]}}},"Labels":{"com.docker.compose.depends_on":"a:x,b:y,c:z"}}`},
		{"GET", `/containers/json?filters={"label":{"com.docker.compose.project=shop":true}}`, ""},
	}
	for _, x := range calls {
		tape.JSON(c.Call(x.method, x.target, x.body), 200, "{}")
	}
	for _, order := range [][]int{{1, 2, 3, 4, 5, 6}, {2, 1, 4, 3, 5, 6}, {2, 4, 1, 3, 6, 5}} {
		for _, project := range []string{"other", "my-shop-2", "back", "shop"} {
			m := matcher(t, s)
			live := strings.NewReplacer("shop", project, "8f8f9bcc804990ba", "11118888bbbbaaaa", "aa07f279eb977e04", "22227777eeee0404", "a:x,b:y,c:z", "c:z,a:x,b:y")
			for _, i := range order {
				x := calls[i-1]
				if got := ask(m, "a", x.method, live.Replace(x.target), live.Replace(x.body)); got != i {
					t.Errorf("%s in order %v: #%d got #%d; bound %+v", project, order, i, got, m.Bindings())
				}
			}
		}
	}
	m := matcher(t, s)
	ask(m, "a", "POST", "/networks/create", strings.ReplaceAll(calls[2].body, "shop", "other"))
	if body := strings.Replace(strings.ReplaceAll(calls[4].body, "shop", "other"), "PROJECT=other", "PROJECT=third", 1); ask(m, "a", "POST", "/containers/create?name=other-web-1", body) != 0 {
		t.Error("a value that is made of no bound name was taken for one that is")
	}
}

// What is bound is the name as it came, not as it was translated.
func TestBindingsAreNamesAsTheyCame(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(7)
	tape.JSON(c.Call("POST", "/networks/create", `{"Name":"shop_back","Labels":{"com.docker.compose.project":"shop"}}`), 201, "{}")
	tape.JSON(c.Call("POST", "/containers/create?name=shop-job-1a2b3c4d", `{"Image":"a"}`), 201, "{}")
	m := matcher(t, s)
	ask(m, "a", "POST", "/networks/create", `{"Name":"other_back","Labels":{"com.docker.compose.project":"other"}}`)
	if got := ask(m, "a", "POST", "/containers/create?name=other-job-99887766", `{"Image":"a"}`); got != 2 {
		t.Fatalf("got #%d", got)
	}
	if got := string(m.Answers().All(nil, []byte(`{"Name":"/shop-job-1a2b3c4d"}`), true)); got != `{"Name":"/other-job-99887766"}` {
		t.Errorf("answered %s; bound %+v", got, m.Bindings())
	}
	// An image of a name that begins as the project's is itself.
	tape.JSON(c.Call("GET", "/images/other-image/json", ""), 200, "{}")
	m = matcher(t, s)
	ask(m, "a", "POST", "/networks/create", `{"Name":"other_back","Labels":{"com.docker.compose.project":"other"}}`)
	if got := ask(m, "a", "GET", "/images/other-image/json", ""); got != 3 {
		t.Errorf("the image's inspect got #%d", got)
	}
}
