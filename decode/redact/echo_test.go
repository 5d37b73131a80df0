package redact

import (
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode"
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
	logs := call{method: "GET", target: "/containers/x/logs", status: 200, response: secret, responseIs: decode.ContentRaw}
	if tape := play(t, Options{}, create, logs); tape.bodies[decode.Response].String() != secret {
		t.Errorf("a container's output became %q", tape.bodies[decode.Response].String())
	}
}
