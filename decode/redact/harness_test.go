package redact

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
)

// tape keeps what a redactor emitted: all strings and bytes of all events, as
// a consumer could write them, and copies of those that tests look at.
type tape struct {
	t        *testing.T
	all      strings.Builder
	requests []decode.RequestHead
	bodies   [2]strings.Builder
	reds     []decode.Redaction
	omitted  []decode.Omitted
	data     []decode.Data
	kinds    []string
}

func (c *tape) take(e decode.Event) {
	spill(&c.all, reflect.ValueOf(e))
	c.all.WriteByte('\n')
	c.kinds = append(c.kinds, strings.TrimPrefix(reflect.TypeOf(e).String(), "*decode."))
	switch e := e.(type) {
	case *decode.RequestHead:
		q := *e
		q.Fields = append([]decode.Field(nil), e.Fields...)
		c.requests = append(c.requests, q)
		c.reds = append(c.reds, e.Redacted...)
	case *decode.ResponseHead:
		c.reds = append(c.reds, e.Redacted...)
	case *decode.Omitted:
		c.omitted = append(c.omitted, *e)
	case *decode.Data:
		c.bodies[e.Dir].Write(e.Bytes)
		c.reds = append(c.reds, e.Redacted...)
		d := *e
		d.Bytes = append([]byte(nil), e.Bytes...)
		d.Redacted = nil
		c.data = append(c.data, d)
	}
}

// spill writes every string and byte slice that can be reached from v, the
// except for the engine's own tables.
func spill(w *strings.Builder, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if _, ok := v.Interface().(*engine.Operation); !ok && !v.IsNil() {
			spill(w, v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			spill(w, v.Field(i))
		}
	case reflect.String:
		w.WriteString(v.String() + "\x00")
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			w.Write(v.Bytes())
			w.WriteByte(0)
			return
		}
		for i := range v.Len() {
			spill(w, v.Index(i))
		}
	}
}

// forms are the ways a secret could still be read in an output.
func forms(secret string) map[string]string {
	f := map[string]string{
		"raw":         secret,
		"URL-escaped": url.QueryEscape(secret),
		"path":        url.PathEscape(secret),
		"hex":         hex.EncodeToString([]byte(secret)),
	}
	for shift := range 3 {
		// Without the characters that the neighbours take part in.
		enc := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("x", shift) + secret))
		enc = enc[(shift*8+5)/6 : len(enc)-1]
		f["base64 at "+string(rune('0'+shift))] = enc
		f["base64url at "+string(rune('0'+shift))] = strings.NewReplacer("+", "-", "/", "_").Replace(enc)
	}
	return f
}

// text is everything that came out, bodies put together again too.
func (c *tape) text() string {
	return c.all.String() + c.bodies[0].String() + "\x00" + c.bodies[1].String()
}

func (c *tape) mustNotHold(secret string) {
	c.t.Helper()
	all := c.text()
	for how, form := range forms(secret) {
		if i := strings.Index(all, form); i >= 0 {
			c.t.Errorf("secret %q is in the output (%s): …%q…", secret, how, all[max(0, i-80):min(len(all), i+len(form)+20)])
		}
	}
}

// call is an exchange to be played through a redactor.
type call struct {
	method, target string
	header         []decode.Field
	request        string
	requestIs      decode.Content
	status         int
	answer         []decode.Field
	response       string
	responseIs     decode.Content
	framing        decode.Framing
	cut            int // bytes of a piece; 0: in one piece
}

func play(t *testing.T, o Options, calls ...call) *tape {
	t.Helper()
	c := &tape{t: t}
	r := New(o, c.take)
	for i, call := range calls {
		call.play(r, decode.ExchangeID(i+1))
	}
	return c
}

func (c call) play(r *Redactor, id decode.ExchangeID) {
	at := time.Duration(id) * time.Second
	o := func() decode.Origin {
		at += time.Millisecond
		return decode.Origin{Time: at, Conn: 1, Exchange: id}
	}
	if c.status == 0 {
		c.status = 200
	}
	r.Event(&decode.RequestHead{
		Origin: o(), Method: c.method, Target: c.target, Proto: "HTTP/1.1", Fields: c.header,
		Raw: []byte(c.method + " " + c.target + " HTTP/1.1\r\n\r\n"), Call: engine.Lookup(c.method, c.target), Content: c.requestIs,
	})
	send := func(d decode.Direction, body string) {
		for len(body) > 0 {
			n := len(body)
			if c.cut > 0 {
				n = min(n, c.cut)
			}
			or := o()
			r.Event(&decode.Data{Origin: or, First: or.Time, Dir: d, Fd: decode.NoFd, Bytes: []byte(body[:n])})
			body = body[n:]
		}
	}
	if c.framing != decode.FramingHijack {
		send(decode.Request, c.request)
		r.Event(&decode.DirectionEnd{Origin: o(), Dir: decode.Request})
	}
	r.Event(&decode.ResponseHead{Origin: o(), Status: c.status, Proto: "HTTP/1.1", Fields: c.answer, Content: c.responseIs, Framing: c.framing})
	if c.framing == decode.FramingHijack {
		send(decode.Request, c.request)
		r.Event(&decode.DirectionEnd{Origin: o(), Dir: decode.Request})
	}
	send(decode.Response, c.response)
	r.Event(&decode.DirectionEnd{Origin: o(), Dir: decode.Response})
	r.Event(&decode.ExchangeEnd{Origin: o(), By: decode.Server, How: decode.EndEOF})
}
