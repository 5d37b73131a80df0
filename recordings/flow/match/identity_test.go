package match

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/recordings/flow/load"
	"github.com/dockwire/dockwire/recordings/internal/tape"
)

// call is the request of a word of a life.
func call(word, id string) (method, target string) {
	switch word {
	case "create":
		return "POST", "/containers/create"
	case "inspect", "gone":
		return "GET", "/containers/" + id + "/json"
	case "delete":
		return "DELETE", "/containers/" + id
	case "listed":
		return "GET", `/containers/json?filters={"id":["` + id + `"]}`
	case "since":
		return "GET", `/containers/json?filters={"since":{"` + id + `":true}}`
	case "events":
		return "GET", `/events?filters={"container":["` + id + `"],"type":["container"]}`
	}
	return "POST", "/containers/" + id + "/" + word
}

// idOf is the id of a recorded container: "a" gives a1a1a1…
func idOf(name string) string { return strings.Repeat(name+"1", 32) }

// lives records equal containers: each word is "CONTAINER:REQUEST", and gives the
// exchange of its place, from 1. "gone" is an inspect that finds nothing.
func lives(words string) *exchangetest.Script {
	s := exchangetest.New()
	c := s.Connect(7)
	for word := range strings.FieldsSeq(words) {
		name, what, _ := strings.Cut(word, ":")
		method, target := call(what, idOf(name))
		switch what {
		case "create":
			tape.JSON(c.Call(method, target, `{"Image":"a"}`), 201, `{"Id":"`+idOf(name)+`"}`)
		case "inspect", "listed", "since", "events":
			tape.JSON(c.Call(method, target, ""), 200, `{}`)
		case "gone":
			tape.JSON(c.Call(method, target, ""), 404, `{}`)
		default:
			tape.Empty(c.Call(method, target, ""), 204)
		}
	}
	return s
}

// Which of the recorded containers that equal requests made a live one is, is told
// by what is asked of it.
func TestIdentityFollowsUse(t *testing.T) {
	for _, tt := range []struct {
		name, recorded, live string
		want                 string // of each live word, whose recorded life answers; "-": a miss
	}{
		{
			"one life has no inspect",
			"a:create a:start a:delete b:create b:start b:inspect b:delete",
			"x:create x:start x:inspect x:delete y:create y:start y:delete",
			"a a b b a a a",
		},
		{
			"an inspect after the delete is another's", // the one before it is nearer
			"a:create a:start a:delete a:gone b:create b:start b:inspect b:delete",
			"x:create x:start x:inspect x:delete y:create y:start y:delete y:gone",
			"a a b b a a a a",
		},
		{
			"an inspect after the delete is its own",
			"a:create a:inspect a:delete b:create b:inspect b:delete b:gone",
			"x:create x:inspect x:delete x:gone y:create y:inspect y:delete",
			"a a a b a a a",
		},
		{
			"an old look is no answer once it was stopped",
			"a:create a:start a:inspect a:stop a:delete b:create b:start b:inspect b:stop b:inspect b:delete",
			"x:create x:start x:inspect x:stop x:inspect x:delete y:create y:start y:inspect y:stop y:delete",
			"a a a a b b a a a a a",
		},
		{
			"at the same time, the other first",
			"a:create b:create a:start b:start a:pause b:kill a:delete b:delete",
			"x:create y:create x:start y:start x:kill y:pause x:delete y:delete",
			"a b a b b a b a",
		},
		{
			"alone",
			"a:create a:start a:delete b:create b:delete c:create c:start c:pause c:unpause c:delete",
			"x:create x:start x:pause x:unpause x:delete",
			"a a c c c",
		},
		{
			"reversed",
			"a:create a:start a:inspect a:delete b:create b:delete c:create c:start c:pause c:inspect c:delete",
			"x:create x:start x:pause x:inspect x:delete y:create y:delete z:create z:start z:inspect z:delete",
			"a a c c c a b a a a a",
		},
		{
			"lists and events by its id", // a list is asked of what its filters name
			"a:create a:delete b:create b:listed b:delete c:create c:since c:events c:start c:delete",
			"x:create x:since x:start x:events x:delete y:create y:listed y:delete z:create z:delete",
			"a c c c c a b b a a",
		},
		{
			"one that is over was looked at less", // a is y's, though x removed it
			"a:create a:inspect a:delete b:create b:delete",
			"x:create x:delete y:create y:inspect y:inspect y:delete x:gone",
			"a a b a a a -",
		},
		{
			"an old look is no answer, but that of one that is over",
			"a:create a:start a:inspect a:stop a:inspect a:delete b:create b:start b:inspect b:stop b:delete",
			"x:create x:start x:inspect x:stop x:delete y:create y:start y:inspect y:stop y:inspect y:delete",
			"a a a a a b b b b a a",
		},
		{
			"one that is over, of which more came",
			"a:create a:start a:inspect a:delete b:create b:delete",
			"x:create x:start x:delete y:create y:inspect y:delete",
			"a a a b - b",
		},
		{
			"what none had is a miss",
			"a:create a:start a:delete b:create b:start b:pause b:delete",
			"x:create x:start x:pause x:kill x:delete y:create y:start y:pause",
			"a a b - b a a -",
		},
		{
			"what came of it contradicts",
			"a:create a:inspect a:start a:delete b:create b:gone b:start b:pause b:delete",
			"x:create x:inspect x:start x:pause",
			"a a a -",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := matcher(t, lives(tt.recorded))
			recorded, want := strings.Fields(tt.recorded), strings.Fields(tt.want)
			ids := map[string]string{} // of live containers
			for i, word := range strings.Fields(tt.live) {
				name, what, _ := strings.Cut(word, ":")
				method, target := call(what, ids[name])
				body := ""
				if what == "create" {
					body = `{"Image":"a"}`
				}
				n := ask(m, "a", method, target, body)
				got := "-"
				if n > 0 {
					got, _, _ = strings.Cut(recorded[n-1], ":")
				}
				if got != want[i] {
					t.Errorf("%s was answered by #%d, of %s, want %s", word, n, got, want[i])
				}
				if what == "create" && n > 0 {
					ids[name] = said(m, idOf(got))
				}
			}
		})
	}
}

