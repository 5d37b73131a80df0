package match

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/recordings/flow/load"
	"github.com/dockwire/dockwire/recordings/internal/tape"
)

func TestLifetimes(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(7)
	tape.JSON(c.Call("GET", "/version", ""), 200, "{}")                                                     // 1
	tape.JSON(c.Call("GET", "/containers/x/json", ""), 200, `{"a":1}`)                                      // 2
	tape.JSON(c.Call("GET", "/containers/x/json", ""), 200, `{"a":2}`)                                      // 3
	tape.Empty(c.Call("POST", "/containers/x/start", ""), 204)                                              // 4
	tape.Empty(c.Call("POST", "/containers/x/start", ""), 304)                                              // 5
	c.Call("GET", "/events", "").Answer(200, decode.ContentJSONStream).End(decode.Client, decode.EndCancel) // 6
	for _, tt := range []struct {
		reuse                    Reuse
		inspects, starts, events []int
	}{
		{ReuseDefault, []int{2, 3, 3, 3}, []int{4, 5, 0}, []int{6, 0}},
		{ReuseNone, []int{2, 3, 0}, []int{4, 5, 0}, []int{6, 0}},
		{ReuseLast, []int{2, 3, 3}, []int{4, 5, 5, 5}, []int{6, 6}},
		{ReuseCycle, []int{2, 3, 2, 3, 2}, []int{4, 5, 4, 5}, []int{6, 6}},
	} {
		m := matcher(t, s, func(o *Options) { o.Reuse = tt.reuse })
		for range 3 {
			if ask(m, "a", "GET", "/v1.99/version", "") != 1 {
				t.Errorf("%q: version is not always answered", tt.reuse)
			}
		}
		for _, r := range []struct {
			method, target string
			want           []int
		}{{"GET", "/containers/x/json", tt.inspects}, {"POST", "/containers/x/start", tt.starts}, {"GET", "/events", tt.events}} {
			var got []int
			for range r.want {
				got = append(got, ask(m, "a", r.method, r.target, ""))
			}
			if !slices.Equal(got, r.want) {
				t.Errorf("%q %s %s: %v, want %v", tt.reuse, r.method, r.target, got, r.want)
			}
		}
	}
}

// A request that changes something is answered once, also when it was found under
// another name.
func TestBoundRequestsAreUsedOnce(t *testing.T) {
	s := exchangetest.New()
	tape.JSON(s.Connect(7).Call("POST", "/containers/create?name=run-1a2b", `{"Image":"a"}`), 201, `{"Id":"`+idOf("a")+`"}`)
	m := matcher(t, s)
	for i, want := range []int{1, 0} {
		if got := ask(m, "a", "POST", "/containers/create?name=run-9f8e", `{"Image":"a"}`); got != want {
			t.Errorf("create %d is answered by #%d, want #%d", i+1, got, want)
		}
	}
}

// A name that is given as it was recorded, once more than it was, does not take what was
// recorded for another; a new name that is given again means another thing.
func TestNamesGivenAgain(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(7)
	for _, name := range []string{"run-1a2b", "run-3c4d"} {
		tape.JSON(c.Call("POST", "/networks/create", `{"Name":"`+name+`"}`), 201, `{"Id":"`+name+`"}`)
	}
	for name, want := range map[string][]int{"run-1a2b": {1, 0}, "run-9f8e": {1, 2}} {
		m := matcher(t, s)
		for i, want := range want {
			if got := ask(m, "a", "POST", "/networks/create", `{"Name":"`+name+`"}`); got != want {
				t.Errorf("create %d of %s is answered by #%d, want #%d", i+1, name, got, want)
			}
		}
	}
}

// Clients that do the same at the same time each get what one recorded client
// got, whatever the order they come in.
func TestClientsDoNotTakeFromEachOther(t *testing.T) {
	s := exchangetest.New()
	var conns []*exchangetest.Conn
	for i := range 4 {
		conns = append(conns, s.Connect(100+i, "docker"))
	}
	for _, c := range conns { // 1 to 4, then 5 to 8, then 9 to 12
		tape.JSON(c.Call("POST", "/containers/create", `{"Image":"a"}`), 201, `{"Id":"x"}`)
	}
	for range 2 {
		for _, c := range conns {
			tape.JSON(c.Call("GET", "/images/a/json", ""), 200, `{}`)
		}
	}
	m := matcher(t, s)
	order := []int{2, 0, 3, 1}
	group := map[int]int{}
	for _, i := range order {
		group[i] = ask(m, fmt.Sprint("live", i), "POST", "/containers/create", `{"Image":"a"}`)
	}
	for turn, i := range append(order, 1, 0, 3, 2) {
		want := group[i] + 4
		if turn >= 4 {
			want += 4
		}
		if got := ask(m, fmt.Sprint("live", i), "GET", "/images/a/json", ""); got != want {
			t.Errorf("turn %d, client %d got #%d, want #%d", turn, i, got, want)
		}
	}
}

