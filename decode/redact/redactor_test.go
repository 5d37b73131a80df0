package redact

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
)

func header(name, value string) []decode.Field {
	return []decode.Field{{Name: "Host", Value: "api.moby.localhost"}, {Name: name, Value: value}}
}

func TestRegistryAuth(t *testing.T) {
	auth := base64.URLEncoding.EncodeToString([]byte(`{"username":"me","password":"` + secretValue + `","serveraddress":"registry.example"}`))
	config := base64.URLEncoding.EncodeToString([]byte(`{"b.example":{"identitytoken":"` + secretValue + `"},"a.example":{"username":"me","password":"x"}}`))
	tape := play(t, Options{},
		call{method: "POST", target: "/v1.51/images/create?fromImage=app", header: header("X-Registry-Auth", auth)},
		call{method: "POST", target: "/v1.51/build?t=x", header: header("x-registry-config", config)},
		call{method: "POST", target: "/v1.51/images/app/push", header: header("X-Registry-Auth", auth)},
		call{method: "POST", target: "/v1.51/images/app/push", header: header("X-Registry-Auth", "e30")},
	)
	tape.mustNotHold(secretValue)
	tape.mustNotHold(auth)
	want := []decode.Redaction{
		{At: "h/X-Registry-Auth", As: "registry_auth.1", Rule: "auth-header", Shape: `{"serveraddress":"registry.example","username":true,"password":true}`},
		{At: "h/x-registry-config", As: "registry_config.1", Rule: "auth-header", Shape: `{"a.example":{"username":true,"password":true},"b.example":{"identitytoken":true}}`},
		{At: "h/X-Registry-Auth", As: "registry_auth.1", Rule: "auth-header", Shape: `{"serveraddress":"registry.example","username":true,"password":true}`},
		{At: "h/X-Registry-Auth", As: "registry_auth.2", Rule: "auth-header", Shape: `{}`},
	}
	if fmt.Sprint(tape.reds) != fmt.Sprint(want) {
		t.Errorf("got  %+v\nwant %+v", tape.reds, want)
	}
	if r := tape.requests[0]; r.Fields[1].Value != "{{redacted.registry_auth.1}}" || r.Raw != nil {
		t.Errorf("head is %+v", r)
	}
}

func TestTarget(t *testing.T) {
	for _, c := range []struct{ method, in, want string }{
		{"POST", `/v1.41/build?t=a%3ab&buildargs=%7B%22TOKEN%22%3A%22s%2dcr8t7%22%2C%22V%22%3A%221%22%7d&rm=1`,
			`/v1.41/build?t=a%3ab&buildargs=%7B%22TOKEN%22%3A%22%7B%7Bredacted.build_arg.1%7D%7D%22%2C%22V%22%3A%221%22%7d&rm=1`},
		{"POST", `/build?remote=https%3A%2F%2Fme%3Apw@host%2Fx.git&q`, `/build?remote=https%3A%2F%2F%7B%7Bredacted.url.1%7D%7D@host%2Fx.git&q`},
		{"POST", `/build?remote=git@github.com:a/b.git`, ``},
		{"POST", `/build?remote=client-session&session=5b2f&buildid=77&version=2`, ``},
		{"POST", `/images/create?fromSrc=http://u:p@h/x.tar`, `/images/create?fromSrc=http://%7B%7Bredacted.url.1%7D%7D@h/x.tar`},
		{"POST", `/swarm/update?version=12&rotateWorkerToken=true&rotateManagerUnlockKey=0`, ``},
		{"GET", `/containers/json?filters=%7B%22label%22%3A%7B%22token%3Da1b2c3%22%3Atrue%7D%7D`, `/containers/json?filters=%7B%22label%22%3A%7B%22token%3D%7B%7Bredacted.arg.1%7D%7D%22%3Atrue%7D%7D`},
		{"GET", `/containers/json?all=1&a+b=%zz&&x`, ``},
		{"GET", `/x?access_token=a1b2c3&PASSWORD=`, `/x?access_token=%7B%7Bredacted.query.1%7D%7D&PASSWORD=`},
		{"GET", `/images/sha256:` + strings.Repeat("ab", 32) + `/json`, ``},
		{"POST", `/build?buildargs={"TOKEN":"c4t3`, `/build?buildargs={"TOKEN":"%7B%7Bredacted.build_arg.1%7D%7D`},
		{"POST", `/build?buildargs={"TOKEN"+"lost"}`, `/build?buildargs={"TOKEN"+%22%7B%7Bredacted.unparsed.1%7D%7D%22`},
		{"POST", `/build?buildargs={"PASSWORD":12345}`, `/build?buildargs={"PASSWORD":%22%7B%7Bredacted.build_arg.1%7D%7D%22}`},
	} {
		if c.want == "" {
			c.want = c.in
		}
		tape := play(t, Options{}, call{method: c.method, target: c.in})
		got := tape.requests[0]
		if got.Target != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.in, got.Target, c.want)
		}
		if _, query, _ := strings.Cut(got.Target, "?"); got.Call.RawQuery != query {
			t.Errorf("the call keeps %s", got.Call.RawQuery)
		}
		if (got.Raw == nil) != (c.want != c.in) {
			t.Errorf("Raw is %q", got.Raw)
		}
	}
}