// A thing turns out to be another with a look: that is answered as what its client has
// asked of it before is now known to be.
func TestLooksAtWhatTurnedOutToBeAnother(t *testing.T) {
	came := map[decode.ExchangeID]bool{}
	m := matcher(t, lives("a:create a:start a:inspect a:stop a:delete b:create b:start b:inspect b:stop b:inspect b:delete"), func(o *Options) {
		o.Ready = func(x *load.Exchange, _ bool) bool { return x.ID < 10 || came[9] }
		o.Instead = func(pairs [][2]*load.Exchange) {
			for _, p := range pairs {
				came[p[1].ID] = came[p[0].ID]
			}
		}
	})
	for _, tt := range []struct {
		word string
		want int
	}{{"create", 1}, {"start", 2}, {"inspect", 3}, {"stop", 4}, {"inspect", 10}} {
		method, target := call(tt.word, idOf("a"))
		body := ""
		if tt.word == "create" {
			body = `{"Image":"a"}`
		}
		n := ask(m, "x", method, target, body)
		if came[decode.ExchangeID(n)] = true; n != tt.want {
			t.Errorf("%s was answered by #%d, want #%d", tt.word, n, tt.want)
		}
	}
}

// said is an id as a client is told it.
func said(m *Matcher, id string) string {
	if a := m.Answers(); a != nil {
		text := string(a.All(nil, []byte(`{"Id":"`+id+`"}`), true))
		return text[len(`{"Id":"`) : len(text)-len(`"}`)]
	}
	return id
}

