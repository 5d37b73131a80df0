package cells

import (
	"fmt"
	"strings"
)

// maxHex bounds how many bytes are shown as hex.
const maxHex = 256 << 10

// hexDump shows bytes as hex and ASCII, as many on a line as there is room for.
// at is the offset of the first.
func hexDump(b []byte, at int64, width int, role Role) []Line {
	per := 16
	if width < 76 {
		per = 8
	}
	var lines []Line
	cut := len(b) - maxHex
	b = b[:min(len(b), maxHex)]
	for len(b) > 0 {
		row := b[:min(per, len(b))]
		b = b[len(row):]
		var l Line
		l.Add(Dim, fmt.Sprintf("%06x  ", at))
		var h, a strings.Builder
		for i := range per {
			if i == 8 {
				h.WriteByte(' ')
			}
			if i >= len(row) {
				h.WriteString("   ")
				continue
			}
			fmt.Fprintf(&h, "%02x ", row[i])
			if row[i] >= ' ' && row[i] < 0x7f {
				a.WriteByte(row[i])
			} else {
				a.WriteByte('.')
			}
		}
		l.Add(role, h.String()).Add(Text, " "+a.String())
		lines = append(lines, l)
		at += int64(len(row))
	}
	if cut > 0 {
		lines = append(lines, Make(Warn, fmt.Sprintf("… %d more bytes are not shown", cut)))
	}
	return lines
}
