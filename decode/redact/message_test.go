package redact

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/decode/grpc"
)

// messages of BuildKit with a secret in each place where one can be; %s is the
// secret, %b bytes that are no text, in base64, %j a long image configuration.
var messages = []struct {
	path     string
	answer   bool
	byDaemon bool
	doc      string
}{
	{"/moby.buildkit.secrets.v1.Secrets/GetSecret", true, true, `{"data":"%s"}`},
	{"/moby.buildkit.secrets.v1.Secrets/GetSecret", true, true, `{"9":"%s"}`},
	{"/moby.filesync.v1.Auth/Credentials", true, true, `{"Username":"%s","Secret":"%s"}`},
	{"/moby.filesync.v1.Auth/FetchToken", true, true, `{"Token":"%s"}`},
	{"/moby.filesync.v1.Auth/VerifyTokenAuthority", true, true, `{"Signed":"%s"}`},
	{"/moby.sshforward.v1.SSH/ForwardAgent", true, true, `{"data":"%s"}`},
	{"/moby.sshforward.v1.SSH/ForwardAgent", false, true, `{"data":"%s"}`},
	{"/moby.sshforward.v1.SSH/ForwardAgent", true, true, `{"data":{"b64":"%b"}}`},
	{"/moby.buildkit.secrets.v1.Secrets/GetSecret", true, true, `{"data":{"b64":"%b"}}`},
	{"/moby.filesync.v1.Auth/VerifyTokenAuthority", true, true, `{"Signed":{"b64":"%b"}}`},
	{"/moby.buildkit.v1.Control/Solve", false, false, `{"FrontendAttrs":{"build-arg:DB_PASSWORD":"%s"}}`},
	{"/moby.buildkit.v1.Control/Solve", false, false, `{"FrontendAttrs":{"context":"https://me:%s@host/repo.git"}}`},
	{"/moby.buildkit.v1.Control/Solve", false, false, `{"Cache":{"Exports":[{"Type":"s3","Attrs":{"secret_access_key":"%s"}}],"Imports":[{"Type":"gha","Attrs":{"token":"%s"}}]}}`},
	{"/moby.buildkit.v1.Control/Solve", false, false, `{"Cache":{"ExportAttrsDeprecated":{"token":"%s"}}}`},
	{"/moby.buildkit.v1.Control/Solve", false, false, `{"Exporters":[{"Type":"image","Attrs":{"registry-token":"%s"}}],"ExporterAttrsDeprecated":{"password":"%s"}}`},
	{"/moby.buildkit.v1.Control/Solve", false, false, `{"Definition":{"def":[{"op":{"exec":{"meta":{"args":["sh","-c","login --password %s"],"env":["TOKEN=%s"],"proxyEnv":{"httpProxy":"http://me:%s@proxy"}}}}}]}}`},
	{"/moby.buildkit.v1.Control/Solve", false, false, `{"Definition":{"def":[{"op":{"source":{"identifier":"git://me:%s@host/x"}}}]}}`},
	{"/moby.buildkit.v1.Control/Solve", false, false, `{"Definition":{"def":[{"op":{"source":{"identifier":"https://host/x","attrs":{"http.auth-token":"%s"}}}}]}}`},
	{"/moby.buildkit.v1.Control/Solve", false, false, `{"Definition":{"def":[{"op":{"file":{"actions":[{"mkfile":{"path":"/x","data":"PASSWORD=%s\n"}}]}}}],"metadata":{"sha256:1":{"description":{"llb.customname":"RUN TOKEN=%s make"}}},"Source":{"infos":[{"data":"FROM x\nENV PASSWORD=%s\n"}]}}}`},
	{"/moby.buildkit.v1.Control/Solve", false, false, `{"FrontendInputs":{"x":{"def":[{"op":{"exec":{"meta":{"env":["API_KEY=%s"]}}}}]}}}`},
	{"/moby.buildkit.v1.Control/Solve", true, false, `{"ExporterResponse":{"x":"PASSWORD=%s"}}`},
	{"/moby.buildkit.v1.Control/Status", true, false, `{"vertexes":[{"name":"RUN curl --password %s x","error":"login --password %s failed"}],"statuses":[{"ID":"get https://me:%s@host/x"}],"logs":[{"msg":"TOKEN=%s\n"}],"warnings":[{"short":"PASSWORD=%s","detail":["PASSWORD=%s"],"info":{"data":"ENV PASSWORD=%s"}}]}`},
	{"/moby.buildkit.v1.Control/ListenBuildHistory", true, false, `{"record":{"FrontendAttrs":{"build-arg:TOKEN":"%s"},"Exporters":[{"Attrs":{"token":"%s"}}],"ExporterResponse":{"x":"TOKEN=%s"},"error":{"message":"login --password %s"}}}`},
	{"/moby.buildkit.v1.Control/Session", false, false, `{"data":"%s"}`},
	{"/moby.buildkit.v1.Control/Session", true, false, `{"data":"%s"}`},
	{"/moby.buildkit.v1.frontend.LLBBridge/Solve", false, false, `{"FrontendOpt":{"build-arg:API_TOKEN":"%s"},"CacheImports":[{"Attrs":{"token":"%s"}}]}`},
	{"/moby.buildkit.v1.frontend.LLBBridge/Solve", false, false, `{"FrontendOpt":{"input-metadata:x":"{\"containerimage.config\":\"%j\"}"}}`},
	{"/moby.buildkit.v1.frontend.LLBBridge/Solve", true, false, `{"result":{"ref":{"def":{"def":[{"op":{"exec":{"meta":{"env":["TOKEN=%s"]}}}}]}},"metadata":{"containerimage.config":"{\"Env\":[\"TOKEN=%s\"]}"}}}`},
	{"/moby.buildkit.v1.frontend.LLBBridge/ResolveImageConfig", true, false, `{"Config":"{\"config\":{\"Env\":[\"DB_PASSWORD=%s\"]}}"}`},
	{"/moby.buildkit.v1.frontend.LLBBridge/ReadFile", true, false, `{"Data":"ENV PASSWORD=%s\n"}`},
	{"/moby.buildkit.v1.frontend.LLBBridge/ExecProcess", false, false, `{"Init":{"Meta":{"args":["login","-p","%s"],"env":["TOKEN=%s"]}}}`},
	{"/moby.buildkit.v1.frontend.LLBBridge/Return", false, false, `{"error":{"message":"login --password %s failed"}}`},
	{"/opentelemetry.proto.collector.trace.v1.TraceService/Export", false, false, `{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"RUN TOKEN=%s","attributes":[{"key":"command","value":{"stringValue":"buildx build --build-arg PASSWORD=%s"}},{"key":"args","value":{"arrayValue":{"values":[{"stringValue":"TOKEN=%s"}]}}}],"status":{"message":"login --password %s"}}]}]}]}`},
}

