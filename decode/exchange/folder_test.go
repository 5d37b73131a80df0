package exchange_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
)

const ms = time.Millisecond

// finished plays a script and returns what its exchanges were at their ends.
func finished(s *exchangetest.Script, keep int) []*exchange.Exchange {
	var out []*exchange.Exchange
	f := exchange.NewFolder(keep, func(x *exchange.Exchange, e decode.Event) {
		if _, ok := e.(*decode.ExchangeEnd); ok {
			out = append(out, x.Clone())
		}
	})
	s.Play(f.Event)
	return out
}

func TestFoldsARequestAndItsAnswer(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(42, "docker", "create", "nginx")
	c.Call("POST", "/v1.47/containers/create?name=web", `{"Image":"nginx"}`).Reply(201, `{"Id":"abc"}`, "Api-Version: 1.47")
	x := finished(s, 0)[0]

	if x.Name() != "ContainerCreate" || x.Method != "POST" || x.Call.Version != "1.47" {
		t.Errorf("call: %q %q %q", x.Name(), x.Method, x.Call.Version)
	}
	if got := string(x.Request.Body); got != `{"Image":"nginx"}` {
		t.Errorf("request body %q", got)
	}
	if got := string(x.Response.Body); got != `{"Id":"abc"}` {
		t.Errorf("response body %q", got)
	}
	if got := x.Response.Header("api-version"); got != "1.47" {
		t.Errorf("header %q", got)
	}
	if x.Conn.Peer.PID != 42 || strings.Join(x.Conn.Peer.Command, " ") != "docker create nginx" {
		t.Errorf("peer %+v", x.Conn.Peer)
	}
	if ttfb, ok := x.TTFB(); !ok || ttfb != 3*ms {
		t.Errorf("first byte after %v, %v", ttfb, ok)
	}
	if x.Took() != 6*ms || x.State != exchange.Done || x.Failed() {
		t.Errorf("took %v, %v, failed %v", x.Took(), x.State, x.Failed())
	}
}

// What an event points to is spoilt after its delivery, and an exchange's
// memory is used again: neither may show in another exchange or in a clone.
func TestReusedMemoryDoesNotShow(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(1, "docker")
	for i := range 200 {
		id := fmt.Sprintf("%d", i)
		x := c.Call("POST", "/containers/"+id+"/rename?name=n"+id, `{"i":`+id+`}`, "X-I: "+id)
		if i%3 == 0 {
			x.Event(&decode.Anomaly{Dir: decode.Response, Reason: "odd"})
		}
		if i%2 == 0 {
			x.Reply(200+i%3, `{"o":`+id+`}`, "Y-I: "+id)
		} else {
			x.End(decode.Client, decode.EndCancel)
		}
	}
	for i, x := range finished(s, 0) {
		id := fmt.Sprintf("%d", i)
		if x.Call.Param("id") != id || x.Request.Header("X-I") != id || string(x.Request.Body) != `{"i":`+id+`}` {
			t.Fatalf("exchange %d: %q %v %q", i, x.Call.Params, x.Request.Fields, x.Request.Body)
		}
		wantStatus, wantBody := 0, ""
		if i%2 == 0 {
			wantStatus, wantBody = 200+i%3, `{"o":`+id+`}`
		}
		if x.Status != wantStatus || string(x.Response.Body) != wantBody || (x.Anomalies == 1) != (i%3 == 0) {
			t.Fatalf("exchange %d: %d %q %d", i, x.Status, x.Response.Body, x.Anomalies)
		}
		if len(x.Response.Fields) != wantStatus/200 {
			t.Fatalf("exchange %d: fields of another one: %v", i, x.Response.Fields)
		}
	}
}

func TestBodiesAreBounded(t *testing.T) {
	s := exchangetest.New()
	x := s.Connect(1).Call("GET", "/containers/a/logs", "").Answer(200, decode.ContentStdcopy)
	for range 10 {
		x.Frame(decode.Response, 1, "0123456789")
	}
	x.Frame(decode.Response, 2, "err").End(decode.Server, decode.EndEOF)
	got := finished(s, 25)[0].Response
	if string(got.Body) != "0123456789012345678901234"[:25] || !got.Cut {
		t.Errorf("kept %q, cut %v", got.Body, got.Cut)
	}
	if got.Size != 103 || got.Frames != 11 || got.Fds != [4]int64{0, 100, 3, 0} {
		t.Errorf("size %d, frames %d, %v", got.Size, got.Frames, got.Fds)
	}
}

func TestAllOpenBodiesTogetherAreBounded(t *testing.T) {
	var kept, cut int
	f := exchange.NewFolder(0, func(*exchange.Exchange, decode.Event) {})
	s := exchangetest.New()
	c := s.Connect(1)
	chunk := strings.Repeat("x", exchange.DefaultKeep)
	for range 400 {
		c.Call("POST", "/containers/a/attach", "").Answer(101, decode.ContentRaw).Data(decode.Response, chunk)
	}
	for _, e := range s.Events() {
		f.Event(e)
	}
	for x := range f.Open() {
		kept += len(x.Response.Body)
		if x.Response.Cut {
			cut++
		}
	}
	if kept != 16<<20 || cut != 400-256 {
		t.Errorf("kept %d bytes, cut %d bodies", kept, cut)
	}
}

