package copyas

import (
	"cmp"
	"strings"

	"github.com/dockwire/dockwire/decode/create"
)

// daemon is where a copied call goes to.
type daemon struct {
	network, address string
	base             string // of URLs
	curl             string // flags
	remark           string // what the user has to do after pasting; "" for nothing
}

// daemonAt reads an endpoint as dockwire writes it; "" is docker's default.
func daemonAt(endpoint string) daemon {
	scheme, address, _ := strings.Cut(endpoint, "://")
	switch scheme {
	case "tcp":
		return daemon{network: "tcp", address: address, base: "http://" + address}
	case "tls":
		return daemon{
			network: "tcp", address: address, base: "https://" + address,
			curl:   " --cacert ca.pem --cert cert.pem --key key.pem",
			remark: "ca.pem, cert.pem and key.pem are those of DOCKER_CERT_PATH",
		}
	case "ssh", "npipe":
		return daemon{
			network: "unix", address: "/tmp/docker.sock", base: "http://docker", curl: " --unix-socket /tmp/docker.sock",
			remark: "the daemon is at " + endpoint + ": dockwire tap --listen unix:///tmp/docker.sock -H " + endpoint + " makes that socket",
		}
	}
	address = cmp.Or(address, "/var/run/docker.sock")
	return daemon{network: "unix", address: address, base: "http://docker", curl: " --unix-socket " + create.Quote(address)}
}
