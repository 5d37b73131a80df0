package redact

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
)

// A value that was replaced once is replaced wherever it comes back, under the
// same placeholder; what containers print is left alone.
func TestEcho(t *testing.T) {
	const secret = "ZQ-echo 17"
	create := call{method: "POST", target: "/containers/create", request: `{"Env":["DB_PASSWORD=` + secret + `"]}`, requestIs: decode.ContentJSON}
	for _, c := range []call{
		{method: "POST", target: "/containers/x/start", status: 500, response: `{"message":"exec: ` + secret + `: not found"}`, responseIs: decode.ContentJSON},
		{method: "POST", target: "/containers/x/start", status: 500, response: `exec: ` + secret + ` not found`, responseIs: decode.ContentText},
		{method: "GET", target: "/containers/x/json", status: 200, response: `{"State":{"Error":"` + secret + `"}}`, responseIs: decode.ContentJSON},
		{method: "GET", target: "/containers/x/json", status: 200, response: `{"State":{"Error":"ZQ\u002decho 17"}}`, responseIs: decode.ContentJSON},
		{method: "GET", target: "/containers/json?x=ZQ-echo+17", status: 200},
		{method: "GET", target: "/containers/json", header: header("X-Trace", secret), status: 200},
	} {
		tape := play(t, Options{}, create, c)
		if all := tape.all.String(); strings.Contains(all, secret) || strings.Contains(all, "echo+17") || strings.Contains(all, `\u002decho`) || strings.Count(all, "redacted.env.1}") < 1 {
			t.Errorf("%s %s: %q", c.target, c.response, all)
		}
	}
	for _, c := range []call{
		{method: "GET", target: "/exec/x/json", response: `{"ProcessConfig":{"entrypoint":"x","arguments":["` + secret + `"]}}`, responseIs: decode.ContentJSON},
		{method: "POST", target: "/containers/create", response: `{"Id":"1","Warnings":["bad ` + secret + `"]}`, responseIs: decode.ContentJSON},
		{method: "GET", target: "/containers/x/json", response: `{"State":{"Health":{"Log":[{"Output":"it is ` + secret + `\n"}]}}}`, responseIs: decode.ContentJSON},
		{method: "POST", target: "/images/create?fromImage=a", response: `{"status":"got ` + secret + `","progressDetail":{},"progress":"` + secret + `"}` + "\n", responseIs: decode.ContentJSONStream},
		{method: "POST", target: "/build", response: `{"stream":"it is ` + secret + `\n"}` + "\n", responseIs: decode.ContentJSONStream},
		{method: "POST", target: "/auth", status: 500, response: `{"message":"Get https://h/v2/: no ` + secret + `"}`, responseIs: decode.ContentJSON},
		{method: "GET", target: "/nothing", response: `and ` + secret, responseIs: decode.ContentText},
	} {
		for _, cut := range []int{0, 5} {
			c.cut = cut
			if tape := play(t, Options{}, create, c); strings.Contains(tape.all.String()+tape.bodies[1].String(), secret) || !strings.Contains(tape.bodies[1].String(), "{{redacted.env.1}}") {
				t.Errorf("%s %s: %q", c.target, c.response, tape.bodies[1].String())
			}
		}
	}
	logs := call{method: "GET", target: "/containers/x/logs", status: 200, response: secret, responseIs: decode.ContentRaw}
	if tape := play(t, Options{}, create, logs); tape.bodies[decode.Response].String() != secret {
		t.Errorf("a container's output became %q", tape.bodies[decode.Response].String())
	}
}

// A password in X-Registry-Auth comes back in errors.
func TestEchoOfRegistryAuth(t *testing.T) {
	const password = "ZQ-echo 18"
	enc := func(s string) string { return base64.URLEncoding.EncodeToString([]byte(s)) }
	for name, value := range map[string]string{
		"X-Registry-Auth":   enc(`{"username":"me","password":"` + password + `"}`),
		"X-Registry-Auth ":  enc(`{"identitytoken":"` + password + `","serveraddress":"r.example"}`),
		"X-Registry-Auth  ": enc(`{"auth":"` + enc("me:"+password) + `"}`),
		"X-Registry-Config": enc(`{"r.example":{"username":"me","password":"` + password + `"}}`),
	} {
		tape := play(t, Options{}, call{
			method: "POST", target: "/images/create?fromImage=r.example/a", header: header(strings.TrimSpace(name), value),
			response: `{"errorDetail":{"message":"sent ` + password + `"},"error":"sent ` + password + `"}`, responseIs: decode.ContentJSONStream,
		})
		if strings.Contains(tape.all.String(), password) {
			t.Errorf("%s: %s", name, tape.bodies[1].String())
		}
	}
}

// A value comes back in messages of BuildKit, in quotes too.
func TestEchoInMessages(t *testing.T) {
	const secret = `ZQ "echo" 19`
	tp := &tape{t: t}
	last := ""
	r := New(Options{}, func(e decode.Event) {
		tp.take(e)
		if m, ok := e.(*decode.Message); ok {
			last = string(m.JSON)
		}
	})
	create := call{method: "POST", target: "/containers/create", request: `{"Env":["DB_PASSWORD=ZQ \"echo\" 19"]}`, requestIs: decode.ContentJSON}
	create.play(r, 1)
	for path, doc := range map[string]string{
		"/moby.buildkit.v1.Control/Status":              `{"logs":[{"msg":"it is ZQ \"echo\" 19\n"}]}`,
		"/moby.buildkit.v1.Control/Solve":               `{"ExporterResponse":{"x":"ZQ \"echo\" 19"}}`,
		"/moby.buildkit.v1.frontend.LLBBridge/ReadFile": `{"Data":"\"ZQ \\\"echo\\\" 19\""}`,
	} {
		r.Event(&decode.RequestHead{Origin: decode.Origin{Exchange: 9}, Method: "POST", Target: path, Stream: 1, Call: engine.Lookup("POST", path), Content: decode.ContentGRPC})
		r.Event(&decode.Message{Origin: decode.Origin{Exchange: 9}, Dir: decode.Response, JSON: []byte(doc)})
		if strings.Contains(last, "echo") || !strings.Contains(last, "redacted.env.1}") {
			t.Errorf("%s: %s", path, last)
		}
	}
	if strings.Contains(tp.all.String(), secret) {
		t.Error("the value is in an event")
	}
}

