package match

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/recordings/internal/tape"
)

// What lists and prunes answer fits to what there is, whatever was played before.
func TestListsFitWhatIsThere(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(7)
	volume := func(name string) {
		tape.JSON(c.Call("POST", "/volumes/create", `{"Name":"`+name+`"}`), 201, `{"Name":"`+name+`"}`)
	}
	list := func(names string) { tape.JSON(c.Call("GET", "/volumes", ""), 200, `{"Volumes":[`+names+`]}`) }
	list(``)                                                                             // 1
	volume("a")                                                                          // 2
	list(`{"Name":"a"}`)                                                                 // 3
	tape.Empty(c.Call("DELETE", "/volumes/a", ""), 204)                                  // 4
	volume("b")                                                                          // 5
	volume("b")                                                                          // 6: it is there
	list(`{"Name":"b"}`)                                                                 // 7
	tape.JSON(c.Call("POST", "/volumes/prune", ""), 200, `{"VolumesDeleted":["b"]}`)     // 8
	volume("b")                                                                          // 9
	volume("c")                                                                          // 10
	list(`{"Name":"b"},{"Name":"c"}`)                                                    // 11
	tape.JSON(c.Call("POST", "/volumes/prune", ""), 200, `{"VolumesDeleted":["b","c"]}`) // 12
	list(``)                                                                             // 13
	tape.JSON(c.Call("POST", "/volumes/prune", ""), 200, `{"VolumesDeleted":[]}`)        // 14
	for _, tt := range []struct{ name, asks, want string }{
		{"as recorded", "list a list -a b b list prune b c list prune list prune", "[1 2 3 4 5 6 7 8 9 10 11 12 13 14]"},
		{"the last alone", "b c list prune list", "[5 10 11 12 1]"},
		{"reversed", "prune list b c list prune b list prune list a list -a list", "[14 1 5 10 11 12 6 7 8 13 2 3 4 13]"},
		{"the second alone, and asked twice", "b list list prune", "[5 7 7 8]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := matcher(t, s)
			var got []int
			for _, what := range strings.Fields(tt.asks) {
				switch what {
				case "list":
					got = append(got, ask(m, "x", "GET", "/volumes", ""))
				case "prune":
					got = append(got, ask(m, "x", "POST", "/volumes/prune", ""))
				case "-a":
					got = append(got, ask(m, "x", "DELETE", "/volumes/a", ""))
				default:
					got = append(got, ask(m, "x", "POST", "/volumes/create", `{"Name":"`+what+`"}`))
				}
			}
			if fmt.Sprint(got) != tt.want {
				t.Errorf("got %v\nwant %s", got, tt.want)
			}
		})
	}
}

// A body that dockerd refuses for its media type is not the same as JSON, and no body
// is rather another without one than an empty object.
func TestMediaTypes(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(7)
	tape.JSON(c.Call("POST", "/volumes/create", `{}`, "Content-Type: text/plain"), 400, `{"message":"text/plain"}`)
	tape.JSON(c.Call("POST", "/volumes/create", ``), 400, `{"message":"EOF"}`)
	tape.JSON(c.Call("POST", "/volumes/create", `{}`, "Content-Type: application/json; charset=utf-8"), 201, `{"Name":"a"}`)
	m := matcher(t, s)
	plain := live("x", "POST", "/volumes/create", `{}`)
	plain.Body.Type = "text/plain"
	if n := ask(m, "x", "POST", "/volumes/create", `{}`); n != 3 {
		t.Errorf("JSON: %d", n)
	}
	if taken, miss := m.Take(plain); miss != nil || taken.ID != 1 {
		t.Errorf("text/plain: %v, %v", taken.ID, miss)
	}
	if n := ask(m, "x", "POST", "/volumes/create", ``); n != 2 {
		t.Errorf("no body: %d", n)
	}
	again := live("x", "POST", "/volumes/create", `{}`)
	again.Body.Type = "text/html"
	if _, miss := m.Take(again); miss == nil || len(miss.Differ) != 1 || miss.Differ[0].Place != "header.Content-Type" {
		t.Errorf("text/html: %+v", miss)
	}
}

// Lists of images show what the client itself has made, whatever others left.
func TestListsOfImagesFit(t *testing.T) {
	s := exchangetest.New()
	list := func(c *exchangetest.Conn) { tape.JSON(c.Call("GET", "/images/json", ""), 200, `[]`) }
	c := s.Connect(7)
	list(c)                                                                                                     // 1
	tape.JSON(c.Call("POST", "/commit?container=x&repo=docker.io%2Flibrary%2Fa", ""), 201, `{"Id":"sha256:1"}`) // 2
	list(c)                                                                                                     // 3
	tape.JSON(c.Call("DELETE", "/images/a", ""), 200, `[{"Untagged":"a:latest"},{"Deleted":"sha256:1"}]`)       // 4
	list(c)                                                                                                     // 5
	tape.Empty(c.Call("POST", "/images/busybox/tag?repo=b&tag=v1", ""), 201)                                    // 6
	list(c)                                                                                                     // 7
	m := matcher(t, s)
	ask(m, "first", "POST", "/images/busybox/tag?repo=b&tag=v1", "")
	if got := ask(m, "first", "GET", "/images/json", ""); got != 7 {
		t.Errorf("the tag is in no list: #%d", got)
	}
	ask(m, "second", "POST", "/commit?container=x&repo=docker.io%2Flibrary%2Fa", "")
	if got := ask(m, "second", "GET", "/images/json", ""); got != 3 {
		t.Errorf("the commit is in no list: #%d", got)
	}
}

