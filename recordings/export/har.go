package export

import (
	"bufio"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
)

// harExporter writes HAR 1.2. Entries are written as calls end; the pages,
// which are client commands, come after them.
type harExporter struct {
	*collector
	out     *bufio.Writer
	pages   []harPage
	byKey   map[exchange.CommandID]string
	entries int
	err     error
}

const maxHarPages = 10000 // clients beyond share the last page

type (
	harPage struct {
		StartedDateTime string         `json:"startedDateTime"`
		ID              string         `json:"id"`
		Title           string         `json:"title"`
		PageTimings     map[string]any `json:"pageTimings"`
	}
	harPair struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	harPost struct {
		MimeType string    `json:"mimeType"`
		Text     string    `json:"text"`
		Params   []harPair `json:"params"`
	}
	harRequest struct {
		Method      string    `json:"method"`
		URL         string    `json:"url"`
		HTTPVersion string    `json:"httpVersion"`
		Cookies     []harPair `json:"cookies"`
		Headers     []harPair `json:"headers"`
		QueryString []harPair `json:"queryString"`
		PostData    *harPost  `json:"postData,omitempty"`
		HeadersSize int       `json:"headersSize"`
		BodySize    int64     `json:"bodySize"`
		Comment     string    `json:"comment,omitempty"`
	}
	harContent struct {
		Size     int64  `json:"size"`
		MimeType string `json:"mimeType"`
		Text     string `json:"text,omitempty"`
		Encoding string `json:"encoding,omitempty"`
		Comment  string `json:"comment,omitempty"`
	}
	harResponse struct {
		Status      int        `json:"status"`
		StatusText  string     `json:"statusText"`
		HTTPVersion string     `json:"httpVersion"`
		Cookies     []harPair  `json:"cookies"`
		Headers     []harPair  `json:"headers"`
		Content     harContent `json:"content"`
		RedirectURL string     `json:"redirectURL"`
		HeadersSize int        `json:"headersSize"`
		BodySize    int64      `json:"bodySize"`
	}
	harMessage struct {
		Type   string  `json:"type"`
		Time   float64 `json:"time"`
		Opcode int     `json:"opcode"`
		Data   string  `json:"data"`
	}
	harEntry struct {
		Pageref         string             `json:"pageref"`
		StartedDateTime string             `json:"startedDateTime"`
		Time            float64            `json:"time"`
		Request         harRequest         `json:"request"`
		Response        harResponse        `json:"response"`
		Cache           struct{}           `json:"cache"`
		Timings         map[string]float64 `json:"timings"`
		ServerIPAddress string             `json:"serverIPAddress,omitempty"`
		Connection      string             `json:"connection,omitempty"`
		Comment         string             `json:"comment,omitempty"`
		Socket          string             `json:"_socket,omitempty"`
		Operation       string             `json:"_operation,omitempty"`
		Exchange        uint64             `json:"_exchange"`
		Error           string             `json:"_error,omitempty"`
		ResourceType    string             `json:"_resourceType,omitempty"`
		Messages        []harMessage       `json:"_webSocketMessages,omitempty"`
	}
)

func newHAR(w io.Writer, o *Options) Exporter {
	h := &harExporter{out: bufio.NewWriterSize(w, 64<<10), byKey: map[exchange.CommandID]string{}}
	h.collector = newCollector(o, whole, h.add)
	version := cmp.Or(o.Header.Tool, "unknown")
	creator, _ := json.Marshal(map[string]string{"name": "dockwire", "version": version})
	fmt.Fprintf(h.out, `{"log":{"version":"1.2","creator":%s,"entries":[`, creator)
	return h
}

func (h *harExporter) add(c *call) {
	b, err := json.Marshal(h.entry(c))
	if err != nil {
		h.err = err
		return
	}
	if h.entries > 0 {
		h.out.WriteByte(',')
	}
	h.entries++
	h.out.WriteByte('\n')
	_, _ = visible.WriteString(h.out, string(b))
}

// visible escapes the characters that change the direction of text, which JSON
// lets stand.
var visible = strings.NewReplacer("\u200e", `\u200e`, "\u200f", `\u200f`, "\u202a", `\u202a`, "\u202b", `\u202b`, "\u202c", `\u202c`,
	"\u202d", `\u202d`, "\u202e", `\u202e`, "\u2066", `\u2066`, "\u2067", `\u2067`, "\u2068", `\u2068`, "\u2069", `\u2069`)

// page is the page of a call's client.
func (h *harExporter) page(c *call) string {
	key := c.Command.ID
	if id, ok := h.byKey[key]; ok {
		return id
	}
	if len(h.pages) >= maxHarPages {
		return h.pages[len(h.pages)-1].ID
	}
	p := harPage{StartedDateTime: h.at(c.Start), ID: "page_" + itoa(len(h.pages)+1), Title: printable(c.commandName()), PageTimings: map[string]any{"onContentLoad": -1, "onLoad": -1}}
	h.pages = append(h.pages, p)
	h.byKey[key] = p.ID
	return p.ID
}

func (h *harExporter) at(t time.Duration) string {
	return h.options.Header.Start.Add(t).Format("2006-01-02T15:04:05.000Z07:00")
}

