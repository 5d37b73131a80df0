package telemetry

import (
	"strconv"
	"strings"

	commonpb "go.opentelemetry.io/proto/slim/otlp/common/v1"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
)

// maxText bounds each text that is sent, in bytes.
const maxText = 1 << 10

// attributes are the attributes of a span; what is empty is left out.
type attributes []*commonpb.KeyValue

func (a attributes) text(key, value string) attributes {
	if value == "" {
		return a
	}
	return append(a, Text(key, cut(value)))
}

func (a attributes) number(key string, value int64) attributes {
	return append(a, &commonpb.KeyValue{Key: key, Value: &commonpb.AnyValue{Value: &commonpb.AnyValue_IntValue{IntValue: value}}})
}

// Text is an attribute.
func Text(key, value string) *commonpb.KeyValue {
	return &commonpb.KeyValue{Key: key, Value: &commonpb.AnyValue{Value: &commonpb.AnyValue_StringValue{StringValue: value}}}
}

// cut makes a text from outside valid and short.
func cut(s string) string {
	if len(s) > maxText {
		s = s[:maxText-3] + "…"
	}
	return strings.ToValidUTF8(s, "�")
}

// callAttributes follow OpenTelemetry's semantic conventions for HTTP servers,
// version 1.27 and later.
func callAttributes(x *exchange.Exchange) attributes {
	path, query, _ := strings.Cut(x.Target, "?")
	a := attributes{}.
		text("http.request.method", method(x.Method)).
		text("url.path", path).text("url.query", query).
		text("user_agent.original", x.Request.Header("User-Agent"))
	if method(x.Method) == otherMethod {
		a = a.text("http.request.method_original", x.Method)
	}
	if x.Request.Content == decode.ContentGRPC {
		service, call, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
		a = a.text("rpc.system", "grpc").text("rpc.service", service).text("rpc.method", call)
	} else if x.Call.Op != nil {
		a = a.text("http.route", x.Call.Op.Path)
	}
	if x.Status != 0 {
		a = a.number("http.response.status_code", int64(x.Status))
	}
	if o := x.Outcome(); o.Result.Bad() {
		a = a.text("error.type", errorType(x, o))
	}
	a = a.number("http.request.body.size", x.Request.Size).number("http.response.body.size", x.Response.Size)
	a = a.text("dockwire.operation", operation(x)).text("dockwire.outcome", x.Outcome().Result.String()).
		text("dockwire.outcome.reason", x.Outcome().Reason).text("dockwire.summary", x.Summary())
	if code, ok := x.Exit(); ok {
		a = a.number("process.exit.code", code)
	}
	return append(a, endpointAttributes(x.Conn)...)
}

// errorType is the status, or how the call broke off.
func errorType(x *exchange.Exchange, o exchange.Outcome) string {
	switch {
	case x.Status >= 400:
		return strconv.Itoa(x.Status)
	case o.Result == exchange.Broken && x.Ended.How != decode.EndEOF:
		return string(x.Ended.How)
	}
	return "_OTHER"
}

func endpointAttributes(c *exchange.Connection) attributes {
	a := attributes{}
	scheme, address, _ := strings.Cut(c.Listener, "://")
	if scheme == "unix" || scheme == "npipe" {
		transport := scheme
		if scheme == "npipe" {
			transport = "pipe"
		}
		return a.text("network.transport", transport).text("server.address", address)
	}
	a = a.text("network.transport", "tcp")
	host, port := address, ""
	if i := strings.LastIndexByte(address, ':'); i >= 0 {
		host, port = address[:i], address[i+1:]
	}
	a = a.text("server.address", strings.Trim(host, "[]"))
	if n, err := strconv.ParseInt(port, 10, 64); err == nil {
		a = a.number("server.port", n)
	}
	peer := c.Peer.Address
	if i := strings.LastIndexByte(peer, ':'); i >= 0 {
		peer = strings.Trim(peer[:i], "[]")
	}
	return a.text("network.peer.address", peer)
}

func commandAttributes(c *command, v exchange.Verdict) attributes {
	a := attributes{}.
		text("dockwire.command", c.of.Title).text("dockwire.verdict", v.Line).
		text("dockwire.outcome", v.Result.String()).number("dockwire.calls", c.calls)
	if p := c.of.Peer; p.PID != 0 {
		a = a.number("process.pid", int64(p.PID))
		if p.HasUID {
			a = a.number("process.user.id", int64(p.UID))
		}
	}
	return a.text("user_agent.original", c.of.Agent)
}

// otherMethod stands for a method that HTTP does not define.
const otherMethod = "_OTHER"

func method(m string) string {
	switch m {
	case "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH":
		return m
	}
	return otherMethod
}

// spanName is "{method} {route}", or what is called by gRPC: a name that few
// spans do not share.
func spanName(x *exchange.Exchange) string {
	switch {
	case x.Request.Content == decode.ContentGRPC:
		path, _, _ := strings.Cut(x.Target, "?")
		return cut(strings.TrimPrefix(path, "/"))
	case x.Call.Op == nil:
		return method(x.Method)
	}
	return method(x.Method) + " " + x.Call.Op.Path
}

// otherOperation stands for what is no operation of the Engine API.
const otherOperation = "other"

// operation is one of a bounded set of names.
func operation(x *exchange.Exchange) string {
	if x.Call.Op == nil {
		return otherOperation
	}
	return x.Call.Op.ID
}