// Lists of containers show the state that clients have brought them to, whatever other
// clients asked between when it was recorded.
func TestListsFitTheState(t *testing.T) {
	s := exchangetest.New()
	id := map[string]string{"a": strings.Repeat("a", 64), "b": strings.Repeat("b", 64)}
	create := func(name string) {
		tape.JSON(s.Connect(1).Call("POST", "/containers/create?name="+name, `{"Image":"i"}`), 201, `{"Id":"`+id[name]+`"}`)
	}
	do := func(name, what string) {
		tape.Empty(s.Connect(2).Call("POST", "/containers/"+id[name]+"/"+what, ""), 204)
	}
	list := func(pid int) { tape.JSON(s.Connect(pid).Call("GET", "/containers/json", ""), 200, `[]`) }
	create("a")      // 1
	do("a", "start") // 2
	list(3)          // 3: a runs
	create("b")      // 4
	do("a", "stop")  // 5
	do("b", "start") // 6
	list(4)          // 7: b runs
	do("a", "start") // 8
	list(5)          // 9: both run
	for _, tt := range []struct{ name, asks, want string }{
		{"as recorded", "+a start-a list +b stop-a start-b list start-a list", "[1 2 3 4 5 6 7 8 9]"},
		{"one alone", "+a start-a list stop-a list start-a list", "[1 2 3 5 7 8 9]"},
		{"looked at again", "+a start-a list list stop-a list list", "[1 2 3 3 5 7 7]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := matcher(t, s)
			var got []int
			for i, what := range strings.Fields(tt.asks) {
				client := fmt.Sprint("client ", i)
				switch verb, name, _ := strings.Cut(what, "-"); {
				case what == "list":
					got = append(got, ask(m, client, "GET", "/containers/json", ""))
				case what[0] == '+':
					got = append(got, ask(m, client, "POST", "/containers/create?name="+what[1:], `{"Image":"i"}`))
				default:
					got = append(got, ask(m, client, "POST", "/containers/"+id[name]+"/"+verb, ""))
				}
			}
			if fmt.Sprint(got) != tt.want {
				t.Errorf("got %v\nwant %s", got, tt.want)
			}
		})
	}
}

// Of lists that show an equal container, the one is given that shows it in the state that
// the live one is in; and what names both by the name that both have contradicts nothing.
func TestListsFitTheStateOfEquals(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(7)
	db, list := "/containers/create?name=db", "/containers/json?all=1"
	create := func(id string) {
		tape.JSON(c.Call("POST", db, `{"Image":"db"}`), 201, `{"Id":"`+idOf(id)+`"}`)
	}
	do := func(method, id, what string) { tape.Empty(c.Call(method, "/containers/"+idOf(id)+what, ""), 204) }
	web := `{"Image":"web","HostConfig":{"Links":["db:db"]}}`
	create("a")                                                                                // 1
	do("POST", "a", "/start")                                                                  // 2
	do("DELETE", "a", "")                                                                      // 3
	create("b")                                                                                // 4
	tape.JSON(c.Call("GET", list, ""), 200, `[]`)                                              // 5: b was not started
	do("DELETE", "b", "")                                                                      // 6
	create("c")                                                                                // 7
	do("POST", "c", "/start")                                                                  // 8
	tape.JSON(c.Call("POST", "/containers/create", web), 201, `{"Id":"`+idOf("d")+`"}`)        // 9
	tape.JSON(c.Call("GET", list, ""), 200, `[{"Id":"`+idOf("c")+`"},{"Id":"`+idOf("d")+`"}]`) // 10: c runs
	do("DELETE", "c", "")                                                                      // 11
	m := matcher(t, s)
	got := []int{ask(m, "x", "POST", db, `{"Image":"db"}`)}
	id := said(m, idOf("a"))
	got = append(got, ask(m, "x", "POST", "/containers/"+id+"/start", ""), ask(m, "x", "POST", "/containers/create", web),
		ask(m, "x", "GET", list, ""), ask(m, "x", "DELETE", "/containers/"+id, ""))
	if want := "[1 2 9 10 11]"; fmt.Sprint(got) != want {
		t.Errorf("answered by %v, want %s", got, want)
	}
}

