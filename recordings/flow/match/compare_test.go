package match

import (
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/recordings/internal/tape"
)

// What counts as the same request.
func TestCompare(t *testing.T) {
	create := `{"Image":"busybox","Cmd":["sh","-c","true"],"Tty":false,"HostConfig":{"Memory":12345678901234567890}}`
	for _, tt := range []struct {
		name           string
		method, target string
		recorded       string
		asked          string // target
		body           string
		want           bool
	}{
		{"another version", "POST", "/v1.41/containers/create", create, "/v1.51/containers/create", create, true},
		{"no version", "GET", "/v1.41/containers/json", "", "/containers/json", "", true},
		{"order of keys", "POST", "/containers/create", create, "/containers/create", `{"HostConfig":{"Memory":12345678901234567890},"Tty":false,"Cmd":["sh","-c","true"],"Image":"busybox"}` + "\n", true},
		{"null is nothing", "POST", "/containers/create", create, "/containers/create", `{"Env":null,` + create[1:], true},
		{"a number by its text", "POST", "/containers/create", create, "/containers/create", strings.Replace(create, "67890", "67891", 1), false},
		{"order of a list", "POST", "/containers/create", create, "/containers/create", strings.Replace(create, `"sh","-c"`, `"-c","sh"`, 1), false},
		{"a string is no number", "POST", "/containers/create", `{"A":"1"}`, "/containers/create", `{"A":1}`, false},
		{"console size", "POST", "/containers/create", `{"HostConfig":{"ConsoleSize":[0,0]}}`, "/containers/create", `{"HostConfig":{"ConsoleSize":[24,80]}}`, true},
		{"order of parameters", "GET", "/containers/json?all=1&size=1", "", "/containers/json?size=1&all=1", "", true},
		{"another parameter", "GET", "/containers/json?all=1", "", "/containers/json?all=0", "", false},
		{"one parameter more", "GET", "/containers/json", "", "/containers/json?all=1", "", false},
		{"times the client computes", "GET", "/events?since=1700000000", "", "/events?since=1800000000&until=1800000001", "", true},
		{"two forms of filters", "GET", `/containers/json?filters={"label":{"b":true,"a":true}}`, "", `/containers/json?filters=%7B%22label%22%3A%5B%22a%22%2C%22b%22%5D%7D`, "", true},
		{"filters that filter nothing", "GET", `/containers/json?filters={"label":["a"],"name":{},"id":[],"status":null}`, "", `/containers/json?filters={"label":["a"]}`, "", true},
		{"nothing but those", "GET", `/containers/json?filters={"name":{}}`, "", `/containers/json`, "", true},
		{"a filter more", "GET", `/containers/json?filters={"label":["a"],"name":["b"]}`, "", `/containers/json?filters={"label":["a"]}`, "", false},
		{"other filters", "GET", `/containers/json?filters={"label":["a"]}`, "", `/containers/json?filters={"label":["b"]}`, "", false},
		{"JSON in the query", "POST", `/build?buildargs={"A":"1","B":"2"}`, "", `/build?buildargs={"B":"2","A":"1"}`, "", true},
		{"another image", "GET", "/images/busybox/json", "", "/images/alpine/json", "", false},
		{"another operation", "GET", "/images/busybox/json", "", "/images/busybox/history", "", false},
		{"a redacted value", "POST", "/containers/create", `{"Env":["PASSWORD={{redacted.env.1}}"]}`, "/containers/create", `{"Env":["PASSWORD={{redacted.env.7}}"]}`, true},
		{"a value redacted in the recording only", "POST", "/containers/create", `{"Env":["X={{redacted.named.1}}"]}`, "/containers/create", `{"Env":["X=secret"]}`, true},
		{"nothing for a redacted value", "POST", "/containers/create", `{"Env":["X={{redacted.named.1}}"]}`, "/containers/create", `{"Env":["X="]}`, false},
		{"no operation of the API", "POST", "/x/y", `{"a":1}`, "/x/y", `{"a": 1}`, true},
		{"not JSON", "POST", "/x/y", "abc", "/x/y", "abd", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := exchangetest.New()
			tape.Empty(s.Connect(7, "docker").Call(tt.method, tt.target, tt.recorded), 200)
			got := ask(matcher(t, s), "a", tt.method, tt.asked, tt.body) == 1
			if got != tt.want {
				t.Errorf("same = %v, want %v", got, tt.want)
			}
		})
	}
}

func TestVersionsWhenAskedFor(t *testing.T) {
	s := exchangetest.New()
	tape.Empty(s.Connect(7).Call("POST", "/v1.41/containers/x/start", ""), 204)
	m := matcher(t, s, func(o *Options) { o.SameVersion = true })
	if ask(m, "a", "POST", "/v1.42/containers/x/start", "") != 0 {
		t.Error("another version was taken")
	}
	if ask(m, "a", "POST", "/v1.41/containers/x/start", "") != 1 {
		t.Error("the same version was not taken")
	}
}

func TestRules(t *testing.T) {
	for _, tt := range []struct {
		rule, op, place string
		want            bool
	}{
		{"query.t", "ContainerStop", "query.t", true},
		{"query.t", "ContainerStop", "query.tag", false},
		{"body.HostConfig", "ContainerCreate", "body.HostConfig.Binds.0", true},
		{"body.HostConfig.*", "ContainerCreate", "body.HostConfig.Binds.0", true},
		{"body.HostConfig.*", "ContainerCreate", "body.HostConfigs", false},
		{"body:/HostConfig/Binds", "ContainerCreate", "body.HostConfig.Binds.3", true},
		{"body.*.Name", "ServiceCreate", "body.TaskTemplate.Networks.0.Name", true},
		{"body.Labels.com.example.build", "ContainerCreate", "body.Labels.com.example.build", true},
		{"ContainerCreate:body.Env", "ContainerCreate", "body.Env.1", true},
		{"ContainerCreate:body.Env", "ContainerExec", "body.Env.1", false},
		{"*Create:body.Env", "ContainerCreate", "body.Env.1", true},
		{"*Create:body.Env", "ContainerExec", "body.Env.1", false},
		{"body", "ContainerCreate", "body.Env.1", true},
	} {
		rules, err := ParseRules([]string{tt.rule})
		if err != nil {
			t.Fatal(err)
		}
		if got := rules.forOp(tt.op)(tt.place); got != tt.want {
			t.Errorf("%s covers %s of %s: %v", tt.rule, tt.place, tt.op, got)
		}
	}
	for _, bad := range []string{"", "Env", "header.Host", "ContainerCreate:", "Containercreate:body.Env", "status", "answer.Id"} {
		if _, err := ParseRules([]string{bad}); err == nil {
			t.Errorf("%q was taken for a rule", bad)
		}
	}
	calls, err := ParseCallRules([]string{"ImageCreate:status", "answer:/State/Pid", "stderr", "body.Env"})
	if err != nil {
		t.Fatal(err)
	}
	for place, want := range map[string]bool{
		"ImageCreate status": true, "ImagePush status": false, "ContainerInspect answer.State.Pid": true,
		"ContainerInspect answer.State": false, "ExecStart stderr": true, "ExecStart stdout": false, "ContainerCreate body.Env.0": true,
	} {
		op, place, _ := strings.Cut(place, " ")
		if got := calls.Cover(op, place); got != want {
			t.Errorf("%s of %s is covered: %v", place, op, got)
		}
	}
	if _, err := ParseCallRules([]string{"stdeer"}); err == nil || !strings.Contains(err.Error(), "stderr") {
		t.Errorf("what is not a place: %v", err)
	}
}