// An answer that may be repeated is repeated until what changed it has come.
func TestPollsWaitForWhatChangesThem(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(7)
	tape.JSON(c.Call("GET", "/containers/x/json", ""), 200, `{}`) // 1
	tape.Empty(c.Call("POST", "/containers/x/start", ""), 204)    // 2
	tape.JSON(c.Call("GET", "/containers/x/json", ""), 200, `{}`) // 3
	started := false
	m := matcher(t, s, func(o *Options) { o.Ready = func(x *load.Exchange, _ bool) bool { return x.ID < 3 || started } })
	var got []int
	inspect := func() { got = append(got, ask(m, "a", "GET", "/containers/x/json", "")) }
	inspect()
	inspect()
	ask(m, "a", "POST", "/containers/x/start", "")
	started = true
	inspect()
	inspect()
	if want := []int{1, 1, 3, 3}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// commands are three clients, one after the other, that begin alike: a list, a
// look at x, and a kill of their own.
func commands() *exchangetest.Script {
	s := exchangetest.New()
	for i := range 3 { // 1 to 3, 4 to 6, 7 to 9
		c := s.Connect(100+i, "docker")
		tape.JSON(c.Call("GET", "/containers/json", ""), 200, `[]`)
		tape.JSON(c.Call("GET", "/containers/x/json", ""), 200, `{}`)
		tape.Empty(c.Call("POST", fmt.Sprintf("/containers/x/kill?signal=%d", i), ""), 204)
	}
	return s
}

func TestWhoLooksOnceMoreTakesNoOthersAnswers(t *testing.T) {
	m := matcher(t, commands())
	for i, c := range []struct {
		client, method, target string
		want                   int
	}{
		{"a", "GET", "/containers/json", 1},
		{"a", "GET", "/containers/x/json", 2},
		{"a", "POST", "/containers/x/kill?signal=0", 3},
		{"a", "GET", "/containers/x/json", 2}, // not b's
		{"b", "GET", "/containers/json", 4},
		{"b", "GET", "/containers/x/json", 5},
		{"c", "GET", "/containers/json", 7},
		{"b", "GET", "/containers/x/json", 5}, // not c's
		{"c", "GET", "/containers/x/json", 8},
		{"c", "POST", "/containers/x/kill?signal=2", 9},
		{"b", "POST", "/containers/x/kill?signal=1", 6},
	} {
		if got := ask(m, c.client, c.method, c.target, ""); got != c.want {
			t.Errorf("%d: %s %s %s: #%d, want #%d", i, c.client, c.method, c.target, got, c.want)
		}
	}
}

// A relay in front makes one client of all: it goes on to the next part when
// what it does begins that, except for looks that are left over.
func TestOneClientPlaysAll(t *testing.T) {
	m := matcher(t, commands())
	for i, c := range []struct {
		method, target string
		want           int
	}{
		{"GET", "/containers/json", 1},
		{"POST", "/containers/x/kill?signal=0", 3}, // it did not look
		{"GET", "/containers/json", 4},
		{"GET", "/containers/x/json", 5},
		{"GET", "/containers/json", 4}, // the kill is still to come
		{"POST", "/containers/x/kill?signal=1", 6},
		{"GET", "/containers/json", 7},
		{"GET", "/containers/x/json", 8},
	} {
		if got := ask(m, "relay", c.method, c.target, ""); got != c.want {
			t.Errorf("%d: %s %s: #%d, want #%d", i, c.method, c.target, got, c.want)
		}
	}
}

func TestAClientBeginsWithABeginning(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(100, "docker")
	tape.JSON(c.Call("GET", "/networks/n", ""), 200, `{}`)        // 1
	tape.JSON(c.Call("GET", "/containers/x/json", ""), 200, `{}`) // 2
	c = s.Connect(101, "docker")
	tape.JSON(c.Call("GET", "/containers/x/json", ""), 200, `{}`) // 3
	m := matcher(t, s)
	for i, want := range []int{3, 2} { // nobody else begins so
		if got := ask(m, fmt.Sprint("live", i), "GET", "/containers/x/json", ""); got != want {
			t.Errorf("client %d got #%d, want #%d", i, got, want)
		}
	}
}

func TestNamesAreBound(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(7)
	for i, n := range []string{"one", "two"} {
		tape.JSON(c.Call("POST", "/containers/create?name="+n, fmt.Sprintf(`{"Image":"a","Cmd":["%d"],"Labels":{"of":"%s"}}`, i, n)), 201, `{"Id":"x"}`)
	}
	tape.Empty(c.Call("POST", "/containers/two/start", ""), 204)
	tape.Empty(c.Call("POST", "/containers/one/start", ""), 204)

	m := matcher(t, s)
	steps := []struct {
		target, body string
		want         int
	}{
		{"/containers/create?name=B", `{"Image":"a","Cmd":["1"],"Labels":{"of":"B"}}`, 2}, // by its body
		{"/containers/create?name=A", `{"Image":"a","Cmd":["0"],"Labels":{"of":"A"}}`, 1},
		{"/containers/A/start", "", 4},
		{"/containers/C/start", "", 0}, // two is B
		{"/containers/B/start", "", 3},
	}
	for _, st := range steps {
		if got := ask(m, "a", "POST", st.target, st.body); got != st.want {
			t.Errorf("%s: #%d, want #%d", st.target, got, st.want)
		}
	}
	if n := len(m.Bindings()); n != 2 {
		t.Errorf("%d bindings, want 2: %+v", n, m.Bindings())
	}
	exact := matcher(t, s, func(o *Options) { o.Exact = true })
	if ask(exact, "a", "POST", steps[0].target, steps[0].body) != 0 {
		t.Error("a name was bound although nothing was to be")
	}
}

func TestAChangedBodyIsAMiss(t *testing.T) {
	s := exchangetest.New()
	tape.JSON(s.Connect(7).Call("POST", "/containers/create?name=one", `{"Image":"a","Cmd":["true"]}`), 201, `{"Id":"x"}`)
	m := matcher(t, s)
	for _, body := range []string{`{"Image":"b","Cmd":["true"]}`, `{"Image":"a","Cmd":["false"]}`, `{"Image":"a"}`, `{"Image":"a","Cmd":["true"],"Tty":true}`, ``} {
		if ask(m, "a", "POST", "/containers/create?name=two", body) != 0 {
			t.Errorf("%s was taken for another body", body)
		}
	}
	if n := len(m.Bindings()); n != 0 {
		t.Errorf("misses have bound something: %+v", m.Bindings())
	}
}

// A label that has the part of the name which is new each run goes with it.
func TestRelatedNames(t *testing.T) {
	s := exchangetest.New()
	tape.JSON(s.Connect(7).Call("POST", "/networks/create", `{"Name":"run-1-py-net","Labels":{"run":"run-1-py"}}`), 201, `{"Id":"x"}`)
	for body, want := range map[string]int{
		`{"Name":"other-py-net","Labels":{"run":"other-py"}}`: 1,
		`{"Name":"other-py-net","Labels":{"run":"third-py"}}`: 0,
		`{"Name":"other-py-net","Labels":{"run":"run-1-py"}}`: 1, // a constant
	} {
		if got := ask(matcher(t, s), "a", "POST", "/networks/create", body); got != want {
			t.Errorf("%s: #%d, want #%d", body, got, want)
		}
	}
}

// A rule about a place that holds a number takes another number, and no text.
func TestVolatileNumbers(t *testing.T) {
	s := exchangetest.New()
	tape.JSON(s.Connect(7).Call("POST", "/containers/create", `{"Image":"a","HostConfig":{"Memory":8388608}}`), 201, `{"Id":"x"}`)
	for body, want := range map[string]int{
		`{"Image":"a","HostConfig":{"Memory":16777216}}`:                 1,
		`{"Image":"a","HostConfig":{"Memory":"16777216"}}`:               0,
		`{"Image":"a","HostConfig":{"Memory":8388608,"CpuShares":2000}}`: 0,
	} {
		m := matcher(t, s, func(o *Options) {
			var err error
			if o.Volatile, err = ParseVolatile([]string{"body.HostConfig.Memory"}); err != nil {
				t.Fatal(err)
			}
		})
		if got := ask(m, "a", "POST", "/containers/create", body); got != want {
			t.Errorf("%s: #%d, want #%d", body, got, want)
		}
	}
}

// A value that follows from a name comes back as it was sent, also where the name
// alone could mean anything.
func TestWhatFollowsComesBack(t *testing.T) {
	s := exchangetest.New()
	tape.JSON(s.Connect(7).Call("POST", "/containers/create?name=vt-20240101-db", `{"Image":"a","Cmd":["run 20240101"],"Labels":{"run":"20240101","who":"db"}}`), 201, `{"Id":"x"}`)
	m := matcher(t, s)
	if ask(m, "a", "POST", "/containers/create?name=vt-20250202-db", `{"Image":"a","Cmd":["run 20250202"],"Labels":{"run":"20250202","who":"db"}}`) != 1 {
		t.Fatal("a miss")
	}
	in, want := `{"run":"20240101","who":"db","Cmd":["run 20240101"]}`, `{"run":"20250202","who":"db","Cmd":["run 20250202"]}`
	if got := string(m.Answers().All(nil, []byte(in), true)); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

// An answer that was cut off is not repeated, and does not keep the others from it.
func TestLooksAreRepeatedBesideOnesCutOff(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(7)
	c.Call("GET", "/containers/json", "").Answer(200, decode.ContentJSON).End(decode.Client, decode.EndCancel) // 1
	tape.JSON(s.Connect(7).Call("GET", "/containers/json", ""), 200, "[]")                                     // 2
	s.Connect(7).Call("GET", "/containers/json", "").Answer(200, decode.ContentJSON).End(decode.Client, decode.EndCancel)
	m := matcher(t, s)
	for range 3 {
		ask(m, "a", "GET", "/containers/json", "")
	}
	if got := ask(m, "a", "GET", "/containers/json", ""); got != 2 {
		t.Errorf("the fourth look is answered by #%d, want #2", got)
	}
}

// Of two creates that fit with other names, the one with fewer of them is meant.
func TestFewestNamesDiffer(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(7)
	for i, name := range []string{"test-a", "test"} {
		tape.JSON(c.Call("POST", "/containers/create?name="+name, `{"Labels":{"org.testcontainers.sessionId":"s"}}`), 201, `{"Id":"`+idOf(string(rune('a'+i)))+`"}`)
	}
	m := matcher(t, s)
	if got := ask(m, "a", "POST", "/containers/create?name=test", `{"Labels":{"org.testcontainers.sessionId":"r"}}`); got != 2 {
		t.Errorf("answered by #%d, want #2", got)
	}
}

// So it is among all that the client has been seen to play, though it looked last at
// what another one looked at.
func TestFewestDifferencesOfAllThatIsPlayed(t *testing.T) {
	const body = `{"Labels":{"com.docker.compose.config-hash":"1a","com.docker.compose.container-number":"N"}}`
	s := exchangetest.New()
	for i, name := range []string{"worker-1", "worker-3"} {
		c := s.Connect(7 + i)
		tape.JSON(c.Call("GET", "/images/"+name+"/json", ""), 200, `{}`)
		tape.JSON(c.Call("POST", "/containers/create?name="+name, strings.Replace(body, "N", name[7:], 1)), 201, `{"Id":"`+idOf(string(rune('a'+i)))+`"}`)
	}
	m := matcher(t, s)
	ask(m, "a", "GET", "/images/worker-1/json", "")
	ask(m, "a", "GET", "/images/worker-3/json", "")
	if got := ask(m, "a", "POST", "/containers/create?name=worker-1", strings.NewReplacer("N", "1", "1a", "2b").Replace(body)); got != 2 {
		t.Errorf("answered by #%d, want #2", got)
	}
}

// What any client may ask at any time is answered as to the same API version: fields
// depend on it, and that a version is refused is no answer to another.
func TestSessionsKnowVersions(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(7)
	tape.JSON(c.Call("GET", "/v1.49/info", ""), 200, `{"a":1}`)          // 1
	tape.JSON(c.Call("GET", "/v1.50/info", ""), 200, `{}`)               // 2
	tape.JSON(c.Call("GET", "/v1.50/version", ""), 200, `{}`)            // 3
	tape.JSON(c.Call("GET", "/v1.23/version", ""), 400, `{"too":"old"}`) // 4
	m := matcher(t, s)
	for _, tt := range []struct {
		target string
		want   int
	}{
		{"/v1.23/version", 4}, {"/v1.50/version", 3}, {"/v1.52/version", 3}, {"/v1.23/version", 4},
		{"/v1.50/info", 2}, {"/v1.49/info", 1}, {"/v1.50/info", 2}, {"/v1.49/info", 1},
	} {
		if got := ask(m, "a", "GET", tt.target, ""); got != tt.want {
			t.Errorf("%s is answered by #%d, want #%d", tt.target, got, tt.want)
		}
	}
}
