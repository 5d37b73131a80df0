package telemetry

import (
	"strconv"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
)

// callAttributes follow OpenTelemetry's semantic conventions for HTTP servers,
// version 1.27 and later.
func (b span) callAttributes(x *exchange.Exchange, o exchange.Outcome) span {
	path, query, _ := strings.Cut(x.Target, "?")
	b = b.text("http.request.method", method(x.Method)).
		text("url.path", path).text("url.query", query).
		text("user_agent.original", x.Request.Header("User-Agent"))
	if method(x.Method) == otherMethod {
		b = b.text("http.request.method_original", x.Method)
	}
	if x.Request.Content == decode.ContentGRPC {
		service, call, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
		b = b.text("rpc.system", "grpc").text("rpc.service", service).text("rpc.method", call)
	} else if x.Call.Op != nil {
		b = b.text("http.route", x.Call.Op.Path)
	}
	if x.Status != 0 {
		b = b.number("http.response.status_code", int64(x.Status))
	}
	if o.Result.Bad() {
		b = b.text("error.type", errorType(x, o))
	}
	b = b.number("http.request.body.size", x.Request.Size).number("http.response.body.size", x.Response.Size).
		text("dockwire.operation", operation(x)).text("dockwire.outcome", o.Result.String()).
		text("dockwire.outcome.reason", o.Reason).text("dockwire.summary", x.Summary())
	if code, ok := x.Exit(); ok {
		b = b.number("process.exit.code", code)
	}
	return b.endpoint(x.Conn)
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

// endpoint adds the attributes of a connection.
func (b span) endpoint(c *exchange.Connection) span {
	scheme, address, _ := strings.Cut(c.Listener, "://")
	switch scheme {
	case "unix":
		return b.text("network.transport", "unix").text("server.address", address)
	case "npipe":
		return b.text("network.transport", "pipe").text("server.address", address)
	}
	host, port := address, ""
	if i := strings.LastIndexByte(address, ':'); i >= 0 {
		host, port = address[:i], address[i+1:]
	}
	b = b.text("network.transport", "tcp").text("server.address", strings.Trim(host, "[]"))
	if n, err := strconv.ParseInt(port, 10, 64); err == nil {
		b = b.number("server.port", n)
	}
	peer := c.Peer.Address
	if i := strings.LastIndexByte(peer, ':'); i >= 0 {
		peer = strings.Trim(peer[:i], "[]")
	}
	return b.text("network.peer.address", peer)
}

func (b span) commandAttributes(c *command, v exchange.Verdict) span {
	b = b.text("dockwire.command", c.of.Title).text("dockwire.verdict", v.Line).
		text("dockwire.outcome", v.Result.String()).number("dockwire.calls", c.calls)
	if p := c.of.Peer; p.PID != 0 {
		b = b.number("process.pid", int64(p.PID))
		if p.HasUID {
			b = b.number("process.user.id", int64(p.UID))
		}
	}
	return b.text("user_agent.original", c.of.Agent)
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
