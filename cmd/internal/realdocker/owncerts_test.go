//go:build linux

package realdocker

import (
	"path/filepath"
	"testing"
)

// pki is a CA with a server and clients, as `dockwire certs make` leaves them.
type pki struct{ dir string }

func makeCerts(t *testing.T, flags ...string) pki {
	t.Helper()
	dir := t.TempDir()
	command(t, dockwire, append([]string{"certs", "make", dir, "--host", "localhost", "--client", "alice", "--client", "tapper"}, flags...)...)
	return pki{dir}
}

// server is the folder for the program that listens.
func (p pki) server() string { return filepath.Join(p.dir, "server") }

// client is the DOCKER_CERT_PATH of one client.
func (p pki) client(name string) string { return filepath.Join(p.dir, "clients", name) }

// daemonFlags make a dockerd let in whom the CA vouches for.
func (p pki) daemonFlags() []string {
	return []string{"--tlsverify", "--tlscacert", filepath.Join(p.server(), "ca.pem"),
		"--tlscert", filepath.Join(p.server(), "server-cert.pem"), "--tlskey", filepath.Join(p.server(), "server-key.pem")}
}

// clientFlags make docker, or dockwire, show a client's certificate.
func (p pki) clientFlags(name string) []string {
	dir := p.client(name)
	return []string{"--tlsverify", "--tlscacert", filepath.Join(dir, "ca.pem"),
		"--tlscert", filepath.Join(dir, "cert.pem"), "--tlskey", filepath.Join(dir, "key.pem")}
}

// environment makes docker show a client's certificate.
func (p pki) environment(name string) []string {
	return []string{"DOCKER_TLS_VERIFY=1", "DOCKER_CERT_PATH=" + p.client(name)}
}
