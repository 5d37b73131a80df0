package intercept

import (
	"context"
	"fmt"
	"net"

	"github.com/Microsoft/go-winio"
)

// dialPipe connects to a named pipe. Docker's are in message mode, where an
// empty message is the half-close.
func dialPipe(ctx context.Context, path string) (conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	c, err := winio.DialPipeContext(ctx, path)
	if err != nil {
		return nil, err
	}
	return asConn(c)
}

// asConn wants a half-close: without one, stdin would never end in a container.
func asConn(c net.Conn) (conn, error) {
	if half, ok := c.(conn); ok {
		return half, nil
	}
	c.Close()
	return nil, fmt.Errorf("the pipe is not in message mode, so it has no half-close, which the Docker API needs")
}

// pipeAccess allows SYSTEM, administrators and the pipe's owner, in the Security
// Descriptor Definition Language.
const pipeAccess = "D:P(A;;GA;;;SY)(A;;GA;;;BA)(A;;GA;;;OW)"

// listenPipe makes a named pipe as dockerd's is (moby daemon/listeners),
// though never for a wider group.
func listenPipe(path string) (net.Listener, error) {
	return winio.ListenPipe(path, &winio.PipeConfig{
		SecurityDescriptor: pipeAccess,
		MessageMode:        true,
		InputBufferSize:    64 << 10,
		OutputBufferSize:   64 << 10,
	})
}