// A password that is a word comes back in messages and is no word there; as a name,
// in the output of containers and within other words it is left alone.
func TestEchoOfWords(t *testing.T) {
	enc := base64.URLEncoding.EncodeToString
	const word = "letmein"
	for name, first := range map[string]call{
		"X-Registry-Auth": {method: "POST", target: "/images/create?fromImage=a", header: header("X-Registry-Auth", enc([]byte(`{"username":"me","password":"`+word+`"}`)))},
		"auth":            {method: "POST", target: "/auth", request: `{"username":"me","password":"` + word + `"}`, requestIs: decode.ContentJSON},
		"env":             {method: "POST", target: "/containers/create", request: `{"Env":["DB_PASSWORD=` + word + `"]}`, requestIs: decode.ContentJSON},
		"flag":            {method: "POST", target: "/containers/create", request: `{"Cmd":["x","--password","` + word + `"]}`, requestIs: decode.ContentJSON},
		"URL":             {method: "POST", target: "/containers/create", request: `{"Env":["URL=https://me:` + word + `@h/"]}`, requestIs: decode.ContentJSON},
		"basic":           {method: "GET", target: "/info", header: header("Authorization", "Basic "+enc([]byte("me:"+word)))},
	} {
		for _, c := range []call{
			{method: "POST", target: "/containers/x/start", status: 500, response: `{"message":"login failed: ` + word + `: denied"}`, responseIs: decode.ContentJSON},
			{method: "POST", target: "/images/create?fromImage=a", response: `{"errorDetail":{"message":"sent ` + word + `"},"error":"sent ` + word + `"}` + "\n", responseIs: decode.ContentJSONStream},
			{method: "GET", target: "/nothing", status: 500, response: `no '` + word + `' there`, responseIs: decode.ContentText},
		} {
			tape := play(t, Options{}, first, c)
			if got := tape.all.String() + tape.bodies[1].String(); strings.Contains(got, word) {
				t.Errorf("%s, then %s: %s", name, c.response, got)
			}
		}
		for _, c := range []call{
			{method: "GET", target: "/images/" + word + "/json", response: `{"RepoTags":["` + word + `:latest"],"Config":{"Cmd":["` + word + `"]}}`, responseIs: decode.ContentJSON},
			{method: "GET", target: "/containers/json", status: 500, response: `{"message":"no ` + word + `s there"}`, responseIs: decode.ContentJSON},
			{method: "GET", target: "/containers/x/logs", response: word, responseIs: decode.ContentRaw},
		} {
			if tape := play(t, Options{}, first, c); tape.bodies[1].String() != c.response {
				t.Errorf("%s, then %s: became %s", name, c.response, tape.bodies[1].String())
			}
		}
	}
	user := call{method: "POST", target: "/build?remote=https://deploy@h/x"}
	c := call{method: "GET", target: "/info", status: 500, response: `{"message":"no deploy of abc"}`, responseIs: decode.ContentJSON}
	if tape := play(t, Options{}, user, call{method: "GET", target: "/info?password=abc"}, c); tape.bodies[1].String() != c.response {
		t.Errorf("names and short words: %s", tape.bodies[1].String())
	}
}

// A build's folder is called context, and BuildKit calls that name a shared key: it
// is hidden there, and the names of steps stay.
func TestNamesOfFoldersAreNoEcho(t *testing.T) {
	for path, first := range map[string]string{
		"/moby.buildkit.v1.Control/Solve":            `{"Definition":{"def":[{"op":{"source":{"identifier":"local://context","attrs":{"local.sharedkeyhint":"context"}}}}]}}`,
		"/moby.buildkit.v1.frontend.LLBBridge/Solve": `{"Definition":{"def":[{"op":{"source":{"identifier":"local://context","attrs":{"local.sharedkeyhint":"context"}}}}]}}`,
	} {
		last := ""
		r := New(Options{}, func(e decode.Event) {
			if m, ok := e.(*decode.Message); ok {
				last = string(m.JSON)
			}
		})
		head := decode.RequestHead{Origin: decode.Origin{Exchange: 1}, Method: "POST", Target: "/session", Fields: header("X-Docker-Expose-Session-Sharedkey", "context"), Call: engine.Lookup("POST", "/session")}
		r.Event(&head)
		const step = `"name":"[internal] load build context"`
		for i, m := range []struct{ path, doc string }{{path, first}, {"/moby.buildkit.v1.Control/Status", `{"vertexes":[{` + step + `}],"logs":[{"msg":"login --password hunter-2000"}]}`}} {
			of := decode.Origin{Exchange: decode.ExchangeID(2 + i)}
			r.Event(&decode.RequestHead{Origin: of, Method: "POST", Target: m.path, Stream: 1, Call: engine.Lookup("POST", m.path), Content: decode.ContentGRPC})
			r.Event(&decode.Message{Origin: of, Dir: decode.Direction(i), JSON: []byte(m.doc)}) // a request, an answer
		}
		if !strings.Contains(last, step) || !strings.Contains(last, "{{redacted.") {
			t.Errorf("after %s: %s", path, last)
		}
	}
}