func TestCommand(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"docker run -e PASSWORD=x1x -e USER=me -p 80:80 img", "docker run -e PASSWORD={{1}} -e USER=me -p 80:80 img"},
		{"docker login -u me -p s3cret host", "docker login -u me -p {{1}} host"},
		{"docker login --password s3cret", "docker login --password {{1}}"},
		{"docker login --password=s3cret", "docker login --password={{1}}"},
		{"docker login --password-stdin host", ""},
		{"docker build --build-arg TOKEN=a1b2c3 --secret id=x .", "docker build --build-arg TOKEN={{1}} --secret id=x ."},
		{"git clone https://me:tok@host/x", "git clone https://{{1}}@host/x"},
		{"git clone ssh://git@host/x", ""},
		{"mysql -uroot -psecret db", "mysql -uroot -p{{1}} db"},
		{"curl -u me:pw http://h", "curl -u {{1}} http://h"},
		{"docker inspect " + strings.Repeat("4f2c", 16), ""},
		{"docker run -e POSTGRES_PASSWORD_FILE=/run/secrets/pw postgres", ""},
	} {
		r := New(Options{}, nil)
		got, _ := r.Command(strings.Fields(c.in))
		if c.want == "" {
			c.want = c.in
		}
		line := strings.NewReplacer("{{redacted.arg.", "{{", "{{redacted.url.", "{{").Replace(strings.Join(got, " "))
		if line != c.want {
			t.Errorf("got  %s\nwant %s", line, c.want)
		}
	}
}

func TestCommandOfPeer(t *testing.T) {
	tape := &tape{t: t}
	argv := []string{"docker", "run", "-e", "PASSWORD=" + secretValue}
	New(Options{}, tape.take).Event(&decode.ConnOpened{Peer: decode.Peer{Command: argv}})
	tape.mustNotHold(secretValue)
	if argv[3] != "PASSWORD="+secretValue {
		t.Error("the producer's event was changed")
	}
}

