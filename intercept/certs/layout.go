package certs

import "path/filepath"

// Files are the PEM files of one side of a TLS connection. An empty CA means
// the system's authorities for a client; an empty Cert or Key means that no
// certificate is shown.
type Files struct {
	CA, Cert, Key string
	SkipVerify    bool // clients only: the server's certificate is not verified
}

// Names of the files, as docker and dockerd's documentation have them.
const (
	caName         = "ca.pem"
	caKeyName      = "ca-key.pem"
	clientCertName = "cert.pem"
	clientKeyName  = "key.pem"
	serverCertName = "server-cert.pem"
	serverKeyName  = "server-key.pem"
)

// ClientFiles are the files of a DOCKER_CERT_PATH folder.
func ClientFiles(dir string) Files {
	return Files{CA: filepath.Join(dir, caName), Cert: filepath.Join(dir, clientCertName), Key: filepath.Join(dir, clientKeyName)}
}

// ServerFiles are the files of a server's folder: dockerd's, or that of
// dockwire's own TLS listener.
func ServerFiles(dir string) Files {
	return Files{CA: filepath.Join(dir, caName), Cert: filepath.Join(dir, serverCertName), Key: filepath.Join(dir, serverKeyName)}
}

// Role is the side of the connection that files are for.
type Role uint8

const (
	Client Role = iota
	Server
)

func (r Role) String() string {
	if r == Server {
		return "server"
	}
	return "client"
}