// Names that a client gives, and that are those of the recording, tell which thing
// is meant.
func TestNamesOfTheRecordingStay(t *testing.T) {
	for _, tt := range []struct {
		live string
		want int
	}{{"web%d", 0}, {"app-%d", 6}} {
		s := exchangetest.New()
		c := s.Connect(7)
		for i := range 2 {
			tape.JSON(c.Call("POST", fmt.Sprintf("/containers/create?name=web%d", i), `{"Image":"a"}`), 201, `{"Id":"`+idOf(string(rune('a'+i)))+`"}`)
		}
		for i := range 2 {
			tape.Empty(c.Call("POST", "/containers/"+idOf(string(rune('a'+i)))+"/start", ""), 204)
		}
		tape.Empty(c.Call("POST", "/containers/"+idOf("b")+"/pause", ""), 204) // 5
		tape.Empty(c.Call("POST", "/containers/"+idOf("a")+"/kill", ""), 204)  // 6
		m := matcher(t, s)
		for i := range 2 {
			ask(m, "a", "POST", "/containers/create?name="+fmt.Sprintf(tt.live, i), `{"Image":"a"}`)
		}
		for _, name := range []string{"a", "b"} {
			ask(m, "a", "POST", "/containers/"+idOf(name)+"/start", "")
		}
		if got := ask(m, "a", "POST", "/containers/"+idOf("b")+"/kill", ""); got != tt.want {
			t.Errorf("%s: a kill of the other is answered by #%d, want #%d", tt.live, got, tt.want)
		}
	}
}

// A thing that another request has named stays what it is: that request was about
// the recorded one.
func TestNamedThingsStay(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(7)
	for _, name := range []string{"a", "b"} {
		tape.JSON(c.Call("POST", "/containers/create", `{"Image":"a"}`), 201, `{"Id":"`+idOf(name)+`"}`)
	}
	tape.JSON(c.Call("POST", "/containers/create", `{"Image":"b","HostConfig":{"NetworkMode":"container:`+idOf("a")+`"}}`), 201, `{"Id":"`+idOf("c")+`"}`)
	tape.Empty(c.Call("POST", "/containers/"+idOf("b")+"/pause", ""), 204)
	m := matcher(t, s)
	ask(m, "a", "POST", "/containers/create", `{"Image":"a"}`)
	ask(m, "a", "POST", "/containers/create", `{"Image":"b","HostConfig":{"NetworkMode":"container:`+idOf("a")+`"}}`)
	if got := ask(m, "a", "POST", "/containers/"+idOf("a")+"/pause", ""); got != 0 {
		t.Errorf("the pause of another is answered by #%d", got)
	}
}

// Which thing a live one is, is also told by what names it: a container that joins it.
// It stays what it is where that is contradicted, and where none was joined so.
func TestIdentityFollowsNaming(t *testing.T) {
	network := func(c *exchangetest.Conn, name, id string) {
		tape.JSON(c.Call("POST", "/networks/create", `{"Name":"`+name+`"}`), 201, `{"Id":"`+id+`"}`)
	}
	join := func(name, id, image string) string {
		return `{"Image":"` + image + `","NetworkingConfig":{"EndpointsConfig":{"` + name + `":{"NetworkID":"` + id + `"}}}}`
	}
	script := func() *exchangetest.Script {
		s := exchangetest.New()
		c := s.Connect(7)
		network(c, "run-a", idOf("a"))                                                                        // 1
		tape.JSON(c.Call("POST", "/containers/create", join("run-a", idOf("a"), "db")), 201, `{"Id":"1"}`)    // 2
		network(c, "run-b", idOf("b"))                                                                        // 3
		tape.JSON(c.Call("POST", "/containers/create", join("run-b", idOf("b"), "cache")), 201, `{"Id":"2"}`) // 4
		tape.Empty(c.Call("DELETE", "/networks/"+idOf("b"), ""), 204)                                         // 5
		return s
	}
	for _, tt := range []struct {
		name, image, want string
	}{
		{"as recorded", "db", "1 2 0"},
		{"the second alone", "cache", "1 4 5"},
		{"no such image", "web", "1 0 5"},
	} {
		m := matcher(t, script())
		got := fmt.Sprint(ask(m, "x", "POST", "/networks/create", `{"Name":"live-n"}`))
		id := said(m, idOf("a"))
		got += fmt.Sprint(" ", ask(m, "x", "POST", "/containers/create", join("live-n", id, tt.image)))
		got += fmt.Sprint(" ", ask(m, "x", "DELETE", "/networks/"+id, ""))
		if got != tt.want {
			t.Errorf("%s: answered by %s, want %s", tt.name, got, tt.want)
		}
	}
}