func (h *harExporter) entry(c *call) *harEntry {
	e := &harEntry{
		Pageref: h.page(c), StartedDateTime: h.at(c.Start), Time: millis(c.Took()),
		Connection: itoa(int(c.Conn.ID)), Exchange: uint64(c.ID), Error: printable(c.Error()), Comment: printable(c.Summary()),
		Request: harRequest{
			Method: c.Method, URL: harURL(c), HTTPVersion: c.Request.Proto, Cookies: []harPair{}, Headers: harHeaders(c.Request.Fields),
			QueryString: harQuery(c.Call.Query()), HeadersSize: size(c.Request.Raw), BodySize: c.Request.Size,
		},
		Response: harResponse{
			Status: c.Status, StatusText: c.Reason, HTTPVersion: c.Response.Proto, Cookies: []harPair{}, Headers: harHeaders(c.Response.Fields),
			RedirectURL: c.Response.Header("Location"), HeadersSize: size(c.Response.Raw), BodySize: c.Response.Size,
		},
	}
	if c.Call.Op != nil {
		e.Operation = c.Call.Op.ID
	}
	h.where(c, e)
	harTimings(c, e)
	h.bodies(c, e)
	return e
}

// where is the endpoint that was asked: an address only where there is one.
func (h *harExporter) where(c *call, e *harEntry) {
	at := cmp.Or(c.Conn.Upstream, h.options.Header.Upstream)
	e.Socket = printable(at)
	if u, err := url.Parse(at); err == nil {
		if ip := net.ParseIP(u.Hostname()); ip != nil {
			e.ServerIPAddress = ip.String()
		}
	}
}

func harTimings(c *call, e *harEntry) {
	send := time.Duration(0)
	if c.Request.Done {
		send = max(c.RequestEnd-c.Start, 0)
	}
	wait, receive := max(c.Took()-send, 0), time.Duration(0)
	if c.Answered {
		send = min(send, max(c.FirstByte-c.Start, 0))
		wait = max(c.FirstByte-c.Start-send, 0)
		receive = max(c.Took()-send-wait, 0)
	}
	e.Timings = map[string]float64{"blocked": -1, "dns": -1, "connect": -1, "ssl": -1, "send": millis(send), "wait": millis(wait), "receive": millis(receive)}
}

func (h *harExporter) bodies(c *call, e *harEntry) {
	mime := func(t string) string { return cmp.Or(t, "application/octet-stream") }
	req, res := &c.Request, &c.Response
	switch {
	case req.Size == 0 || c.streamed(decode.Request):
	case isText(req.Body) && len(req.Body) > 0:
		e.Request.PostData = &harPost{MimeType: mime(req.Header("Content-Type")), Text: string(req.Body), Params: []harPair{}}
		e.Request.Comment = bodyNote(req)
	default:
		e.Request.Comment = "the body is left out: " + bytesSize(req.Size) + " that are no text"
	}
	e.Response.Content = harContent{Size: res.Size, MimeType: mime(res.Header("Content-Type")), Comment: bodyNote(res)}
	switch {
	case len(c.pieces) > 0:
		e.ResourceType = "websocket"
		for i := range c.pieces {
			e.Messages = append(e.Messages, h.message(&c.pieces[i]))
		}
		if c.more > 0 {
			e.Response.Content.Comment = bytesSize(c.more) + " of the stream are left out"
		}
	case isText(res.Body):
		e.Response.Content.Text = string(res.Body)
	default:
		e.Response.Content.Text, e.Response.Content.Encoding = base64.StdEncoding.EncodeToString(res.Body), "base64"
	}
}

func (h *harExporter) message(p *piece) harMessage {
	m := harMessage{Type: "receive", Opcode: 1, Data: string(p.bytes), Time: float64(h.options.Header.Start.Add(p.at).UnixMicro()) / 1e6}
	if p.dir == decode.Request {
		m.Type = "send"
	}
	if !isText(p.bytes) {
		m.Opcode, m.Data = 2, base64.StdEncoding.EncodeToString(p.bytes)
	}
	return m
}

// harURL is the target as a URL. What no URL may hold is escaped, as the schema
// asks for one.
func harURL(c *call) string {
	const may = "-._~:/?@!$&'()*+,;="
	var b strings.Builder
	b.WriteString("http://docker")
	if !strings.HasPrefix(c.Target, "/") {
		b.WriteByte('/')
	}
	for i := range len(c.Target) {
		ch := c.Target[i]
		escape := i+2 < len(c.Target) && hexDigit(c.Target[i+1]) && hexDigit(c.Target[i+2])
		switch {
		case ch >= '0' && ch <= '9', ch >= 'a' && ch <= 'z', ch >= 'A' && ch <= 'Z', strings.IndexByte(may, ch) >= 0, ch == '%' && escape:
			b.WriteByte(ch)
		default:
			fmt.Fprintf(&b, "%%%02X", ch)
		}
	}
	return b.String()
}

func hexDigit(c byte) bool { return isHex(c) || c >= 'A' && c <= 'F' }

func harHeaders(fields []decode.Field) []harPair {
	list := make([]harPair, 0, len(fields))
	for _, f := range fields {
		list = append(list, harPair{f.Name, f.Value})
	}
	return list
}

func harQuery(q url.Values) []harPair {
	list := []harPair{}
	for _, name := range slices.Sorted(maps.Keys(q)) {
		for _, v := range q[name] {
			list = append(list, harPair{name, v})
		}
	}
	return list
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// size is the size of a head, or -1 where it is not known.
func size(raw []byte) int {
	if len(raw) == 0 {
		return -1
	}
	return len(raw)
}

func (h *harExporter) Close() error {
	h.finish()
	if h.pages == nil {
		h.pages = []harPage{}
	}
	pages, err := json.Marshal(h.pages)
	if err != nil {
		return err
	}
	fmt.Fprintf(h.out, "\n],\"pages\":%s}}\n", pages)
	if err := h.out.Flush(); err != nil {
		return err
	}
	return h.err
}