// TestShapes plants tokens where no table says that there is a secret.
func TestShapes(t *testing.T) {
	for _, token := range []string{
		"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl", "AKIAIOSFODNN7EXAMPLE", "ghp_" + strings.Repeat("aB3", 12), "github_pat_" + strings.Repeat("x1_", 10),
		"glpat-" + strings.Repeat("x", 20), "npm_" + strings.Repeat("q", 36), "xoxb-123456789012-abcdef", "SWMTKN-1-" + strings.Repeat("3pu6", 12) + "-9zk",
		"-----BEGIN RSA PRIVATE KEY-----\\nMIIE" + strings.Repeat("abcd", 30) + "\\n-----END RSA PRIVATE KEY-----\\n",
		"dckr_pat_aB3dEf9hIjKlMnOpQrStUvWxYz0", "dckr_oat_aB3dEf9hIjKlMnOpQrStUvWxYz0", "sk_live_4eC39HqLyjWDarjtT1zdp7dc", "ASIAIOSFODNN7EXAMPL2", "AIzaSyA1234567890abcdefghijklmnopqrstuv",
		"hvs.CAESIJ1234567890abcdefghijABCDEFGHIJ1234567890abcdefghijABCDEFGHIJ1234567890abcdefghij", "pypi-AgEIcHlwaS5vcmcCJDNhYjQ1", "glrt-a1b2c3d4e5f6g7h8i9j0", "hf_aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDeFgH",
		"https://user:" + secretValue + "@registry.example/v2/",
	} {
		c := call{method: "GET", target: "/version", response: `{"message":"got ` + token + ` there","` + token + `":[1]}`, responseIs: decode.ContentJSON,
			answer: header("Warning", strings.ReplaceAll(token, "\\n", " "))}
		for cut := range 40 {
			c.cut = cut
			tape := play(t, Options{}, c)
			secret := token[len(token)/3 : len(token)*2/3]
			tape.mustNotHold(secret)
			if got := tape.bodies[1].String(); !strings.HasPrefix(got, `{"message":"got `) || !strings.HasSuffix(got, `":[1]}`) {
				t.Errorf("body is %s", got)
			}
		}
	}
}

// TestOpen has what must come through as it is.
func TestOpen(t *testing.T) {
	id := strings.Repeat("0123456789abcdef", 4)
	for _, c := range []call{
		{target: "/v1.44/containers/json", response: `[{"Id":"` + id + `","ImageID":"sha256:` + id + `","Command":"nginx -g 'daemon off;'","Labels":{"com.docker.compose.config-hash":"` + id + `","maintainer":"me@example.com"}}]`, responseIs: decode.ContentJSON},
		{target: "/v1.44/containers/x/json", response: "{\n \"Id\" : \"" + id + "\",\t\"Config\":{\"Env\":[\"PATH=/bin:/usr/bin\",\"PASSWORD=\",\"K\\u00e9y\",\"A=\\\"b\\\\\"],\"Cmd\":null}, \"n\":[-1.5e+9,true,{}]}\r\n", responseIs: decode.ContentJSON},
		{target: "/v1.44/events", response: `{"status":"create","id":"` + id + `","Action":"create"}` + "\n\x1e" + `{"Type":"container","Actor":{"ID":"` + id + `","Attributes":{"image":"a/b@sha256:` + id + `"}}}` + "\n", responseIs: decode.ContentJSONStream},
		{target: "/v1.44/containers/x/json", status: 404, response: "page not found\n", responseIs: decode.ContentText},
		{target: "/v1.44/version", response: "not [json at all", responseIs: decode.ContentJSON},
		{target: "/v1.44/containers/x/export", response: "PASSWORD=x \x00\xff", responseIs: decode.ContentTar},
		{target: "/v1.44/containers/x/json", response: `{"Config":{"Env":["PASSWORD={{redacted.env.3}}"]}}`, responseIs: decode.ContentJSON},
	} {
		c.method = "GET"
		for cut := range 60 {
			c.cut = cut
			tape := play(t, Options{}, c)
			if got := tape.bodies[1].String(); got != c.response {
				t.Fatalf("cut %d: got %q\nwant %q", cut, got, c.response)
			}
			if len(tape.reds)+len(tape.omitted) > 0 {
				t.Errorf("%q: reported %v %v", c.response, tape.reds, tape.omitted)
			}
		}
	}
}

func TestEqualSecretsEqualNumbers(t *testing.T) {
	body := `{"Env":["PASSWORD=one","A_PASS=tw\u006f","B_PASS=two","C_PASS=one","EMPTY_PASS="]}`
	tape := play(t, Options{}, call{method: "POST", target: "/containers/create", request: body, requestIs: decode.ContentJSON},
		call{method: "POST", target: "/containers/create", request: `{"Env":["SECRET=two"]}`, requestIs: decode.ContentJSON})
	want := `{"Env":["PASSWORD={{redacted.env.1}}","A_PASS={{redacted.env.2}}","B_PASS={{redacted.env.2}}","C_PASS={{redacted.env.1}}","EMPTY_PASS="]}{"Env":["SECRET={{redacted.env.2}}"]}`
	if got := tape.bodies[0].String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if r := tape.reds[1]; r != (decode.Redaction{At: "body/Env/1", As: "env.2", Rule: "env-pair"}) {
		t.Errorf("reported %+v", r)
	}
}

