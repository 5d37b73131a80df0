package filter

import (
	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
)

// The table of fields. A prefix field like "header." is before the field
// of the same name without the dot.
var fields = []field{
	text("method", atRequest, "method:POST", "request method",
		func(x *exchange.Exchange) string { return x.Method }),
	text("op", atRequest, "op:Container*", "operation of the Engine API",
		func(x *exchange.Exchange) string {
			if x.Call.Op == nil {
				return ""
			}
			return x.Call.Op.ID
		}),
	text("tag", atRequest, "tag:Network", "group of operations: Container, Image, …",
		func(x *exchange.Exchange) string {
			if x.Call.Op == nil {
				return ""
			}
			return x.Call.Op.Tag
		}),
	text("path", atRequest, "path~/json$", "path without version and query",
		func(x *exchange.Exchange) string { return x.Call.Path }),
	{doc: FieldDoc{Name: "query.", Kind: "text", Example: "query.all:1", Doc: "a query parameter by its name"},
		text: queryParameter},
	text("query", atRequest, "query~filters", "the query as on the wire",
		func(x *exchange.Exchange) string { return x.Call.RawQuery }),
	{doc: FieldDoc{Name: "version", Kind: "version", Example: "version<1.44", Doc: "API version the path asks for"},
		text: one(func(x *exchange.Exchange) string { return x.Call.Version }), parse: parseVersion},
	text("host", atRequest, "host:docker", "Host of the request",
		func(x *exchange.Exchange) string { return x.Request.Header("Host") }),

	num("status", atResponse, "number", "status>=400", "response status; status:4xx is a whole class", parseNumber,
		func(x *exchange.Exchange) (int64, bool) { return int64(x.Status), x.Status != 0 }),
	num("took", atEnd, "duration", "took>1s", "time from the request to the end", parseDuration,
		func(x *exchange.Exchange) (int64, bool) { return int64(x.Took()), true }),
	num("ttfb", atResponse, "duration", "ttfb>200ms", "time to the first byte of the answer", parseDuration,
		func(x *exchange.Exchange) (int64, bool) { d, ok := x.TTFB(); return int64(d), ok }),
	num("size", atEnd, "size", "size>1MiB", "body and stream bytes both ways", parseSize,
		func(x *exchange.Exchange) (int64, bool) { return x.Request.Size + x.Response.Size, true }),
	num("up", atEnd, "size", "up>10k", "body and stream bytes to the daemon", parseSize,
		func(x *exchange.Exchange) (int64, bool) { return x.Request.Size, true }),
	num("down", atEnd, "size", "down>10k", "body and stream bytes to the client", parseSize,
		func(x *exchange.Exchange) (int64, bool) { return x.Response.Size, true }),

	body("body", atEnd, `body~"No such"`, "bodies and streams, as far as they are recorded",
		decode.Request, decode.Response),
	body("req.body", atEnd, "req.body:nginx", "request body or what the client streamed", decode.Request),
	body("res.body", atEnd, "res.body~error", "response body or what the daemon streamed", decode.Response),
	header("header.", atResponse, "header.Content-Type~json", "a header of request or response by its name",
		decode.Request, decode.Response),
	header("header", atResponse, `header~"gzip"`, `any header line "Name: value"`, decode.Request, decode.Response),
	header("req.header.", atRequest, "req.header.User-Agent~curl", "a request header by its name", decode.Request),
	header("req.header", atRequest, "req.header~auth", "any request header line", decode.Request),
	header("res.header.", atResponse, "res.header.Api-Version:1.47", "a response header by its name", decode.Response),
	header("res.header", atResponse, "res.header~cache", "any response header line", decode.Response),

	text("cmd", atRequest, "cmd~compose", "command line of the client",
		func(x *exchange.Exchange) string { return x.Conn.Command() }),
	num("pid", atRequest, "number", "pid:4711", "process id of the client", parseNumber,
		func(x *exchange.Exchange) (int64, bool) { return int64(x.Conn.Peer.PID), x.Conn.Peer.PID != 0 }),
	text("user", atRequest, "user:root", "user of the client",
		func(x *exchange.Exchange) string { return x.Conn.Peer.User }),
	num("uid", atRequest, "number", "uid:0", "user id of the client", parseNumber,
		func(x *exchange.Exchange) (int64, bool) { return int64(x.Conn.Peer.UID), x.Conn.Peer.HasUID }),
	text("addr", atRequest, "addr:10.0.0.*", "remote address of the client",
		func(x *exchange.Exchange) string { return x.Conn.Peer.Address }),
	num("conn", atRequest, "number", "conn:3", "number of the connection", parseNumber,
		func(x *exchange.Exchange) (int64, bool) { return int64(x.Conn.ID), true }),
	num("id", atRequest, "number", "id:12", "number of the exchange", parseNumber,
		func(x *exchange.Exchange) (int64, bool) { return int64(x.ID), true }),

	{doc: FieldDoc{Name: "container", Kind: "text", Example: "container:web", Doc: "name or id of the container it is about, whole or 12 digits"},
		from: atEnd, text: container},
	{doc: FieldDoc{Name: "image", Kind: "text", Example: "image:nginx*", Doc: "image it is about"},
		from: atBody, text: image},
	text("summary", atEnd, `summary~"exit [1-9]"`, "the line that sums it up", (*exchange.Exchange).Summary),
	text("error", atEnd, `error~"no such"`, "what went wrong", (*exchange.Exchange).Error),
	text("outcome", atEnd, "outcome:refused", "what came of it: ok, refused, probe, failed, broken off",
		func(x *exchange.Exchange) string { return x.Outcome().Result.String() }),
	num("exit", atEnd, "number", "exit>0", "exit code it reports: wait, exec, inspect", parseNumber, (*exchange.Exchange).Exit),
	text("health", atEnd, "health:unhealthy", "health it reports: starting, healthy, unhealthy", (*exchange.Exchange).Health),
	text("verdict", atEnd, "verdict~unhealthy", "what came of its command so far, in one line", (*exchange.Exchange).Verdict),
	text("end", atEnd, "end:reset", "how it ended: eof, cancel, reset, timeout, error",
		func(x *exchange.Exchange) string { return string(x.Ended.How) }),
	text("by", atEnd, "by:client", "who ended it: client, server, proxy, recorder",
		func(x *exchange.Exchange) string { return string(x.Ended.By) }),
	{doc: FieldDoc{Name: "is", Kind: "flag", Example: "is:error", Doc: "what kind it is or what happened to it"}, flag: true},
}

