package verify

import (
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/decode/golden"
	"github.com/dockwire/dockwire/recordings/internal/tape"
)

// What the recording does not hold is not sent, with the reason, and neither is
// what needs it.
func TestUnsendable(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(7, "docker", "build")
	build := c.Request("POST", "/v1.47/build?t=app", "Content-Type: application/x-tar")
	build.Head().Framing, build.Head().Length, build.Head().Content = decode.FramingLength, 1024, decode.ContentTar
	build.Data(decode.Request, strings.Repeat("\x00", 1024)).EndOf(decode.Request)
	reply(build, 200, `{"stream":"Successfully built"}`)
	reply(c.Call("POST", "/v1.47/containers/create", `{"Image":"app"}`), 201, `{"Id":"`+id1+`"}`)
	reply(c.Call("GET", "/v1.47/containers/"+id1[:12]+"/json", ""), 200, `{}`)
	grpc := c.Request("POST", "/grpc", "Connection: Upgrade", "Upgrade: h2c").Answer(101, decode.ContentHTTP2, "Upgrade: h2c")
	grpc.End(decode.Server, decode.EndEOF)
	down := c.Call("GET", "/v1.47/info", "").Answer(502, decode.ContentJSON, "Content-Type: application/json")
	down.Data(decode.Response, `{"message":"dockwire: cannot connect"}`).EndOf(decode.Response).End(decode.Proxy, decode.EndError)

	f, dial := daemon(t, nil)
	r := verified(t, s, dial)
	if f.was() != "" || r.NotSent != 5 {
		t.Errorf("%s\n%s", f.was(), told(r))
	}
	golden.Check(t, "testdata/unsendable.golden", told(r))
}

func TestVersions(t *testing.T) {
	d := Daemon{API: "1.56", MinAPI: "1.44"}
	for _, tt := range []struct{ flag, recorded, want string }{
		{"recorded", "1.41", "1.41"},
		{"nearest", "1.41", "1.44"},
		{"nearest", "1.9", "1.44"},
		{"nearest", "1.47", "1.47"},
		{"nearest", "1.60", "1.56"},
		{"1.50", "1.41", "1.50"},
		{"v1.50", "", ""},
		{"nearest", "", ""},
	} {
		v, err := ParseVersions(tt.flag, d)
		if err != nil {
			t.Fatal(err)
		}
		if got := v.Of(tt.recorded); got != tt.want {
			t.Errorf("%s, %s: %q, want %q", tt.flag, tt.recorded, got, tt.want)
		}
	}
	for _, flag := range []string{"new", "1", "1.x", "-1.2"} {
		if _, err := ParseVersions(flag, d); err == nil {
			t.Errorf("%s is taken", flag)
		}
	}
}

func TestUnspoken(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(7, "docker")
	for _, v := range []string{"/v1.41", "/v1.41", "/v1.47", "/v1.99", ""} {
		reply(c.Call("GET", v+"/images/json", ""), 200, `[]`)
	}
	rec := open(t, tape.Write(t, s))
	d := Daemon{API: "1.56", MinAPI: "1.44"}
	if got := strings.Join(Versions{}.Unspoken(rec, d), " "); got != "1.41 1.99" {
		t.Errorf("%q", got)
	}
	nearest, _ := ParseVersions("nearest", d)
	if got := nearest.Unspoken(rec, d); len(got) > 0 {
		t.Errorf("%q", got)
	}
	f, dial := daemon(t, map[string]string{"GET /v1.44/images/json": "200 []", "GET /v1.56/images/json": "200 []", "GET /v1.47/images/json": "200 []", "GET /images/json": "200 []"})
	r := verified(t, s, dial, func(o *Options) { o.Versions = nearest })
	if r.Same != 5 || len(r.Versions) != 2 || !strings.Contains(told(r), "API 1.44 was asked for instead of 1.41") {
		t.Errorf("%s\n%s", told(r), f.was())
	}
}
