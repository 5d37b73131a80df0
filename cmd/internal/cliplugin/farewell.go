package cliplugin

import (
	"io"
	"net"
)

// SocketVariable names the socket that docker closes, by ending itself or
// because somebody told it to end, when its plugin shall end (docker/cli
// cli-plugins/socket). Without a terminal no signal comes, only this.
const SocketVariable = "DOCKER_CLI_PLUGIN_SOCKET"

// OriginalVariable is set by docker in the environment of every plugin.
const OriginalVariable = "DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND"

// Await calls end, in a goroutine, once docker closes the socket at address.
// It runs for as long as the process; a docker without a socket (before 25)
// gives no address, and then nothing happens.
func Await(address string, end func()) {
	if address == "" {
		return
	}
	conn, err := net.Dial("unix", address)
	if err != nil {
		return // docker is gone already, or too old: signals still come
	}
	go func() {
		_, _ = io.Copy(io.Discard, conn)
		_ = conn.Close()
		end()
	}()
}