// TestBroken has secrets in what is not JSON where JSON was to be.
func TestBroken(t *testing.T) {
	for _, body := range []string{
		`{"Name":"x","Data":"` + secretValue,                                                        // cut
		`{"Name":"x","Data":` + secretValue + `}`,                                                   // no quotes
		`{"Name":"x","Data": 'x` + secretValue + `'}`,                                               // wrong quotes
		`{"Name":"x" "Data":"` + secretValue + `"}`,                                                 // no comma
		`{"Name":"x"]},"Data":"` + secretValue + `"}`,                                               // closed wrongly
		`{"data":{"deep":["` + secretValue + `"]}}`,                                                 // not a string
		`{"DATA":"` + secretValue + `"}`,                                                            // another case
		`{"\u0044ata":"` + secretValue + `"}`,                                                       // escaped
		`Data=` + secretValue,                                                                       // a form
		strings.Repeat("[", 300) + `"` + secretValue + `"`,                                          // too deep
		"\xef\xbb\xbf" + `{"Data":"` + secretValue + `"}`,                                           // byte order mark
		strings.Repeat("[", 300) + `}` + strings.Repeat("]", 300) + `,"Data":"` + secretValue + `"`, // closed wrongly there
		`{"a":` + strings.Repeat("[", 9999) + `[],"Data":"` + secretValue + `"`,                     // deeper than the daemon reads
		`{"Data":"x"}{"Data":"` + secretValue + `"}`,                                                // two
		`{"Data":"` + strings.Repeat("x", 70000) + secretValue,                                      // long and cut
		`{"Data":"` + strings.Repeat("x", 70000) + secretValue + `\"` + secretValue + `"}`,
	} {
		for _, cut := range []int{0, 1, 2, 3, 5, 8, 13, 4096} {
			if len(body) > 9000 && cut > 0 && cut < 13 {
				continue
			}
			tape := play(t, Options{}, call{method: "POST", target: "/secrets/create", request: body, requestIs: decode.ContentUnknown, cut: cut})
			tape.mustNotHold(secretValue)
			if len(tape.reds) == 0 {
				t.Errorf("%.60q: nothing reported", body)
			}
		}
	}
}

// TestDeep: dockerd reads on behind a value that nests deep.
func TestDeep(t *testing.T) {
	deep := strings.Repeat(`[{"a":`, 2500) + `["]}\\\"]","` + secretValue + `",{"password":"` + secretValue + `"}]` + strings.Repeat(`}]`, 2500)
	body := `{"X":` + deep + `,"Cmd":["visible"],"Y":[` + deep + `],"Env":["DB_PASSWORD=` + secretValue + `"],"Image":"img"}`
	for _, cut := range []int{0, 1, 7, 4096} {
		tape := play(t, Options{}, call{method: "POST", target: "/containers/create", request: body, requestIs: decode.ContentJSON, cut: cut})
		tape.mustNotHold(secretValue)
		got := tape.bodies[0].String()
		if !strings.Contains(got, `,"Cmd":["visible"],"Y":[[{"a":`) || !strings.HasSuffix(got, `],"Env":["DB_PASSWORD={{redacted.env.1}}"],"Image":"img"}`) || !json.Valid([]byte(got)) {
			t.Fatalf("cut %d: became %s", cut, got)
		}
	}
	args := `{"X":` + strings.Repeat("[", 300) + strings.Repeat("]", 300) + `,"A":"b","TOKEN":"a1b2c3"}`
	tape := play(t, Options{}, call{method: "POST", target: "/build?buildargs=" + url.QueryEscape(args) + "&q=1"})
	if got, _ := url.QueryUnescape(tape.requests[0].Target); !strings.HasSuffix(got, `],"A":"b","TOKEN":"{{redacted.build_arg.1}}"}&q=1`) {
		t.Errorf("became %s", got)
	}
}