func TestMessages(t *testing.T) {
	noText := base64.StdEncoding.EncodeToString([]byte("\xff" + secretValue))
	config := base64.StdEncoding.EncodeToString([]byte(`{"config":{"Env":["DB_PASSWORD=` + secretValue + `"]},"x":"` + strings.Repeat("x", 200<<10) + `"}`))
	for _, c := range messages {
		doc := strings.NewReplacer("%s", secretValue, "%b", noText, "%j", config).Replace(c.doc)
		ty := grpc.TypeOf(c.path, c.answer)
		b, err := grpc.Encode(ty, []byte(doc))
		if err != nil {
			t.Errorf("%s: %v: %s", c.path, err, doc)
			continue
		}
		asJSON, err := grpc.AppendJSON(nil, ty, b)
		if err != nil {
			t.Fatal(err)
		}
		out := redactMessage(t, Options{}, c.path, &decode.Message{Dir: dirOf(c.answer), Type: ty.Name(), JSON: asJSON, Bytes: b}, c.byDaemon)
		if strings.Contains(out.all, secretValue) || strings.Contains(out.all, noText) || strings.Contains(out.all, config) {
			t.Errorf("%s: %s\ngives the secret away: %s", c.path, doc, out.json)
		}
		if want := strings.Count(doc, secretValue) + strings.Count(doc, noText) + strings.Count(doc, config); strings.Count(out.json, "{{redacted.") < want {
			t.Errorf("%s: %s\nhas fewer than %d placeholders: %s", c.path, doc, want, out.json)
		}
		if _, err := grpc.Encode(ty, []byte(out.json)); err != nil {
			t.Errorf("%s: what is left is no message: %v: %s", c.path, err, out.json)
		}
	}
}

func dirOf(answer bool) decode.Direction {
	if answer {
		return decode.Response
	}
	return decode.Request
}

type redacted struct{ all, json string }

func redactMessage(t *testing.T, o Options, path string, m *decode.Message, byDaemon bool) (out redacted) {
	t.Helper()
	tp := &tape{t: t}
	r := New(o, func(e decode.Event) {
		tp.take(e)
		if m, ok := e.(*decode.Message); ok {
			out.json = string(m.JSON)
		}
	})
	r.Event(&decode.RequestHead{Origin: decode.Origin{Exchange: 1}, Method: "POST", Target: path, Stream: 1, ByDaemon: byDaemon, Call: engine.Lookup("POST", path), Content: decode.ContentGRPC})
	m.Exchange = 1
	r.Event(m)
	out.all = tp.all.String()
	return out
}

