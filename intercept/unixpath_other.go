//go:build !linux

package intercept

// maxUnixPath is sun_path without its final NUL: 104 bytes on the BSDs and
// macOS; Windows has 108, the smaller one serves for both.
const maxUnixPath = 103

// abstractSockets exist on Linux only.
const abstractSockets = false
