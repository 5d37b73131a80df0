package redact

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
)

// secretValue is planted in every place of the engine's table.
const secretValue = "hunter2-Zq9xTr7vLm3w"

// plants gives, for a way to redact, JSON values that carry the secret. A How
// without an entry fails the test.
var plants = map[engine.How][]string{
	engine.Whole:        {`"%s"`, `["%s"]`, `{"a":"%s"}`},
	engine.EnvPair:      {`"DB_PASSWORD=%s"`, `"URL=postgres://me:%s@db/x"`, `"OPTS=-Dpassword=%s"`},
	engine.EnvObject:    {`{"DB_PASSWORD":"%s"}`, `{"proxy":"http://me:%s@proxy"}`, `["DB_PASSWORD=%s"]`},
	engine.OptionObject: {`{"password":"%s"}`, `{"o":"username=me,password=%s,vers=3"}`, `{"splunk-token":"%s"}`},
	engine.NamedValue:   {`{"Name":"DB_PASSWORD","Value":"%s"}`, `{"Value":"%s","Name":"DB_PASSWORD"}`},
	engine.Base64Text:   {`"%[2]s"`},
	engine.URLUserinfo:  {`"https://me:%s@host/x"`, `"https://%s@host/x"`},
	engine.FreeText: {
		`"sh -c 'login --password %s'"`, `["tool","--password","%s"]`, `["tool","--password=%s"]`, `["sh","-c","TOKEN=%s ./run"]`,
		`"curl -H 'Authorization: Bearer %s' x"`, `["mysql","-p%s"]`, `"get https://me:%s@host/x"`, `["docker","login","-u","me","-p","%s"]`,
		`"ENV PASSWORD %s"`, `"exec_create: sh -c \"PASSWORD=\\\"%s\\\" x\""`,
	},
}

// at puts a JSON value at a place of the table: "*" is an element of an array
// or, in the other run, a member of an object, "**" some levels or none.
func at(path, value string, member bool, depth int) string {
	if path == "" {
		return value
	}
	segs := strings.Split(path, "/")
	for i := len(segs) - 1; i >= 0; i-- {
		switch seg := segs[i]; {
		case seg == "*" && member:
			value = `{"some":` + value + `}`
		case seg == "*":
			value = `["other", ` + value + `]`
		case seg == "**":
			for range depth {
				value = `[{"Deep":` + value + `}]`
			}
		default:
			value = `{"Id":"4f2c", "` + seg + `" : ` + value + `, "Z":1}`
		}
	}
	return value
}

// TestTable plants a secret in each place of each operation.
func TestTable(t *testing.T) {
	for _, op := range append(engine.Operations(), nil) {
		c := call{method: "POST", target: "/v1.44/unknown"}
		name := "unknown"
		if op != nil {
			name = op.ID
			c.method = op.Method
			c.target = "/v1.44" + strings.NewReplacer("{", "", "}", "").Replace(op.Path)
			if got := engine.Lookup(c.method, c.target).Op; got != op {
				if op.Stream == engine.GRPC {
					continue // HTTP/2 only
				}
				t.Fatalf("%s %s means %v", c.method, c.target, got)
			}
		}
		secrets := op.Secrets()
		for _, s := range secrets {
			t.Run(strings.ReplaceAll(fmt.Sprint(name, "/", s.In, "/", s.At, "/", s.How), "/", "_"), func(t *testing.T) {
				testPlace(t, c, s)
			})
		}
	}
}

func testPlace(t *testing.T, c call, s engine.Secret) {
	values := plants[s.How]
	var calls []call
	switch s.In {
	case engine.InTarget:
		c.target = "http://me:" + secretValue + "@docker.invalid" + c.target
		calls = append(calls, c)
	case engine.InRequestHeader, engine.InResponseHeader:
		name := strings.ReplaceAll(s.At, "*", "Secret-Token")
		f := []decode.Field{{Name: "Host", Value: "docker"}, {Name: name, Value: "a " + secretValue}}
		if s.How == engine.FreeText {
			f[1].Value = "<https://h/x?sig=" + secretValue + ">; password=" + secretValue
		}
		if s.In == engine.InRequestHeader {
			c.header = f
		} else {
			c.answer = f
		}
		calls = append(calls, c)
	case engine.InQuery:
		calls = queryPlants(c, s)
	case engine.InRequestBody, engine.InResponseBody, engine.InStream, engine.InError:
		for _, v := range values {
			calls = append(calls, bodyPlants(c, s, planted(v))...)
		}
	default:
		t.Fatalf("no test knows the place %q", s.In)
	}
	if len(calls) == 0 {
		t.Fatalf("no test knows how to plant %q", s.How)
	}
	for _, c := range calls {
		tape := play(t, Options{}, c)
		tape.mustNotHold(secretValue)
		if len(tape.reds)+len(tape.omitted) == 0 {
			t.Errorf("nothing was reported for %s %s %s", c.target, c.request, c.response)
		}
		if open := play(t, Options{Off: true}, c); !holdsSome(open.text(), secretValue) {
			t.Errorf("the secret was not planted")
		}
		if t.Failed() {
			t.Logf("planted: %+v", c)
			return
		}
	}
}

func holdsSome(text, secret string) bool {
	for _, form := range forms(secret) {
		if strings.Contains(text, form) {
			return true
		}
	}
	return false
}

// planted writes the secret, or the base64 of a text with it, into a value.
func planted(value string) string {
	if strings.Contains(value, "%[2]") {
		return fmt.Sprintf(value, "", base64.StdEncoding.EncodeToString([]byte("\x0a\x10RUN TOKEN="+secretValue+" make\x12")))
	}
	return fmt.Sprintf(value, secretValue)
}

func queryPlants(c call, s engine.Secret) (calls []call) {
	name := strings.ReplaceAll(s.At, "*", "api_token")
	var values []string
	switch s.How {
	case engine.NamedValue:
		values = []string{"%s"}
	case engine.FreeText:
		values = []string{"ENV PASSWORD=%s", "type=registry,password=%s", "ENV PASSWORD %s"}
	default:
		for _, v := range plants[s.How] {
			values = append(values, strings.Trim(v, `"`))
		}
	}
	target := c.target
	for _, v := range values {
		c.target = target + "?t=app%3a1&" + name + "=" + url.QueryEscape(fmt.Sprintf(v, secretValue)) + "&q=1"
		calls = append(calls, c)
	}
	return calls
}

func bodyPlants(c call, s engine.Secret, value string) (calls []call) {
	for _, member := range []bool{false, true} {
		for depth := range 3 {
			body := at(s.At, value, member, depth)
			if s.At == "" {
				body = strings.Trim(value, `"`)
			}
			c := c
			switch {
			case s.In == engine.InRequestBody:
				c.request, c.requestIs = body, decode.ContentJSON
			case s.In == engine.InStream:
				c.response, c.responseIs = body+"\r\n"+body+"\n", decode.ContentJSONStream
			case s.At == "":
				c.response, c.responseIs = body, decode.ContentText
			default:
				c.response, c.responseIs = body+"\n", decode.ContentJSON
				if s.In == engine.InError {
					c.status = 500
				}
			}
			for _, cut := range []int{0, 1, 7} {
				c.cut = cut
				calls = append(calls, c)
			}
			if !strings.Contains(s.At, "*") {
				return calls
			}
		}
	}
	return calls
}
