package verify

import (
	"net/url"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode/engine"
)

func TestNames(t *testing.T) {
	var n names
	n.learnID(id1, id2, "test", 1)
	n.learnName("happy_turing", "sad_bohr", "test", 1)
	for in, want := range map[string]string{
		id1:                id2,
		id1[:12]:           id2[:12],
		id1[:4]:            id2[:4],
		"container:" + id1: "container:" + id2,
		"happy_turing":     "sad_bohr",
		"web":              "web",
		"":                 "",
		id1 + "0":          id1 + "0",
		"3":                "3",
		"beef":             "beef",
		"sha256:" + id1:    "sha256:" + id2,
	} {
		if got := n.of(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	// The first meaning stays: one id is not two.
	n.learnID(id1, strings.Repeat("b", 64), "test", 2)
	if got := n.of(id1); got != id2 {
		t.Errorf("%q", got)
	}
}

// Without names of its own a request stays as it was recorded, and whatever it
// is, what is made of it can be sent.
func FuzzTarget(f *testing.F) {
	f.Add("/v1.47/containers/" + id1 + "/json?x=%22" + id1 + "%22&y")
	f.Add("/containers/json?filters=%7B%22id%22%3A%5B%22" + id1[:12] + "%22%5D%7D&&=&%zz=%")
	f.Add("/v1.47/images/a%2Fb%3Ac/json")
	f.Add("/exec/happy_turing/json?happy_turing=happy_turing")
	f.Fuzz(func(t *testing.T, target string) {
		call := engine.Lookup("GET", target)
		put := func(n *names) string {
			path, query, has := strings.Cut(target, "?")
			for i := range call.Params {
				path = n.inPath(path, &call.Params[i])
			}
			if has {
				path += "?" + n.inQuery(query)
			}
			return path
		}
		if got := put(&names{}); got != target {
			t.Fatalf("%q became %q", target, got)
		}
		var n names
		n.learnID(id1, id2, "test", 1)
		n.learnName("happy_turing", "sad_bohr", "test", 1)
		got := put(&n)
		if strings.ContainsAny(target, " \r\n") || !strings.ContainsAny(got, " \r\n") {
			return
		}
		if _, err := url.ParseRequestURI(target); err == nil {
			t.Fatalf("%q became %q", target, got)
		}
	})
}

// Whatever two answers hold, learning from them does not fail, and learns only
// what the recorded one has.
func FuzzLearn(f *testing.F) {
	f.Add(`{"Id":"`+id1+`"}`, `{"Id":"`+id2+`"}`, false)
	f.Add(`{"stream":"built `+id1[:12]+`"}{"aux":{"ID":"sha256:`+id1+`"}}`, `{"stream":"built `+id2[:12]+`"}`, true)
	f.Add(`[{"a":null},`, `nul`, true)
	f.Fuzz(func(t *testing.T, was, now string, values bool) {
		learnPairs(&answer{body: []byte(was), values: values}, &answer{body: []byte(now), values: values}, func(place, recorded, live string) {
			if recorded == live {
				return
			}
			r := &run{}
			r.learnText(recorded, live, place, 1)
			for id := range r.names.ids {
				if !strings.Contains(recorded, id) {
					t.Fatalf("%q is not of %q", id, recorded)
				}
			}
		})
	})
}