// What a call of gRPC ends with: a message, and details in base64, which have
// the command line of the process.
func TestStatus(t *testing.T) {
	stack := "\x08\x02\x12\x05hello" + `{"cmdline":["docker-buildx","build","--build-arg","DB_PASSWORD=%s","."],"pid":1}`
	for _, c := range []struct {
		name, value string
		kept        bool
	}{
		{"grpc-message", "process \"login --password " + secretValue + "\" did not complete", false},
		{"grpc-message", "process \"make all\" did not complete: exit code: 2", true},
		{"grpc-status-details-bin", base64.StdEncoding.EncodeToString([]byte(strings.ReplaceAll(stack, "%s", secretValue))), false},
		{"grpc-status-details-bin", base64.RawStdEncoding.EncodeToString([]byte(strings.ReplaceAll(stack, "DB_PASSWORD=%s", "A=b"))), true},
		{"grpc-status-details-bin", "no base64", true},
	} {
		tp := &tape{t: t}
		r := New(Options{}, tp.take)
		r.Event(&decode.RequestHead{Origin: decode.Origin{Exchange: 1}, Method: "POST", Target: "/moby.buildkit.v1.Control/Solve", Stream: 1, Content: decode.ContentGRPC})
		r.Event(&decode.DirectionEnd{Origin: decode.Origin{Exchange: 1}, Dir: decode.Response, Trailer: []decode.Field{{Name: c.name, Value: c.value}}})
		if kept := strings.Contains(tp.all.String(), c.value); kept != c.kept {
			t.Errorf("%s: %s kept %v:\n%s", c.name, c.value, kept, tp.all.String())
		}
	}
}

// What is no secret stays, and so does a message without any.
func TestMessagesStay(t *testing.T) {
	for _, c := range []struct{ path, doc string }{
		{"/moby.buildkit.v1.Control/Solve", `{"Ref":"r","Session":"s","FrontendAttrs":{"build-arg:COLOR":"blue","target":"last"},"Exporters":[{"Type":"moby","Attrs":{"name":"web"}}]}`},
		{"/moby.buildkit.v1.Control/Status", `{"vertexes":[{"digest":"sha256:1","name":"[2/3] RUN make"}],"logs":[{"msg":"done\n"}]}`},
		{"/moby.buildkit.secrets.v1.Secrets/GetSecret", `{"ID":"mysecret"}`},
		{"/moby.filesync.v1.Auth/Credentials", `{"Host":"localhost:5000"}`},
	} {
		if got := redactMessage(t, Options{}, c.path, &decode.Message{JSON: []byte(c.doc)}, false); got.json != c.doc {
			t.Errorf("%s\nbecame %s", c.doc, got.json)
		}
	}
}

// Values that the user named are masked in messages of any kind. What has no
// JSON is left out, except for files.
func TestMessagesWithoutJSON(t *testing.T) {
	named := Options{Literals: []string{"swordfish"}}
	if got := redactMessage(t, named, "/moby.buildkit.v1.Control/Status", &decode.Message{JSON: []byte(`{"logs":[{"msg":"it is swordfish\n"}]}`)}, false); strings.Contains(got.all, "swordfish") {
		t.Error(got.json)
	}
	for _, c := range []struct {
		o         Options
		kind, doc string
		kept      bool
	}{
		{Options{}, "fsutil.types.Packet", `{"type":"PACKET_DATA","data":{"n":9}}`, true},
		{named, "fsutil.types.Packet", `{"type":"PACKET_DATA","data":{"n":9}}`, false},
		{Options{}, "fsutil.types.Packet", "", false},
		{Options{}, "moby.buildkit.v1.SolveRequest", "", false},
		{Options{}, "moby.buildkit.v1.SolveRequest", "{}", false},
		{Options{}, "", "", false},
	} {
		m := &decode.Message{Type: c.kind, Bytes: []byte("swordfish")}
		if c.doc != "" {
			m.JSON = []byte(c.doc)
		}
		got := redactMessage(t, c.o, "/moby.filesync.v1.FileSync/DiffCopy", m, false)
		if kept := strings.Contains(got.all, "swordfish"); kept != c.kept {
			t.Errorf("%s %s with %+v: kept %v", c.kind, c.doc, c.o, kept)
		}
	}
}
