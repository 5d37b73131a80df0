package callfields

import (
	"fmt"
	"strings"
	"testing"
)

func create(query, body string) Call {
	return NewCall("ContainerCreate", "POST", "/containers/create", query, []byte(body))
}

func list(ds []Difference) string {
	var b strings.Builder
	for _, d := range ds {
		fmt.Fprintf(&b, "%s|%s|%s|%s\n", d.Call, d.Place, d.With, d.Only)
	}
	return b.String()
}

func TestCompare(t *testing.T) {
	without := []Call{create("", `{"Image":"nginx","Tty":false,"Env":["A=1"],"HostConfig":{"Binds":null,"PortBindings":{}}}`), {Name: "ContainerAttach"}}
	for _, c := range []struct{ name, query, body, want string }{
		{"a port", "", `{"Image":"nginx","Tty":false,"Env":["A=1"],"ExposedPorts":{"80/tcp":{}},"HostConfig":{"Binds":null,"PortBindings":{"80/tcp":[{"HostPort":"80"}]}}}`,
			`ContainerCreate|ExposedPorts["80/tcp"]|{}|` + "\n" + `ContainerCreate|HostConfig.PortBindings["80/tcp"]|[{"HostPort":"80"}]|` + "\n"},
		{"one more of a list", "", `{"Image":"nginx","Env":["A=1","B=2"],"HostConfig":{"Binds":["a:/b"]}}`,
			`ContainerCreate|Env|["B=2"]|` + "\n" + `ContainerCreate|HostConfig.Binds|["a:/b"]|` + "\n"},
		{"the query", "name=web", `{"Image":"nginx","Env":["A=1"]}`, `ContainerCreate|query name|"web"|` + "\n"},
		{"a switch", "", `{"Image":"nginx","Env":["A=1"],"Tty":true}`, "ContainerCreate|Tty|true|\n"},
		{"nothing", "", `{"Image":"nginx","Env":["A=1"],"HostConfig":{"Memory":0,"Binds":[]}}`, ""},
	} {
		got := list(Compare([]Call{create(c.query, c.body), {Name: "ContainerAttach"}}, without))
		if got != c.want {
			t.Errorf("%s:\n%swant\n%s", c.name, got, c.want)
		}
	}
	if got := list(Compare(without[:1], without)); got != "ContainerAttach|||not made\n" {
		t.Errorf("a call that is not made: %s", got)
	}
	if got := list(Compare(without, without[:1])); got != "ContainerAttach|||made\n" {
		t.Errorf("a call that is made: %s", got)
	}
}

func TestUses(t *testing.T) {
	calls := []Call{create("name=web", `{"Image":"nginx","Cmd":["sh","-c"],"Labels":{"a.b":"sh"}}`), NewCall("ContainerStart", "POST", "/containers/web/start", "", nil)}
	if got := list(Uses(calls, "web")); got != "ContainerCreate|query name|\"web\"|\nContainerStart|path|\"web\"|\n" {
		t.Errorf("web: %s", got)
	}
	if got := list(Uses(calls, "sh")); got != "ContainerCreate|Cmd[0]|\"sh\"|\nContainerCreate|Labels[\"a.b\"]|\"sh\"|\n" {
		t.Errorf("sh: %s", got)
	}
}
