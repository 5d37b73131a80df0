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

// often is text for a value that most calls have: its attribute is made once.
func (f *Fold) often(a attributes, key, value string) attributes {
	if value == "" {
		return a
	}
	k := [2]string{key, value}
	kv := f.usual[k]
	if kv == nil {
		kv = Text(key, cut(value))
		if len(f.usual) < maxUsual && len(value) <= maxText {
			f.usual[k] = kv
		}
	}
	return append(a, kv)
}

// maxUsual bounds the attributes that are kept.
const maxUsual = 1 << 10

func (a attributes) number(key string, value int64) attributes {
	p := &struct { // of one piece, as each call has several
		kv   commonpb.KeyValue
		any  commonpb.AnyValue
		held commonpb.AnyValue_IntValue
	}{}
	p.held.IntValue, p.any.Value = value, &p.held
	p.kv.Key, p.kv.Value = key, &p.any
	return append(a, &p.kv)
}

// Text is an attribute.
func Text(key, value string) *commonpb.KeyValue {
	p := &struct {
		kv   commonpb.KeyValue
		any  commonpb.AnyValue
		held commonpb.AnyValue_StringValue
	}{}
	p.held.StringValue, p.any.Value = value, &p.held
	p.kv.Key, p.kv.Value = key, &p.any
	return &p.kv
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
func (f *Fold) callAttributes(x *exchange.Exchange) attributes {
	path, query, _ := strings.Cut(x.Target, "?")
	a := f.often(make(attributes, 0, 16), "http.request.method", method(x.Method)).
		text("url.path", path).text("url.query", query)
	a = f.often(a, "user_agent.original", x.Request.Header("User-Agent"))
	if method(x.Method) == otherMethod {
		a = a.text("http.request.method_original", x.Method)
	}
	if x.Request.Content == decode.ContentGRPC {
		service, call, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
		a = a.text("rpc.system", "grpc").text("rpc.service", service).text("rpc.method", call)
	} else if x.Call.Op != nil {
		a = f.often(a, "http.route", x.Call.Op.Path)
	}
	if x.Status != 0 {
		a = a.number("http.response.status_code", int64(x.Status))
	}
	o := x.Outcome()
	if o.Result.Bad() {
		a = a.text("error.type", errorType(x, o))
	}
	a = a.number("http.request.body.size", x.Request.Size).number("http.response.body.size", x.Response.Size)
	a = f.often(f.often(a, "dockwire.operation", operation(x)), "dockwire.outcome", o.Result.String()).
		text("dockwire.outcome.reason", o.Reason).text("dockwire.summary", x.Summary())
	if code, ok := x.Exit(); ok {
		a = a.number("process.exit.code", code)
	}
	return append(a, f.endpoint(x.Conn)...)
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

// endpoint are the attributes of a connection, made once.
func (f *Fold) endpoint(c *exchange.Connection) attributes {
	a, ok := f.endpoints[c.ID]
	if !ok {
		if a = endpointAttributes(c); !c.IsClosed {
			f.endpoints[c.ID] = a
		}
	}
	return a
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
