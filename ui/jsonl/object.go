package jsonl

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
)

// append appends the object of an exchange. Fields are in the order of the
// package's description.
func (p *Printer) append(b []byte, x *exchange.Exchange) []byte {
	b = appendUint(b, `{"id":`, uint64(x.ID))
	b = appendUint(b, `,"conn":`, uint64(x.Conn.ID))
	if !p.o.Start.IsZero() {
		b = append(b, `,"start":"`...)
		b = p.o.Start.Add(x.Start).AppendFormat(b, "2006-01-02T15:04:05.000000Z07:00")
		b = append(b, '"')
	}
	b = appendMillis(append(b, `,"offset_ms":`...), x.Start)
	b = appendMillis(append(b, `,"took_ms":`...), x.Took())
	if d, ok := x.TTFB(); ok {
		b = appendMillis(append(b, `,"ttfb_ms":`...), d)
	}
	b = appendClient(append(b, `,"client":`...), &x.Conn.Peer)
	b = appendCall(b, x)
	b = append(b, `,"status":`...)
	if x.Status == 0 {
		b = append(b, "null"...)
	} else {
		b = strconv.AppendInt(b, int64(x.Status), 10)
	}
	s := p.streams[x.ID]
	b = p.appendSide(append(b, `,"request":`...), x, decode.Request)
	b = p.appendSide(append(b, `,"response":`...), x, decode.Response)
	if s != nil {
		b = s.append(append(b, `,"stream":`...))
	}
	if endsBuild(x) {
		b = appendBuild(append(b, `,"build":`...), x.Build)
	}
	if bringsTrace(x) {
		b = appendTrace(append(b, `,"trace":`...), x.Build)
	}
	return append(appendOutcome(b, x), '}')
}

func appendClient(b []byte, c *decode.Peer) []byte {
	o := object{b: append(b, '{')}
	if c.PID != 0 {
		o.int("pid", int64(c.PID))
	}
	if c.HasUID {
		o.int("uid", int64(c.UID))
	}
	o.text("user", c.User)
	if len(c.Command) > 0 {
		o.name("command")
		o.b = appendStrings(o.b, c.Command)
	}
	o.text("address", c.Address)
	o.text("name", c.Name)
	return append(o.b, '}')
}

func appendCall(b []byte, x *exchange.Exchange) []byte {
	b = appendString(append(b, `,"method":`...), x.Method)
	b = appendString(append(b, `,"target":`...), x.Target)
	b = appendString(append(b, `,"path":`...), x.Call.Path)
	b = appendQuery(append(b, `,"query":`...), x.Call.RawQuery)
	if x.Call.Version != "" {
		b = appendString(append(b, `,"version":`...), x.Call.Version)
	}
	if x.Call.Op != nil {
		b = appendString(append(b, `,"operation":`...), x.Call.Op.ID)
	}
	if len(x.Call.Params) > 0 {
		b = append(b, `,"params":`...)
		o := object{b: append(b, '{')}
		for _, param := range x.Call.Params {
			o.name(param.Name)
			o.b = appendString(o.b, param.Value)
		}
		b = append(o.b, '}')
	}
	return b
}

func appendQuery(b []byte, raw string) []byte {
	if raw == "" {
		return append(b, "{}"...)
	}
	values, _ := url.ParseQuery(raw) // what cannot be parsed is left out
	o := object{b: append(b, '{')}
	for _, n := range slices.Sorted(maps.Keys(values)) {
		o.name(n)
		o.b = appendStrings(o.b, values[n])
	}
	return append(o.b, '}')
}

func appendOutcome(b []byte, x *exchange.Exchange) []byte {
	b = append(b, `,"end":`...)
	if x.State != exchange.Done {
		b = append(b, "null"...)
	} else {
		o := object{b: append(b, '{')}
		o.text("by", string(x.Ended.By))
		o.text("how", string(x.Ended.How))
		o.text("error", x.Ended.Err)
		b = append(o.b, '}')
	}
	b = appendString(append(b, `,"summary":`...), x.Summary())
	if e := x.Error(); e != "" {
		b = appendString(append(b, `,"error":`...), e)
	}
	b = appendJudgement(b, x)
	if len(x.Redactions) > 0 {
		b = append(b, `,"redacted":[`...)
		for i, r := range x.Redactions {
			if i > 0 {
				b = append(b, ',')
			}
			o := object{b: append(b, '{')}
			o.text("at", r.At)
			o.text("as", r.As)
			b = append(o.b, '}')
		}
		b = append(b, ']')
	}
	if x.Gaps > 0 {
		b = appendUint(b, `,"gaps":{"count":`, uint64(x.Gaps))
		b = append(appendUint(b, `,"bytes":`, uint64(x.GapBytes)), '}')
	}
	if x.Anomalies > 0 {
		b = appendUint(b, `,"anomalies":`, uint64(x.Anomalies))
	}
	return b
}

// appendJudgement appends what came of the call, and of its command.
func appendJudgement(b []byte, x *exchange.Exchange) []byte {
	o := x.Outcome()
	b = appendString(append(b, `,"outcome":`...), o.Result.String())
	if o.Reason != "" {
		b = appendString(append(b, `,"reason":`...), o.Reason)
	}
	if code, ok := x.Exit(); ok {
		b = strconv.AppendInt(append(b, `,"exit":`...), code, 10)
	}
	if h := x.Health(); h != "" {
		b = appendString(append(b, `,"health":`...), h)
	}
	if c := x.Command; c != nil {
		b = strconv.AppendUint(append(b, `,"command":`...), uint64(c.ID)+1, 10)
		b = appendString(append(b, `,"verdict":`...), x.Verdict())
	}
	return b
}

func appendUint(b []byte, name string, n uint64) []byte {
	return strconv.AppendUint(append(b, name...), n, 10)
}

// appendMillis writes milliseconds with up to three decimals.
func appendMillis(b []byte, d time.Duration) []byte {
	return strconv.AppendFloat(b, float64(d.Microseconds())/1000, 'f', -1, 64)
}