func TestStates(t *testing.T) {
	s := exchangetest.New()
	x := s.Connect(1).Call("POST", "/containers/a/attach", "").Event(&decode.InterimHead{Status: 100})
	x.Answer(101, decode.ContentStdcopy)
	x.Event(&decode.Gap{Dir: decode.Response, Bytes: 99, Why: "queue full"})
	x.End(decode.Client, decode.EndEOF)
	var states []exchange.State
	f := exchange.NewFolder(0, func(x *exchange.Exchange, e decode.Event) {
		if x != nil {
			states = append(states, x.State)
			if x.State == exchange.Done && (!x.Hijack || x.Interim != 1 || x.Gaps != 1 || x.GapBytes != 99) {
				t.Errorf("%+v", x)
			}
		}
	})
	s.Play(f.Event)
	want := "[waiting waiting waiting hijacked hijacked hijacked done]"
	if got := fmt.Sprint(states); got != want {
		t.Errorf("states %s, want %s", got, want)
	}
}

func TestFailed(t *testing.T) {
	type end struct {
		by  decode.Party
		how decode.Ending
	}
	for _, c := range []struct {
		name   string
		status int
		body   string
		end    end
		failed bool
		text   string
	}{
		{"fine", 200, "", end{decode.Server, decode.EndEOF}, false, ""},
		{"daemon says no", 500, `{"message":"No such container: a"}`, end{decode.Server, decode.EndEOF}, true, "No such container: a"},
		{"no message", 500, "", end{decode.Server, decode.EndEOF}, true, "Internal Server Error"},
		{"may be just a look", 404, "", end{decode.Server, decode.EndEOF}, false, "Not Found"},
		{"reset", 200, "", end{decode.Server, decode.EndReset}, true, "reset by server"},
		{"client leaves a stream", 200, "", end{decode.Client, decode.EndCancel}, false, ""},
		{"client gives up waiting", 0, "", end{decode.Client, decode.EndCancel}, true, "cancel by client"},
		{"daemon breaks off", 200, "", end{decode.Server, decode.EndCancel}, true, "cancel by server"},
		{"observation stops", 0, "", end{decode.Recorder, decode.EndCancel}, false, ""},
	} {
		s := exchangetest.New()
		x := s.Connect(1).Call("GET", "/containers/a/json", "")
		if c.status != 0 {
			x.Answer(c.status, decode.ContentJSON)
			if c.body != "" {
				x.Data(decode.Response, c.body)
			}
		}
		x.End(c.end.by, c.end.how)
		got := finished(s, 0)[0]
		if got.Failed() != c.failed || got.Error() != c.text {
			t.Errorf("%s: failed %v, %q", c.name, got.Failed(), got.Error())
		}
	}
}

func TestUnknownExchangesAndConnections(t *testing.T) {
	var orphans int
	f := exchange.NewFolder(0, func(x *exchange.Exchange, e decode.Event) {
		if x == nil {
			orphans++
		}
	})
	f.Event(&decode.Data{Origin: decode.Origin{Exchange: 7}})
	f.Event(&decode.Mark{Text: "torn"})
	f.Event(&decode.ExchangeEnd{Origin: decode.Origin{Exchange: 7}})
	if orphans != 3 {
		t.Errorf("%d events without an exchange, want 3", orphans)
	}
	f.Event(&decode.RequestHead{Origin: decode.Origin{Conn: 9, Exchange: 8}})
	if f.Connection(9) == nil {
		t.Error("an exchange has no connection")
	}
	f.Event(&decode.ExchangeEnd{Origin: decode.Origin{Conn: 9, Exchange: 8}})
	if f.Connection(9) != nil {
		t.Error("a connection that was never opened is kept for ever")
	}
	for range f.Open() {
		t.Error("an exchange stays open")
	}
}

func TestCompactKeepsTheSummaryOnly(t *testing.T) {
	s := exchangetest.New()
	s.Connect(1).Call("GET", "/containers/a/json", "").Reply(404, `{"message":"No such container: a"}`)
	x := finished(s, 0)[0].Compact()
	if x.Request.Body != nil || x.Response.Body != nil || !x.Response.Cut {
		t.Errorf("bodies %q %q", x.Request.Body, x.Response.Body)
	}
	if !strings.Contains(x.Summary(), "No such container: a") {
		t.Errorf("summary %q", x.Summary())
	}
}