// dockerd does not look at the Content-Encoding of a request, so its body is
// JSON, or is hidden like any that is not.
func TestEncodedRequest(t *testing.T) {
	for _, enc := range []string{"gzip", "x"} {
		c := call{method: "POST", target: "/secrets/create", header: header("Content-Encoding", enc), request: secretValue, requestIs: decode.ContentJSON}
		play(t, Options{}, c).mustNotHold(secretValue)
		c.request = `{"Name":"visible","Data":"` + secretValue + `"}`
		tape := play(t, Options{}, c)
		tape.mustNotHold(secretValue)
		if len(tape.omitted) > 0 {
			t.Error("the body is left out")
		}
	}
}

func TestLeftOut(t *testing.T) {
	gzip := header("Content-Encoding", "gzip")
	for _, c := range []call{
		{method: "POST", target: "/session", response: secretValue, responseIs: decode.ContentHTTP2, request: secretValue, framing: decode.FramingHijack, status: 101},
		{method: "POST", target: "/grpc", response: secretValue, responseIs: decode.ContentHTTP2, request: secretValue, framing: decode.FramingHijack, status: 101},
		{method: "PRI", target: "*", request: secretValue, requestIs: decode.ContentHTTP2},
		{method: "POST", target: "/exec/x/start", request: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + secretValue, response: secretValue, responseIs: decode.ContentStdcopy, framing: decode.FramingHijack},
		{method: "GET", target: "/containers/x/json", answer: gzip, response: secretValue, responseIs: decode.ContentUnknown},
		{method: "POST", target: "/v4.0.0/libpod/secrets/create?name=x", request: secretValue, requestIs: decode.ContentUnknown},
	} {
		tape := play(t, Options{}, c)
		tape.mustNotHold(secretValue)
		n := int64(0)
		for _, o := range tape.omitted {
			n += o.Bytes
			if !strings.HasPrefix(o.Why, "redacted") {
				t.Errorf("why is %q", o.Why)
			}
		}
		if n == 0 {
			t.Errorf("%s: %v", c.target, tape.kinds)
		}
	}
}

func TestAnomaly(t *testing.T) {
	for name, events := range map[string][]decode.Event{
		"head":      {&decode.Anomaly{Bytes: []byte("POST /images/create HTTP/9\r\nX-Registry-Auth: " + secretValue + "\r\nHost: x")}},
		"password":  {&decode.Anomaly{Bytes: []byte(`{"username":"me","password":"` + secretValue + `"}`)}},
		"goes on":   {&decode.Anomaly{Bytes: []byte("Authorization: ab")}, &decode.Anomaly{Bytes: []byte(secretValue)}},
		"long run":  {&decode.Anomaly{Bytes: []byte("x " + base64.StdEncoding.EncodeToString([]byte(secretValue+secretValue)) + " y")}},
		"in a body": {&decode.RequestHead{Origin: decode.Origin{Exchange: 1}, Method: "POST", Call: engine.Lookup("POST", "/secrets/create")}, &decode.Anomaly{Origin: decode.Origin{Exchange: 1}, Bytes: []byte("zz " + secretValue)}},
	} {
		tape := &tape{t: t}
		r := New(Options{}, tape.take)
		for _, e := range events {
			r.Event(e)
		}
		if tape.mustNotHold(secretValue); t.Failed() {
			t.Fatal(name)
		}
	}
	tape := &tape{t: t}
	New(Options{}, tape.take).Event(&decode.Anomaly{Bytes: []byte("GET /v1.44/containers/json HTTP/1.9\r\nHost: docker\r\n")})
	if !strings.Contains(tape.text(), "/v1.44/containers/json HTTP/1.9\r\nHost: docker") {
		t.Errorf("an innocent head became %q", tape.text())
	}
}

