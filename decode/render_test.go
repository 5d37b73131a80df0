package decode

import (
	"fmt"
	"strings"
)

// render writes an event as one line of text.
func render(e Event) string {
	o := e.From()
	var b strings.Builder
	fmt.Fprintf(&b, "%d", o.Conn)
	if o.Exchange != 0 {
		fmt.Fprintf(&b, "/%d", o.Exchange)
	}
	fmt.Fprintf(&b, " %dus ", o.Time.Microseconds())
	switch e := e.(type) {
	case *ConnOpened:
		b.WriteString("open")
	case *ConnClosed:
		fmt.Fprintf(&b, "closed by %s: %s%s", e.By, e.How, errText(e.Err))
	case *RequestHead:
		op := "-"
		if e.Call.Op != nil {
			op = e.Call.Op.ID
		}
		fmt.Fprintf(&b, "request %s %s %s = %s | %s %d %s | %s", e.Method, e.Target, e.Proto, op,
			e.Framing, e.Length, e.Content, fieldsText(e.Fields))
	case *InterimHead:
		fmt.Fprintf(&b, "interim %d %s %s | %s", e.Status, e.Reason, e.Proto, fieldsText(e.Fields))
	case *ResponseHead:
		fmt.Fprintf(&b, "response %d %q %s | %s %d %s (%s) | %s", e.Status, e.Reason, e.Proto,
			e.Framing, e.Length, e.Content, e.Why, fieldsText(e.Fields))
	case *Data:
		fmt.Fprintf(&b, "%s data%s %s", arrow(e.Dir), dataTags(e), quoteShort(e.Bytes))
	case *DirectionEnd:
		fmt.Fprintf(&b, "%s end", arrow(e.Dir))
		if e.Trailer != nil {
			fmt.Fprintf(&b, " | %s", fieldsText(e.Trailer))
		}
	case *ExchangeEnd:
		fmt.Fprintf(&b, "exchange ended by %s: %s%s", e.By, e.How, errText(e.Err))
		if e.OpenRequest {
			b.WriteString(", request open")
		}
		if e.OpenResponse {
			b.WriteString(", response open")
		}
	case *Gap:
		fmt.Fprintf(&b, "%s gap of %d bytes: %s", arrow(e.Dir), e.Bytes, e.Why)
	case *Anomaly:
		fmt.Fprintf(&b, "%s anomaly: %s %s", arrow(e.Dir), e.Reason, quoteShort(e.Bytes))
	case *Message:
		fmt.Fprintf(&b, "%s message %s %d%s %s", arrow(e.Dir), e.Type, e.Size, errText(e.Compression+e.Cut), quoteShort(e.Bytes))
	case *ControlFrames:
		fmt.Fprintf(&b, "%s %d bytes: %d settings, %d ping, %d window update, %d priority, %d goaway, %d other", arrow(e.Dir),
			e.Bytes, e.Settings, e.Ping, e.WindowUpdate, e.Priority, e.GoAway, e.Other)
		if e.Late > 0 {
			fmt.Fprintf(&b, ", %d bytes late", e.Late)
		}
	case *Mark:
		fmt.Fprintf(&b, "mark %q", e.Text)
	default:
		fmt.Fprintf(&b, "%T", e)
	}
	return b.String()
}

func arrow(d Direction) string { return [...]string{">", "<"}[d] }

func errText(s string) string {
	if s == "" {
		return ""
	}
	return fmt.Sprintf(" (%s)", s)
}

func dataTags(e *Data) string {
	s := ""
	if e.Fd != NoFd {
		s += fmt.Sprintf(" fd%d", e.Fd)
	}
	if e.More {
		s += " more"
	}
	if e.First != e.Time {
		s += fmt.Sprintf(" since %dus", e.First.Microseconds())
	}
	return s
}

func fieldsText(fs []Field) string {
	var parts []string
	for _, f := range fs {
		parts = append(parts, f.Name+"="+f.Value)
	}
	return fmt.Sprintf("%q", strings.Join(parts, "; "))
}

func quoteShort(b []byte) string {
	if len(b) > 400 {
		return fmt.Sprintf("%d bytes %q...%q", len(b), b[:60], b[len(b)-60:])
	}
	return fmt.Sprintf("%q", b)
}

// normalise joins runs that were only cut by reading, and forgets when the
// first byte of data came. The values of JSON streams are not joined: they do
// not depend on reads. It changes the events.
func normalise(events []Event) []Event {
	var out []Event
	values := map[ExchangeID]bool{}
	for _, e := range events {
		if r, ok := e.(*ResponseHead); ok && r.Content == ContentJSONStream {
			values[r.Exchange] = true
		}
		if d, ok := e.(*Data); ok {
			d.First = d.Time
			if last, ok := lastOf[*Data](out); ok && last.Origin == d.Origin && last.Dir == d.Dir && last.Fd == NoFd && d.Fd == NoFd &&
				(d.Dir == Request || !values[d.Exchange]) {
				last.Bytes = append(last.Bytes, d.Bytes...)
				continue
			}
		}
		if a, ok := e.(*Anomaly); ok {
			if last, ok := lastOf[*Anomaly](out); ok && last.Origin == a.Origin && last.Dir == a.Dir && (last.Reason == a.Reason || strings.HasPrefix(a.Reason, "skipped")) {
				last.Bytes = append(last.Bytes, a.Bytes...)
				continue
			}
		}
		out = append(out, e)
	}
	return out
}

func lastOf[T Event](events []Event) (T, bool) {
	var zero T
	if len(events) == 0 {
		return zero, false
	}
	e, ok := events[len(events)-1].(T)
	return e, ok
}

func collect(s script, cut int) []Event {
	var out []Event
	s.play(cut, func(e Event) { out = append(out, Clone(e)) })
	return out
}

func renderAll(events []Event) string {
	var b strings.Builder
	for _, e := range events {
		b.WriteString(render(e))
		b.WriteByte('\n')
	}
	return b.String()
}
