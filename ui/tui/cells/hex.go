package cells

import (
	"fmt"
	"strings"
)

// maxHex bounds how many bytes are shown as hex of each end.
const maxHex = 128 << 10

// hexDump shows the two ends of size bytes as hex and ASCII: first are those it begins
// with, end are those it ends with, where first has not all.
func hexDump(first, end []byte, size int64, width int, role Role) []Line {
	if len(end) == 0 && size == int64(len(first)) {
		first, end = first[:min(len(first), maxHex)], first[min(len(first), maxHex):]
	}
	first, end = first[:min(len(first), maxHex)], end[max(len(end)-maxHex, 0):]
	lines := hexRows(nil, first, 0, width, role)
	if left := size - int64(len(first)+len(end)); left > 0 {
		lines = append(lines, Make(Warn, fmt.Sprintf("… %d bytes are not shown here", left)))
	}
	return hexRows(lines, end, size-int64(len(end)), width, role)
}

// hexRows adds bytes, as many on a line as there is room for. at is the offset of the
// first.
func hexRows(lines []Line, b []byte, at int64, width int, role Role) []Line {
	per := 16
	if width < 76 {
		per = 8
	}
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
	return lines
}
