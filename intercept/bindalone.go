package intercept

import "net"

// Bind listens on an endpoint for a caller that serves it itself. A socket file is
// accessible to this user only. Bind replaces a stale one, and closing the
// listener removes it.
func Bind(ep Endpoint) (net.Listener, error) { return listen(ep, Endpoint{}, Private) }
