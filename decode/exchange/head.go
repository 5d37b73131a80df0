package exchange

import (
	"fmt"
	"strings"

	"github.com/dockwire/dockwire/decode"
)

// HeadText is a head as it was on the wire, line by line: "" before there is one.
func (x *Exchange) HeadText(d decode.Direction) string {
	s := x.Side(d)
	var b strings.Builder
	switch {
	case d == decode.Request:
		fmt.Fprintf(&b, "%s %s %s\n", x.Method, x.Target, s.Proto)
	case x.Status == 0:
		return ""
	default:
		fmt.Fprintf(&b, "%s %d %s\n", s.Proto, x.Status, x.Reason)
	}
	for _, f := range s.Fields {
		fmt.Fprintf(&b, "%s: %s\n", f.Name, f.Value)
	}
	return b.String()
}

// requestHead is the head of the request as on the wire, or put together again.
// A line that is no field has no colon.
func (x *Exchange) requestHead() string {
	if len(x.Request.Raw) > 0 {
		return string(x.Request.Raw)
	}
	var head strings.Builder
	head.WriteString(x.Method + " " + x.Target + " " + x.Request.Proto + "\r\n")
	for _, f := range x.Request.Fields {
		head.WriteString(f.Name)
		if f.Value != "" || !strings.ContainsAny(f.Name, " {") {
			head.WriteString(": " + f.Value)
		}
		head.WriteString("\r\n")
	}
	head.WriteString("\r\n")
	return head.String()
}