// dockerd reports the failure of a pull inside a 200.
func TestAnErrorInAStreamIsAFailure(t *testing.T) {
	s := exchangetest.New()
	x := s.Connect(1).Call("POST", "/v1.47/images/create?fromImage=nope&tag=1", "").Answer(200, decode.ContentJSONStream)
	x.Data(decode.Response, `{"status":"Pulling from nope","id":"1"}`+"\r\n")
	x.Data(decode.Response, `{"errorDetail":{"message":"manifest unknown"},"error":"manifest unknown"}`+"\r\n")
	x.End(decode.Server, decode.EndEOF)
	got := finished(s, 0)[0]
	if !got.Failed() || got.Error() != "manifest unknown" || got.Progress.Values != 2 {
		t.Errorf("failed %v, %q, %+v", got.Failed(), got.Error(), got.Progress)
	}
}

// A value above 64 KiB comes in pieces: none of them is a value.
func TestPiecesAreNoValues(t *testing.T) {
	s := exchangetest.New()
	x := s.Connect(1).Call("GET", "/events", "").Answer(200, decode.ContentJSONStream)
	x.Event(&decode.Data{Dir: decode.Response, Fd: decode.NoFd, More: true, Bytes: []byte(`{"aux":"`)})
	x.Data(decode.Response, `{"status":"x"}`)
	x.Data(decode.Response, `{"status":"y"}`).End(decode.Client, decode.EndCancel)
	got := finished(s, 0)[0]
	if got.Progress.Values != 1 || got.Progress.Status != "y" || got.Response.Frames != 2 {
		t.Errorf("%+v, %d frames", got.Progress, got.Response.Frames)
	}
}

func BenchmarkSmallExchange(b *testing.B) {
	s := exchangetest.New()
	c := s.Connect(1, "docker", "ps")
	n := len(s.Events())
	c.Call("GET", "/v1.47/containers/json?all=1", "").Reply(200, `[{"Id":"4f2c","Names":["/web"]}]`, "Api-Version: 1.47", "Content-Type: application/json")
	events := s.Events()
	f := exchange.NewFolder(0, func(*exchange.Exchange, decode.Event) {})
	for _, e := range events[:n] {
		f.Event(e)
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, e := range events[n:] {
			f.Event(e)
		}
	}
}

// A gRPC exchange's body is a row of its messages, a line each.
func TestMessagesAreFolded(t *testing.T) {
	s := exchangetest.New()
	x := s.Connect(1, "docker").Request("POST", "/moby.buildkit.secrets.v1.Secrets/GetSecret")
	x.Head().Parent, x.Head().Stream, x.Head().ByDaemon = 7, 3, true
	x.Event(&decode.Message{Dir: decode.Request, JSON: []byte(`{"ID":"mysecret"}`), Size: 10})
	x.Event(&decode.Message{Dir: decode.Response, Size: 5, Cut: "too long"})
	x.End(decode.Server, decode.EndEOF)
	got := finished(s, 0)[0]
	if got.Parent != 7 || got.Stream != 3 || !got.ByDaemon {
		t.Errorf("%d, %d, %v", got.Parent, got.Stream, got.ByDaemon)
	}
	if r := got.Request; string(r.Body) != `{"ID":"mysecret"}`+"\n" || r.Size != 10 || r.Frames != 1 || r.Cut {
		t.Errorf("request %q, %d bytes, %d messages, cut %v", r.Body, r.Size, r.Frames, r.Cut)
	}
	if r := got.Response; r.Size != 5 || r.Frames != 1 || !r.Cut {
		t.Errorf("response %d bytes, %d messages, cut %v", r.Size, r.Frames, r.Cut)
	}
	if got := got.Summary(); got != "daemon asks for secret mysecret" {
		t.Error(got)
	}
}

// A program that has what it wanted of an ssh agent closes its socket, which the
// client reports as an error. An agent that said nothing has failed.
func TestAgentsAreLeft(t *testing.T) {
	for answered, want := range map[bool]exchange.Result{true: exchange.OK, false: exchange.Failed} {
		s := exchangetest.New()
		x := s.Connect(1, "docker").Request("POST", "/moby.sshforward.v1.SSH/ForwardAgent")
		x.Head().Parent, x.Head().Stream, x.Head().ByDaemon = 7, 3, true
		if answered {
			x.Message(decode.Request, `{"data":"{{redacted.ssh_agent.1}}"}`).Message(decode.Response, `{"data":"{{redacted.ssh_agent.2}}"}`)
		}
		x.Status(2, "io: read/write on closed pipe")
		if got := finished(s, 0)[0].Outcome().Result; got != want {
			t.Errorf("answered %v: %v, want %v", answered, got, want)
		}
	}
}

// Redaction leaves a body out piece by piece; what is said of it is the sum.
func TestOmittedPiecesAddUp(t *testing.T) {
	s := exchangetest.New()
	x := s.Connect(1).Request("POST", "/secrets/create")
	x.Event(&decode.Omitted{Dir: decode.Request, Bytes: 30, Total: 30, Why: "redacted"})
	x.Event(&decode.Omitted{Dir: decode.Request, Bytes: 12, Total: 42, Why: "redacted"})
	x.End(decode.Server, decode.EndEOF)
	if o := finished(s, 0)[0].Request.Omitted; o.Bytes != 42 || o.Total != 42 {
		t.Errorf("%+v", o)
	}
}
