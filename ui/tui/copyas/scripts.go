package copyas

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/dockwire/dockwire/ui/model"
)

// asPython is the call as a snippet that needs nothing but Python.
func asPython(d *model.Detail, upstream string) string {
	to := daemonAt(upstream)
	var b strings.Builder
	b.WriteString("import http.client, socket\n\n")
	switch {
	case to.network == "unix":
		fmt.Fprintf(&b, "conn = http.client.HTTPConnection(\"docker\")\nconn.sock = socket.socket(socket.AF_UNIX)\nconn.sock.connect(%s)\n", literal(to.address))
	case strings.HasPrefix(to.base, "https:"):
		fmt.Fprintf(&b, "import ssl\ncontext = ssl.create_default_context(cafile=\"ca.pem\")\ncontext.load_cert_chain(\"cert.pem\", \"key.pem\")\nconn = http.client.HTTPSConnection(%s, context=context)\n", literal(to.address))
	default:
		fmt.Fprintf(&b, "conn = http.client.HTTPConnection(%s)\n", literal(to.address))
	}
	body := "None"
	if text, ok := smallBody(d); ok {
		body = literal(text) + ".encode()"
	} else if bodySize(d) > 0 {
		body = "open(\"FILE\", \"rb\")"
	}
	fmt.Fprintf(&b, "conn.request(%s, %s, body=%s, headers={", literal(d.Method), literal(d.Target), body)
	b.WriteString(headers(d) + "})\nres = conn.getresponse()\nprint(res.status, res.read().decode())")
	return b.String() + remark(d, to, "# ")
}

// asJavaScript is the call as a snippet for Node.
func asJavaScript(d *model.Detail, upstream string) string {
	to := daemonAt(upstream)
	var b strings.Builder
	module, where := "http", ""
	switch {
	case to.network == "unix":
		where = "socketPath: " + literal(to.address)
	default:
		host, port, _ := strings.Cut(to.address, ":")
		where = "host: " + literal(host) + ", port: " + literal(port)
		if strings.HasPrefix(to.base, "https:") {
			module = "https"
			where += ", ca: fs.readFileSync(\"ca.pem\"), cert: fs.readFileSync(\"cert.pem\"), key: fs.readFileSync(\"key.pem\")"
		}
	}
	text, small := smallBody(d)
	file := !small && bodySize(d) > 0
	if module == "https" || file {
		b.WriteString("import fs from \"node:fs\";\n")
	}
	fmt.Fprintf(&b, "import http from \"node:%s\";\n\nconst req = http.request({ %s, method: %s, path: %s, headers: {%s} }, (res) => {\n", module, where, literal(d.Method), literal(d.Target), headers(d))
	b.WriteString("  console.log(res.statusCode);\n  res.pipe(process.stdout);\n});\n")
	switch {
	case small:
		b.WriteString("req.end(" + literal(text) + ");")
	case file:
		b.WriteString("fs.createReadStream(\"FILE\").pipe(req);")
	default:
		b.WriteString("req.end();")
	}
	return b.String() + remark(d, to, "// ")
}

// headers are the header fields as members of a literal, which is one in both
// languages. A field that comes twice is a list of values in one.
func headers(d *model.Detail) string {
	var parts []string
	at := map[string]int{}
	values := []string{}
	names := []string{}
	for _, f := range d.Request.Fields {
		name := strings.ToLower(f.Name)
		if hopHeaders[name] || d.Hijack && (name == "upgrade" || name == "connection") {
			continue // the daemon streams without an upgrade, too, and these libraries read no other answer
		}
		if i, twice := at[name]; twice {
			values[i] += ", " + f.Value
			continue
		}
		at[name] = len(values)
		names, values = append(names, f.Name), append(values, f.Value)
	}
	for i := range names {
		parts = append(parts, literal(names[i])+": "+literal(values[i]))
	}
	return strings.Join(parts, ", ")
}

// literal is a string as Python and JavaScript write it, which is as JSON does.
func literal(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string
	return strings.TrimSuffix(b.String(), "\n")
}