// A commit names a container: of the equal ones it is the one that was committed so.
func TestIdentityFollowsCommits(t *testing.T) {
	s := lives("a:create b:create")
	c := s.Connect(7)
	tape.JSON(c.Call("POST", "/commit?container="+idOf("a")+"&changes=ENV+A%3D1&repo=x", ""), 201, `{"Id":"1"}`) // 3
	tape.JSON(c.Call("POST", "/commit?container="+idOf("b")+"&repo=y", ""), 201, `{"Id":"2"}`)                   // 4
	m := matcher(t, s)
	ask(m, "x", "POST", "/containers/create", `{"Image":"a"}`)
	if got := ask(m, "x", "POST", "/commit?container="+idOf("a")+"&repo=y", ""); got != 4 {
		t.Errorf("the commit is answered by #%d, want #4", got)
	}
}

// Containers of images that were built from the same, under names that differ each
// time, are told apart as equal ones are; of an image built from another, not.
func TestIdentityOfBuiltImages(t *testing.T) {
	for _, tt := range []struct {
		second string
		want   int
	}{{"same", 6}, {"another", 0}} {
		s := exchangetest.New()
		c := s.Connect(7)
		for i, dockerfile := range []string{"same", tt.second} {
			name := []string{"n1:t1", "n2:t2"}[i]
			tape.Empty(c.Call("POST", "/build?t="+name, tarOf("Dockerfile", dockerfile), "Content-Type: application/x-tar"), 200)
			tape.JSON(c.Call("POST", "/containers/create", `{"Image":"`+name+`"}`), 201, `{"Id":"`+idOf(string(rune('a'+i)))+`"}`)
			tape.Empty(c.Call("POST", "/containers/"+idOf(string(rune('a'+i)))+"/"+[]string{"start", "pause"}[i], ""), 204)
		}
		m := matcher(t, s)
		ask(m, "x", "POST", "/build?t=live:1", tarOf("Dockerfile", "same"))
		ask(m, "x", "POST", "/containers/create", `{"Image":"live:1"}`)
		if got := ask(m, "x", "POST", "/containers/"+idOf("a")+"/pause", ""); got != tt.want {
			t.Errorf("%s: the pause is answered by #%d, want #%d", tt.second, got, tt.want)
		}
	}
}

// A volume's name may look like an id. If the client made it up, it is one of those
// that are other ones each time; if it has it from an answer, another is a mistake.
func TestNamesThatLookLikeIDs(t *testing.T) {
	create := func(volume string) string {
		return `{"Image":"a","HostConfig":{"Mounts":[{"Type":"volume","Source":"` + volume + `","Target":"/v"}]}}`
	}
	for _, tt := range []struct {
		name, recorded, live string
		want                 int
	}{
		{"made up", idOf("d"), idOf("e"), 2},
		{"from an answer", idOf("a"), idOf("e"), 0},
		{"of another volume", idOf("d"), idOf("a"), 0},
		{"no longer like an id", idOf("d"), "data", 0},
	} {
		s := exchangetest.New()
		c := s.Connect(7)
		tape.JSON(c.Call("POST", "/volumes/create", ""), 201, `{"Name":"`+idOf("a")+`"}`)
		tape.JSON(c.Call("POST", "/containers/create", create(tt.recorded)), 201, `{"Id":"1"}`)
		tape.JSON(c.Call("GET", "/containers/1/json", ""), 200, `{"Mounts":[{"Name":"`+tt.recorded+`"}]}`)
		tape.Empty(c.Call("DELETE", "/volumes/"+tt.recorded, ""), 204)
		m := matcher(t, s)
		if got := ask(m, "a", "POST", "/containers/create", create(tt.live)); got != tt.want {
			t.Errorf("%s: the create is answered by #%d, want #%d", tt.name, got, tt.want)
		}
		if got := ask(m, "a", "DELETE", "/volumes/"+tt.live, ""); tt.want > 0 && got != 4 {
			t.Errorf("%s: the delete is answered by #%d, want #4", tt.name, got)
		}
	}
}
