package intercept

import "net"

// Bind listens on an endpoint for those who serve it themselves. A socket file
// is this user's only, a stale one is replaced, and it is removed when the
// listener is closed.
func Bind(ep Endpoint) (net.Listener, error) { return listen(ep, Endpoint{}, Private) }
