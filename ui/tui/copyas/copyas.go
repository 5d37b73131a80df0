// Package copyas writes an exchange in the forms that people paste elsewhere: a
// curl command, a docker command, Go, Python, JavaScript, JSON. What was redacted
// stays so, and the text says it.
package copyas

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/create"
	"github.com/dockwire/dockwire/ui/jsonl"
	"github.com/dockwire/dockwire/ui/model"
)

// Form is an exchange in one form. Text is what is copied; Why says why there
// is no text.
type Form struct{ Name, Text, Why string }

// Forms gives an exchange in all forms. upstream is the daemon's endpoint, as
// far as it is known.
func Forms(d *model.Detail, upstream string) []Form {
	forms := []Form{{Name: "curl", Text: asCurl(d, upstream)}}
	docker := Form{Name: "docker", Text: asDocker(d)}
	if docker.Text == "" {
		docker.Why = "there is no docker command that makes just this call"
	}
	return append(forms, docker, Form{Name: "Go", Text: asGo(d, upstream)},
		Form{Name: "Python", Text: asPython(d, upstream)}, Form{Name: "JavaScript", Text: asJavaScript(d, upstream)}, Form{Name: "JSON", Text: asJSON(d)})
}

// maxBody bounds the request body that is written into a command.
const maxBody = 64 << 10

// hopHeaders are set by curl and Go themselves, or belong to a connection.
var hopHeaders = map[string]bool{"host": true, "content-length": true, "transfer-encoding": true, "user-agent": true, "accept-encoding": true}

// asCurl is the call as a curl command.
func asCurl(d *model.Detail, upstream string) string {
	to := daemonAt(upstream)
	var b strings.Builder
	b.WriteString("curl" + to.curl)
	if strings.ContainsAny(d.Target, "[]{}") {
		b.WriteString(" --globoff")
	}
	switch d.Method {
	case "GET":
	case "HEAD":
		b.WriteString(" --head")
	default:
		b.WriteString(" -X " + create.Quote(d.Method))
	}
	if d.Hijack || d.Response.Streams() {
		b.WriteString(" --no-buffer")
	}
	for _, f := range d.Request.Fields {
		if !hopHeaders[strings.ToLower(f.Name)] {
			b.WriteString(" \\\n  -H " + create.Quote(f.Name+": "+f.Value))
		}
	}
	b.WriteString(body(d, " \\\n  --data-binary ", " \\\n  --data-binary @FILE"))
	b.WriteString(" \\\n  " + create.Quote(to.base+d.Target))
	return b.String() + remark(d, to, "# ")
}

// bodySize is the size of the request's body: what comes after it is a stream's.
func bodySize(d *model.Detail) int64 {
	if d.Hijack {
		return max(d.Request.Length, 0)
	}
	return d.Request.Size
}

// smallBody is the request's body, where it is whole, small and text.
func smallBody(d *model.Detail) (string, bool) {
	size, b := bodySize(d), d.Request.Body
	if size == 0 || size > maxBody || size > int64(len(b)) || !utf8.Valid(b[:size]) {
		return "", false
	}
	return strings.TrimRight(string(b[:size]), "\n"), true
}

func body(d *model.Detail, flag, file string) string {
	text, ok := smallBody(d)
	switch {
	case bodySize(d) == 0:
		return ""
	case !ok:
		return file
	}
	if strings.HasPrefix(text, "@") { // else curl takes it for the name of a file
		flag = strings.Replace(flag, "--data-binary", "--data-raw", 1)
	}
	return flag + create.Quote(text)
}

// remark says what the user has to fill in after pasting.
func remark(d *model.Detail, to daemon, comment string) string {
	var out string
	if to.remark != "" {
		out += "\n" + comment + to.remark
	}
	if d.Redacted > 0 {
		out += "\n" + comment + "redacted secrets: " + strconv.Itoa(d.Redacted) + ", to be put in where {{redacted…}} stands"
	}
	if size := bodySize(d); size > int64(len(d.Request.Body)) || size > maxBody {
		out += "\n" + comment + "the request body is not here as a whole"
	}
	return out
}

// asJSON is the exchange as `dockwire print --format json` gives it, indented, without its
// command: what came of that, one exchange does not tell.
func asJSON(d *model.Detail) string {
	var line, out bytes.Buffer
	p := jsonl.NewPrinter(&line, jsonl.Options{Headers: true, Bodies: true, Keep: 1 << 20, Alone: true})
	if c := d.Conn; c != nil {
		p.Event(&decode.ConnOpened{Origin: decode.Origin{Conn: c.ID}, Peer: c.Peer, Listener: c.Listener, Upstream: c.Upstream, Dial: c.Dial})
	}
	for _, e := range d.Events {
		p.Event(e)
	}
	_ = p.Close()
	first, _, _ := bytes.Cut(line.Bytes(), []byte("\n"))
	if json.Indent(&out, first, "", "  ") != nil {
		return string(first)
	}
	return out.String()
}
