package replay

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/recordings/internal/tape"
)

// Lists show what the client has made, in the order it was made in, whichever tests ran
// before: neither what others had left nor what equal requests made.
func TestListsShowWhatTheClientMade(t *testing.T) {
	id := func(name string) string { return strings.Repeat(name+"1", 32) }
	listOf := func(names string) string {
		var all []string
		for _, name := range strings.Split(names, "") {
			all = append(all, `{"Id":"`+id(name)+`","Name":"/`+name+`"}`)
		}
		return "[" + strings.Join(all, ",") + "]\n"
	}
	s := exchangetest.New()
	c := s.Connect(7)
	for word := range strings.FieldsSeq("+l =l +a +b =bal -b -a +d -d +e +f e=f =fel") {
		switch name := word[1:]; {
		case word[0] == '+':
			tape.JSON(c.Call("POST", "/containers/create", `{"Image":"a"}`), 201, `{"Id":"`+id(name)+`"}`)
		case word[0] == '-':
			tape.Empty(c.Call("DELETE", "/containers/"+id(name), ""), 204)
		case word[0] == '=':
			tape.JSON(c.Call("GET", "/containers/json?all=1", ""), 200, listOf(name))
		default:
			tape.JSON(c.Call("GET", `/containers/json?filters={"since":["`+id(word[:1])+`"]}`, ""), 200, listOf(word[2:]))
		}
	}
	for _, tt := range []struct{ name, live, shown, less string }{ // shown: by each list; less: as the report says
		{"as recorded", "+l = +a +b = -b -a +d -d +e +f e= =", "l bal f fel", ""},
		{"two alone", "+x +y =", "yx", "1 list had 1 thing less"},
		{"one alone", "+x =", "x", ""},
		{"the last alone", "+x +y x= =", "y yx", "1 list had 1 thing less"},
		{"one is removed", "+x +y = -x =", "yx y", "2 lists had 3 things less"},
		{"none is made", "=", "l", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				p := player(t, s, Config{Peer: byProcess})
				k := dial(t, p, "a")
				names, shown := map[string]string{}, strings.Fields(tt.shown)
				ids := map[string]string{}
				for word := range strings.FieldsSeq(tt.live) {
					name := strings.Trim(word, "+-=")
					target := "/containers/json?all=1"
					switch {
					case word[0] == '+':
						k.send(request("POST", "/containers/create", "Content-Length: 13") + `{"Image":"a"}`)
						_, body, _ := strings.Cut(k.text(), "\r\n\r\n")
						ids[name] = body[len(`{"Id":"`) : len(body)-len(`"}`)]
						names[ids[name]] = name
						continue
					case word[0] == '-':
						k.send(request("DELETE", "/containers/"+ids[name]))
						k.text()
						continue
					case name != "":
						target = `/containers/json?filters={"since":["` + ids[name] + `"]}`
					}
					k.send(request("GET", target))
					head, body, _ := strings.Cut(k.text(), "\r\n\r\n")
					got := ""
					for _, one := range strings.Split(body, `"Id":"`)[1:] {
						if got += names[one[:64]]; names[one[:64]] == "" {
							got += one[:1]
						}
					}
					if got != shown[0] {
						t.Errorf("%s shows %q, want %q", word, got, shown[0])
					}
					if !strings.Contains(head, fmt.Sprintf("Content-Length: %d", len(body))) {
						t.Errorf("%d bytes after\n%s", len(body), head)
					}
					shown = shown[1:]
				}
				if said := warnings(p); strings.Contains(said, "less than recorded") != (tt.less != "") || !strings.Contains(said, tt.less) {
					t.Errorf("the report says %q, want %q", said, tt.less)
				}
			})
		})
	}
}

// text is what has come by now.
func (c *client) text() string {
	time.Sleep(time.Minute) // longer than anything holds an answer back
	synctest.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	text := string(c.got)
	c.got = nil
	return text
}

// A network may be called by the id of another one, which is removed.
func TestAListShowsWhatIsCalledByARemovedID(t *testing.T) {
	id, other := strings.Repeat("a1", 32), strings.Repeat("b2", 32)
	list := `[{"Name":"` + id + `","Id":"` + other + `"}]`
	s := exchangetest.New()
	c := s.Connect(7)
	named := []string{`{"Name":"n"}`, `{"Name":"` + id + `"}`}
	tape.JSON(c.Call("POST", "/networks/create", named[0]), 201, `{"Id":"`+id+`"}`)
	tape.JSON(c.Call("POST", "/networks/create", named[1]), 201, `{"Id":"`+other+`"}`)
	tape.Empty(c.Call("DELETE", "/networks/"+id, ""), 204)
	tape.JSON(c.Call("GET", "/networks", ""), 200, list)
	bubble(t, func(t *testing.T) {
		k := dial(t, player(t, s, Config{Peer: byProcess}), "a")
		for _, body := range named {
			k.send(request("POST", "/networks/create", "Content-Length: "+strconv.Itoa(len(body))) + body)
			k.text()
		}
		k.send(request("DELETE", "/networks/"+id))
		k.text()
		k.send(request("GET", "/networks"))
		if _, body, _ := strings.Cut(k.text(), "\r\n\r\n"); strings.TrimSpace(body) != list {
			t.Errorf("the list is %s, recorded as %s", body, list)
		}
	})
}
