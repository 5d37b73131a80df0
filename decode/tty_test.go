package decode

import (
	"fmt"
	"testing"
)

func TestTTYs(t *testing.T) {
	var ts ttys
	ts.learn("aa11", "/web", ttyNo, "create")
	ts.learn("aa22", "db", ttyYes, "inspect")
	ts.learn("bb33", "aa11", ttyYes, "inspect") // a name that is another's id
	ts.learn("cc44", "old", ttyNo, "create")
	ts.learn("cc44", "new", ttyNo, "inspect") // renamed
	ts.learn("dd55", "web", ttyYes, "create") // the name is taken over
	ts.learn("ee66aa", "x", ttyYes, "create")
	ts.learn("ee66bb", "y", ttyNo, "create")
	ts.learn("ff77aa", "z", ttyYes, "create")
	ts.learn("ff77bb", "v", ttyYes, "create")
	ts.learn("", "none", ttyYes, "create")
	for _, tt := range []struct {
		ref  string
		want tty
	}{
		{"aa11", ttyNo}, {"web", ttyYes}, {"/web", ttyYes}, {"db", ttyYes}, {"ff77a", ttyYes}, {"ee66b", ttyNo},
		{"ff77", ttyYes},     // two, of one mind
		{"ee66", ttyUnknown}, // two that differ
		{"ff7", ttyUnknown},  // too short to be an id's beginning
		{"old", ttyUnknown}, {"new", ttyNo}, {"cc44", ttyNo},
		{"none", ttyUnknown}, {"", ttyUnknown}, {"zz", ttyUnknown},
	} {
		if got, source := ts.of(tt.ref); got != tt.want || (got != ttyUnknown) != (source != "") {
			t.Errorf("%q: %v by %q, want %v", tt.ref, got, source, tt.want)
		}
	}
}

func TestTTYsBound(t *testing.T) {
	var ts ttys
	for i := range 3 * maxContainers {
		ts.learn(fmt.Sprint("id", i), fmt.Sprint("name", i), ttyNo, "create")
		ts.learn(fmt.Sprint("id", i), fmt.Sprint("other", i), ttyNo, "inspect")
	}
	if len(ts.byID) != maxContainers || len(ts.byName) != maxContainers || len(ts.oldest) != maxContainers {
		t.Errorf("%d ids, %d names, %d in order", len(ts.byID), len(ts.byName), len(ts.oldest))
	}
	if got, _ := ts.of(fmt.Sprint("id", 3*maxContainers-1)); got != ttyNo {
		t.Error("the youngest is forgotten")
	}
}

func TestPeeker(t *testing.T) {
	var pk peeker
	for _, tt := range []struct {
		name, body, config string
		all                bool
		want               peeked
	}{
		{"create", `{"Image":"b","Tty":true,"rest`, "", false, peeked{tty: true}},
		{"create without", `{"Image":"b","HostConfig":{"Tty":true}}`, "", false, peeked{valid: true}},
		{"exec", `{"Detach":true,"Tty":false,"ConsoleSize":[1,2]}`, "", true, peeked{valid: true, detach: true}},
		{"exec, other order", `{"Tty":true,"Detach":true}`, "", true, peeked{valid: true, tty: true, detach: true}},
		{"keys without case", `{"Detach":true,"detach":false,"TTY":true,"t\u0074y":null}`, "", true, peeked{valid: true, tty: true}},
		{"created", `{"Id":"x","Warnings":[]}`, "", true, peeked{valid: true, id: "x"}},
		{"inspect", `{"Id":"x","Name":"/n","Tty":false,"Config":{"Env":["Tty=1"],"Tty":true,"X":{`, "Config", false, peeked{valid: true, id: "x", name: "/n", tty: true, config: true}},
		{"inspect without", `{"Id":"x","Config":{}}`, "Config", false, peeked{valid: true, id: "x", config: true}},
		{"odd types", `{"Id":1,"Name":null,"Config":"no"}`, "Config", false, peeked{valid: true}},
		{"cut", `{"Id":"x","Con`, "Config", false, peeked{id: "x"}},
		{"no object", `["Tty"]`, "", true, peeked{}},
		{"nothing", ``, "", true, peeked{}},
	} {
		if got := pk.members([]byte(tt.body), tt.config); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}