func TestTrailerAndInterim(t *testing.T) {
	tape := &tape{t: t}
	r := New(Options{}, tape.take)
	f := header("Authorization", secretValue)
	r.Event(&decode.InterimHead{Fields: f})
	r.Event(&decode.DirectionEnd{Trailer: f})
	tape.mustNotHold(secretValue)
	if f[1].Value != secretValue {
		t.Error("the producer's fields were changed")
	}
}

func TestExtra(t *testing.T) {
	tape := play(t, Options{Extra: []string{"LICENCE", "acme_*"}}, call{
		method: "POST", target: "/networks/create?acme_id=" + secretValue, header: header("Licence", secretValue),
		request: `{"Name":"x","Deep":[{"licence":["` + secretValue + `"],"ACME_x":{"y":"` + secretValue + `"}}],"Labels":{"licence":"` + secretValue + `"}}`, requestIs: decode.ContentJSON, cut: 9,
	})
	tape.mustNotHold(secretValue)
}

func TestLiterals(t *testing.T) {
	stream := "a hunter2-hunter2-Zq9xTr7vLm3w b hunter2-Zq9xTr7vLm3w" + "hunter2-Zq9xTr"
	want := "a hunter2-{{redacted.value.1}} b {{redacted.value.1}}hunter2-Zq9xTr"
	c := call{method: "POST", target: "/containers/x/attach", status: 101, framing: decode.FramingHijack, request: stream, response: stream, responseIs: decode.ContentRaw}
	for cut := range len(stream) {
		c.cut = cut
		tape := play(t, Options{Literals: []string{secretValue, "abc"}}, c)
		if got := tape.bodies[0].String(); got != want {
			t.Fatalf("cut %d: %q", cut, got)
		}
		if got := tape.bodies[1].String(); got != want {
			t.Fatalf("cut %d: %q", cut, got)
		}
	}
	tape := play(t, Options{Literals: []string{secretValue}},
		call{method: "GET", target: "/containers/" + secretValue + "/json?x=" + secretValue, answer: header("X-Y", secretValue), response: `{"Name":"` + secretValue + `"}`, responseIs: decode.ContentJSON},
		call{method: "GET", target: "/containers/x/archive", response: "tar" + secretValue + "tar", responseIs: decode.ContentTar})
	tape.mustNotHold(secretValue)
	if got := tape.bodies[1].String(); !strings.HasSuffix(got, "tar"+strings.Repeat("*", len(secretValue))+"tar") {
		t.Errorf("tar is %q", got)
	}
}

