package load_test

import (
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/recordings/flow/load"
	"github.com/dockwire/dockwire/recordings/internal/tape"
)

// things are those that each exchange is about.
func things(t *testing.T, s *exchangetest.Script) (out []string) {
	t.Helper()
	rec, err := load.Open(tape.Write(t, s), load.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Close()
	things := load.NewThings(rec)
	for _, x := range rec.Exchanges {
		out = append(out, strings.Join(things.Of(x), ","))
	}
	return out
}

// What is called by the id of another is not meant by that id.
func TestAnIDIsNoName(t *testing.T) {
	id := func(name string) string { return strings.Repeat(name+"1", 32) }
	s := exchangetest.New()
	c := s.Connect(7)
	tape.JSON(c.Call("POST", "/networks/create", `{"Name":"n"}`), 201, `{"Id":"`+id("a")+`"}`)
	tape.JSON(c.Call("POST", "/networks/create", `{"Name":"`+id("a")+`"}`), 201, `{"Id":"`+id("b")+`"}`)
	tape.JSON(c.Call("POST", "/networks/create", `{"Name":"`+id("b")[:12]+`"}`), 201, `{"Id":"`+id("c")+`"}`)
	for _, name := range []string{id("a"), id("b"), id("b")[:12], "n"} {
		tape.Empty(c.Call("DELETE", "/networks/"+name, ""), 204)
	}
	var got []string
	for _, about := range things(t, s) {
		got = append(got, strings.TrimPrefix(about, "network:")[:1])
	}
	if strings.Join(got, " ") != "a b c a b c a" {
		t.Errorf("requests are about %v", got)
	}
}

// Loads and saves are about the images that they name.
func TestImagesInTars(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(7)
	tape.JSON(c.Call("POST", "/images/load", "x"), 200, `{"stream":"Loaded image: a:1\n"}`)
	tape.JSON(c.Call("POST", "/images/load", "y"), 200, `{"stream":"Loaded image ID: sha256:12\n"}`)
	tape.Empty(c.Call("GET", "/images/get?names=a%3A1&names=b", ""), 404)
	got := things(t, s)
	if want := "image:a:1 image:" + load.AllOf + " image:a:1,image:b:latest"; strings.Join(got, " ") != want {
		t.Errorf("requests are about %v, want %s", got, want)
	}
}
