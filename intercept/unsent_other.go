//go:build !linux

package intercept

// unsent cannot be asked for here; a reset may overtake the last bytes.
func unsent(conn) int { return 0 }