// TestTimes: what is held back keeps the time of its first byte.
func TestTimes(t *testing.T) {
	tape := play(t, Options{}, call{method: "POST", target: "/auth", request: `{"password":"abcdefgh", "x":"yz`, requestIs: decode.ContentJSON, cut: 8})
	var got []string
	for _, d := range tape.data {
		got = append(got, fmt.Sprintf("%d-%d %s", (d.First-time.Second)/time.Millisecond, (d.Time-time.Second)/time.Millisecond, d.Bytes))
	}
	want := []string{`2-2 {`, `2-3 "password":`, `3-4 "{{redacted.password.1}}", `, `5-5 "x":`, `5-6 "yz`}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestOff(t *testing.T) {
	tape := play(t, Options{Off: true}, call{method: "POST", target: "/auth", header: header("Authorization", secretValue), request: `{"password":"x"}`, requestIs: decode.ContentJSON})
	if len(tape.reds) > 0 || !strings.Contains(tape.text(), secretValue) {
		t.Error("something was redacted")
	}
}

// What looks like the beginning of a token and is a name, stays.
func TestNoShapes(t *testing.T) {
	body := `{"a":"sk_test_environment_of_the_shop_for_all","b":"my-api-org-chart","c":"pat.trick.is.my.name","d":"hf_","e":"registry-v1.0-rc.1","f":"sha256:` + strings.Repeat("0af1", 16) + `","g":"AIzawa prefecture"}`
	tape := play(t, Options{}, call{method: "GET", target: "/version", response: body, responseIs: decode.ContentJSON})
	if got := tape.bodies[1].String(); got != body {
		t.Errorf("got %s", got)
	}
}

// The generated table is read whole.
func TestShapeTable(t *testing.T) {
	n := 0
	for line := range strings.Lines(shapesTSV) {
		if line[0] == '#' {
			continue
		}
		f := strings.Split(strings.TrimSpace(line), "\t")
		if len(f) != 3 || len(f[1]) < 3 || strings.Trim(f[2], "0123456789") != "" {
			t.Errorf("%q", line)
		}
		n++
	}
	if n < 50 {
		t.Errorf("%d shapes", n)
	}
}

// A value that the user named is found in the forms in which it comes back:
// through a terminal, escaped in JSON and in a query, as a number.
func TestLiteralForms(t *testing.T) {
	const value = "first \"line\" <1>\nsecond & line\\"
	o := Options{Literals: []string{value, "4815162342"}}
	raw := func(target, text string) call {
		return call{method: "POST", target: target, status: 101, framing: decode.FramingHijack, request: text, response: text, responseIs: decode.ContentRaw}
	}
	for _, c := range []call{
		raw("/containers/x/attach", "a first \"line\" <1>\r\nsecond & line\\ b"),
		raw("/containers/x/attach", "a first \"line\" <1>\nsecond & line\\ b"),
		raw("/containers/x/attach", `a {"log":"first \"line\" <1>\nsecond & line\\"} b`),
		raw("/containers/x/attach", `a {"log":"first \"line\" \u003c1\u003e\nsecond \u0026 line\\"} b`),
		raw("/containers/x/attach", "a GET /?x=first+%22line%22+%3C1%3E%0Asecond+%26+line%5C b"),
		raw("/containers/x/attach", "a pin 4815162342 b"),
		{method: "GET", target: "/containers/json?x=first+%22line%22+%3C1%3E%0Asecond+%26+line%5C"},
		{method: "GET", target: "/version", response: `{"a":"first \"line\" \u003c1\u003e\nsecond \u0026 line\\"}`, responseIs: decode.ContentJSON},
		{method: "GET", target: "/version", response: `{"message":"exec: \"first \\\"line\\\" <1>\\nsecond & line\\\\\" failed"}`, responseIs: decode.ContentJSON},
		{method: "GET", target: "/version", response: `{"a":4815162342,"b":[1,4815162342],"c":16,"d":null}`, responseIs: decode.ContentJSON},
	} {
		for _, cut := range []int{0, 1, 7, 11} {
			c.cut = cut
			tape := play(t, o, c)
			all := tape.all.String() + tape.bodies[1].String()
			if strings.Contains(all, "second") || strings.Contains(tape.bodies[1].String(), "4815162342") {
				t.Errorf("cut %d: %s %s became %s", cut, c.target, c.response, tape.bodies[1].String())
			}
			if n := strings.Count(all, "redacted.value.1}") + strings.Count(all, "redacted.value.2}") + strings.Count(all, "redacted.value.1%7D"); n == 0 {
				t.Errorf("cut %d: %s has no placeholder: %s", cut, c.target, all)
			}
		}
	}
	numbers := call{method: "GET", target: "/version", response: `{"a":4815162342,"c":16,"d":null}`, responseIs: decode.ContentJSON}
	if got := play(t, o, numbers).bodies[1].String(); got != `{"a":"{{redacted.value.2}}","c":16,"d":null}` {
		t.Errorf("numbers became %s", got)
	}
}

// Frames of a WebSocket as old recordings have them hide a value behind a key,
// which is beside it.
func TestLiteralsInFrames(t *testing.T) {
	c := call{method: "GET", target: "/containers/x/attach/ws", status: 101, framing: decode.FramingHijack, response: secretValue, responseIs: decode.ContentWebSocket}
	if tape := play(t, Options{Literals: []string{"other"}}, c); len(tape.omitted) == 0 {
		t.Error("the frames are shown")
	}
	c.responseIs = decode.ContentWSData
	for c.cut = range len(secretValue) { // a value may go on in the next message
		tape := play(t, Options{Literals: []string{secretValue}}, c)
		tape.mustNotHold(secretValue)
		if len(tape.omitted) > 0 {
			t.Error("data is left out")
		}
	}
}
