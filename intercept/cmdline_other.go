//go:build !linux

package intercept

// commands keeps what reading command lines needs; here it needs nothing.
type commands struct{}

func (*commands) close() {}
