package engine

import "strings"

// sequence is the length of the terminal control sequence that s begins with,
// 0 if it begins with none (ECMA-48 section 5.4; OSC, DCS and the like end
// with BEL or ST).
func sequence(s string) int {
	if len(s) == 0 || s[0] != 0x1b {
		return 0
	}
	if len(s) == 1 {
		return 1
	}
	switch s[1] {
	case '[':
		for i := 2; i < len(s); i++ {
			if s[i] < 0x20 || s[i] > 0x3f {
				if s[i] >= 0x40 && s[i] <= 0x7e {
					return i + 1
				}
				return i // not a sequence after all
			}
		}
		return len(s)
	case ']', 'P', 'X', '^', '_':
		for i := 2; i < len(s); i++ {
			if s[i] == 0x07 {
				return i + 1
			}
			if strings.HasPrefix(s[i:], "\x1b\\") {
				return i + 2
			}
		}
		return len(s)
	}
	return 1
}
