package replay

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/recordings/internal/tape"
)

// Many clients at once over a real socket: each gets what belongs together,
// nothing is given twice, nobody hangs.
func TestManyClientsAtOnce(t *testing.T) {
	const n = 20
	s := exchangetest.New()
	c := s.Connect(7)
	for i := range n {
		tape.JSON(c.Call("POST", fmt.Sprintf("/containers/create?name=c-%d", i), `{"Image":"a"}`), 201, fmt.Sprintf(`{"Id":"id%d"}`, i))
		tape.Empty(c.Call("POST", fmt.Sprintf("/containers/id%d/start", i), ""), 204)
		tape.JSON(c.Call("GET", fmt.Sprintf("/containers/c-%d/json", i), ""), 200, fmt.Sprintf(`{"Id":"id%d","Name":"/c-%d"}`, i, i))
	}
	d := New(t, tape.Write(t, s), AllUsed())
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			tr := &http.Transport{DialContext: d.DialContext}
			defer tr.CloseIdleConnections()
			call := func(method, path, body string) string {
				r, err := http.NewRequest(method, "http://docker"+path, strings.NewReader(body))
				if err != nil {
					t.Error(err)
					return ""
				}
				a, err := (&http.Client{Transport: tr}).Do(r)
				if err != nil {
					t.Error(err)
					return ""
				}
				defer a.Body.Close()
				b, err := io.ReadAll(a.Body)
				if err != nil {
					t.Error(err)
				}
				return string(b)
			}
			name := fmt.Sprintf("live-%d", i)
			created := call("POST", "/v1.99/containers/create?name="+name, `{"Image":"a"}`)
			id := strings.TrimSuffix(strings.TrimPrefix(created, `{"Id":"`), `"}`)
			call("POST", "/v1.99/containers/"+id+"/start", "")
			if got, want := call("GET", "/v1.99/containers/"+name+"/json", ""), fmt.Sprintf(`{"Id":"%s","Name":"/%s"}`, id, name); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
	all.Wait()
	if n := len(d.Report().Bindings); n != 20 {
		t.Errorf("%d bindings, want 20", n)
	}
}
