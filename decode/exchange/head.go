package exchange

import "strings"

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
