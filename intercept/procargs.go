package intercept

import (
	"bytes"
	"encoding/binary"
)

// parseProcargs takes argv out of what sysctl kern.procargs2 of macOS gives:
// argc as a 32-bit integer, the path of the executable, NULs up to the next
// word, argc strings each with a NUL, then the environment (xnu
// bsd/kern/kern_sysctl.c, sysctl_procargsx). nil when it is cut short.
func parseProcargs(b []byte) []string {
	if len(b) < 4 {
		return nil
	}
	argc := int(int32(binary.NativeEndian.Uint32(b)))
	_, rest, ok := bytes.Cut(b[4:], []byte{0})
	if !ok {
		return nil
	}
	rest = bytes.TrimLeft(rest, "\x00")
	var args []string
	for len(args) < argc {
		arg, after, ok := bytes.Cut(rest, []byte{0})
		if !ok {
			return nil
		}
		args = append(args, string(arg))
		rest = after
	}
	return args
}
