package match

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/recordings/internal/tape"
)

// What a request takes does not grow with the number of those before it, whether
// they have new names or are all the same. Memory stands for work: it is no matter
// of the machine.
func TestManyRequestsAreLinear(t *testing.T) {
	for kind, name := range map[string]string{"renamed": "d%d", "equal": "same%.0d"} {
		take := func(n int) (bytes uint64) {
			s := exchangetest.New()
			c := s.Connect(7)
			for i := range n {
				recorded := "c%d"
				if kind == "equal" {
					recorded = name
				}
				recorded = fmt.Sprintf(recorded, i)
				tape.JSON(c.Call("POST", "/containers/create?name="+recorded, `{"Image":"a","Env":["N=`+recorded+`"]}`), 201, `{}`)
			}
			m := matcher(t, s)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			for i := range n {
				live := fmt.Sprintf(name, i)
				if ask(m, "a", "POST", "/containers/create?name="+live, `{"Image":"a","Env":["N=`+live+`"]}`) != i+1 {
					t.Fatalf("%s: create %d is answered by another", kind, i)
				}
				m.Answers()
			}
			runtime.ReadMemStats(&after)
			return after.TotalAlloc - before.TotalAlloc
		}
		if few, many := take(50), take(400); many > 16*few {
			t.Errorf("%s: %d bytes for 50, %d for 400", kind, few, many)
		}
	}
}

// Nor does it where things turn out to be others: those that are recorded last are
// played first.
func TestManyLivesAreLinear(t *testing.T) {
	take := func(n int) (bytes uint64) {
		s := exchangetest.New()
		c := s.Connect(7)
		ids := map[int]string{} // by the number of the create
		number := 0
		for i := range n {
			id := fmt.Sprintf("%06xabcdef%052x", i, i)
			number++
			ids[number] = id
			tape.JSON(c.Call("POST", "/containers/create", `{"Image":"a"}`), 201, `{"Id":"`+id+`"}`)
			for _, what := range []string{"start", "pause", "inspect", "delete"} {
				if method, target := call(what, id); what != "pause" || i >= n/2 {
					number++
					tape.Empty(c.Call(method, target, ""), 200)
				}
			}
		}
		m := matcher(t, s)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for i := range n {
			id := said(m, ids[ask(m, "a", "POST", "/containers/create", `{"Image":"a"}`)])
			for _, what := range []string{"start", "pause", "inspect", "delete"} {
				if method, target := call(what, id); what != "pause" || i < n/2 {
					if ask(m, "a", method, target, "") == 0 {
						t.Fatalf("%s of %d is a miss", what, i)
					}
				}
			}
		}
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	if few, many := take(50), take(400); many > 16*few {
		t.Errorf("%d bytes for 50, %d for 400", few, many)
	}
}
