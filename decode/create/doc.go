// Package create reads what a ContainerCreate asks for: the settings that are
// not what dockerd would take anyhow, and the docker command line that asks for
// the same.
//
// It is pure: a request in, texts out. It must not know exchanges or screens.
// Start reading at settings.go.
package create
