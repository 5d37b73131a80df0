package v1

import (
	"bytes"

	"github.com/dockwire/dockwire/decode"
)

// Scan reads event name and exchange from how the writer begins every line,
// without parsing the line. A line that another tool wrote may begin
// otherwise.
func Scan(line []byte) (event []byte, x decode.ExchangeID, ok bool) {
	rest, ok := bytes.CutPrefix(line, []byte(`{"e":"`))
	if !ok {
		return nil, 0, false
	}
	end := bytes.IndexByte(rest, '"')
	if end < 0 {
		return nil, 0, false
	}
	event = rest[:end]
	if rest, ok = bytes.CutPrefix(rest[end:], []byte(`","x":`)); !ok {
		return nil, 0, false
	}
	n := 0
	for n < len(rest) && n < 18 && rest[n] >= '0' && rest[n] <= '9' {
		x = x*10 + decode.ExchangeID(rest[n]-'0')
		n++
	}
	return event, x, n > 0 && n < len(rest) && rest[n] == ','
}
