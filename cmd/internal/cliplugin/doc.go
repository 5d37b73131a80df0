// Package cliplugin is what the docker command line asks of a plugin: a name,
// metadata, docker's global flags before the plugin's own word, and the socket
// by which docker says that it is time to end. It also puts the plugin into
// its place, finds it there and takes it away.
//
// It must not know what dockwire's commands do. Start reading at
// invocation.go, then link.go.
package cliplugin