// What a list cannot show, as its filters say, is nothing to it.
func TestListsFitWhatTheyCanShow(t *testing.T) {
	s := exchangetest.New()
	create := func(pid int, name, labels string) {
		tape.JSON(s.Connect(pid).Call("POST", "/networks/create", `{"Name":"`+name+`","Labels":{`+labels+`}}`), 201, `{"Id":"`+strings.Repeat(name, 64)+`"}`)
	}
	byLabel, byName := `/networks?filters={"label":{"project=a":true,"owner":true}}`, `/networks?filters={"name":["^a$"]}`
	list := func(pid int, target string) { tape.JSON(s.Connect(pid).Call("GET", target, ""), 200, `[]`) }
	list(1, byLabel)                                                // 1: nothing
	list(1, byName)                                                 // 2
	create(2, "b", `"project":"b","owner":"me"`)                    // 3
	create(2, "c", `"project":"a"`)                                 // 4
	create(3, "a", `"project":"a","owner":"me"`)                    // 5
	list(4, byLabel)                                                // 6: a
	list(4, byName)                                                 // 7
	tape.Empty(s.Connect(5).Call("DELETE", "/networks/a", ""), 204) // 8
	for _, tt := range []struct{ name, asks, want string }{
		{"as recorded", "label name b c a label name", "[1 2 3 4 5 6 7]"},
		{"others before", "b c label name a label name", "[3 4 1 2 5 6 7]"},
		{"alone", "a label name label", "[5 6 7 6]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := matcher(t, s)
			var got []int
			for i, what := range strings.Fields(tt.asks) {
				client := fmt.Sprint("client ", i)
				switch what {
				case "label":
					got = append(got, ask(m, client, "GET", byLabel, ""))
				case "name":
					got = append(got, ask(m, client, "GET", byName, ""))
				default:
					labels := map[string]string{"a": `"project":"a","owner":"me"`, "b": `"project":"b","owner":"me"`, "c": `"project":"a"`}[what]
					got = append(got, ask(m, client, "POST", "/networks/create", `{"Name":"`+what+`","Labels":{`+labels+`}}`))
				}
			}
			if fmt.Sprint(got) != tt.want {
				t.Errorf("got %v\nwant %s", got, tt.want)
			}
		})
	}
}

// Each client that plays what another has played before looks from the beginning at
// images that were there, as a test does that is run by itself.
func TestLooksFromTheBeginning(t *testing.T) {
	s := exchangetest.New()
	inspect := func(c *exchangetest.Conn) { tape.JSON(c.Call("GET", "/images/a/json", ""), 200, `{}`) }
	remove := func(c *exchangetest.Conn, name string) {
		tape.JSON(c.Call("DELETE", "/images/"+name, ""), 200, `[{"Untagged":"`+name+`:latest"}]`)
	}
	c := s.Connect(7)
	inspect(c)                                                                        // 1
	tape.JSON(c.Call("GET", "/images/json", ""), 200, `[]`)                           // 2
	tape.Empty(c.Call("POST", "/images/a/tag?repo=docker.io%2Fown%2Fb", ""), 201)     // 3
	inspect(c)                                                                        // 4
	remove(c, "own/b")                                                                // 5
	inspect(c)                                                                        // 6
	tape.Empty(c.Call("POST", "/images/a/tag?repo=docker.io%2Flibrary%2Fd", ""), 201) // 7
	inspect(c)                                                                        // 8
	tape.JSON(c.Call("GET", "/images/json", ""), 200, `[]`)                           // 9
	remove(c, "d")                                                                    // 10
	tape.JSON(c.Call("GET", "/images/json", ""), 200, `[]`)                           // 11
	tape.JSON(c.Call("GET", "/images/e/json", ""), 404, `{}`)                         // 12
	tape.JSON(c.Call("POST", "/images/create?fromImage=e", ""), 200, `{}`)            // 13
	tape.JSON(c.Call("GET", "/images/e/json", ""), 200, `{}`)                         // 14
	tape.JSON(c.Call("GET", "/images/e/json", ""), 200, `{}`)                         // 15
	tape.Empty(c.Call("POST", "/containers/prune", ""), 200)                          // 16
	m := matcher(t, s)
	for _, tt := range []struct{ client, asks, want string }{
		{"finds it, as no pull may come", "e", "[14]"},
		{"pulls", "list e pull e", "[2 12 13 14]"},
		{"finds what was pulled", "e e", "[14 15]"},
		{"last", "inspect tag:library/d inspect list -d list", "[1 7 8 9 10 11]"},
		{"first", "inspect tag:own/b inspect -own/b inspect list", "[1 3 4 5 6 11]"},
	} {
		var got []int
		for _, what := range strings.Fields(tt.asks) {
			switch name, tags := strings.CutPrefix(what, "tag:"); {
			case what == "e":
				got = append(got, ask(m, tt.client, "GET", "/images/e/json", ""))
			case what == "pull":
				got = append(got, ask(m, tt.client, "POST", "/images/create?fromImage=e", ""))
			case what == "inspect":
				got = append(got, ask(m, tt.client, "GET", "/images/a/json", ""))
			case what == "list":
				got = append(got, ask(m, tt.client, "GET", "/images/json", ""))
			case tags:
				got = append(got, ask(m, tt.client, "POST", "/images/a/tag?repo=docker.io/"+name, ""))
			default:
				got = append(got, ask(m, tt.client, "DELETE", "/images/"+what[1:], ""))
			}
		}
		if fmt.Sprint(got) != tt.want {
			t.Errorf("%s: %v, want %s", tt.client, got, tt.want)
		}
	}
}