var statusField, _ = lookup("status")

type flagDef struct {
	ValueDoc
	from phase
	now  bool // about the present moment, never undecided
	is   func(x *exchange.Exchange) bool
}

// ValueDoc describes a value that a field may have.
type ValueDoc struct{ Value, Doc string }

var flags = []flagDef{
	{ValueDoc{"failed", "went wrong"}, atEnd, false, (*exchange.Exchange).Failed},
	{ValueDoc{"probe", "a look for what was not there, expected to fail"}, atEnd, false, func(x *exchange.Exchange) bool { return x.Outcome().Result == exchange.Probe }},
	{ValueDoc{"error", "went wrong, or was refused, expected or not"}, atEnd, false, (*exchange.Exchange).Erred},
	{ValueDoc{"open", "not over yet"}, atEnd, true, func(x *exchange.Exchange) bool { return x.State != exchange.Done }},
	{ValueDoc{"hijack", "became a byte stream both ways"}, atResponse, false, func(x *exchange.Exchange) bool { return x.Hijack }},
	{ValueDoc{"stream", "answered with a stream"}, atResponse, false, func(x *exchange.Exchange) bool { return x.Response.Streams() }},
	{ValueDoc{"redacted", "a secret was replaced"}, atEnd, false, func(x *exchange.Exchange) bool { return x.Redacted > 0 }},
	{ValueDoc{"gap", "bytes passed unseen"}, atEnd, false, func(x *exchange.Exchange) bool { return x.Gaps > 0 }},
	{ValueDoc{"anomaly", "bytes could not be decoded"}, atEnd, false, func(x *exchange.Exchange) bool { return x.Anomalies > 0 }},
	{ValueDoc{"omitted", "a body that the recording did not keep"}, atEnd, false, func(x *exchange.Exchange) bool {
		return x.Request.Omitted != nil || x.Response.Omitted != nil
	}},
	{ValueDoc{"unknown", "no operation of the Engine API"}, atRequest, false, func(x *exchange.Exchange) bool { return x.Call.Op == nil }},
}
