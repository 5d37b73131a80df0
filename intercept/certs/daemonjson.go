package certs

import (
	"encoding/json"
	"fmt"
	"net"
	"path/filepath"
	"strings"
)

// Daemon is the configuration of a dockerd that listens with the files of a folder.
type Daemon struct {
	JSON     []byte // for /etc/docker/daemon.json
	Override string // a systemd drop-in that goes with it
	Notes    []string
}

// OverridePath is where the drop-in belongs.
const OverridePath = "/etc/systemd/system/docker.service.d/hosts.conf"

// DaemonJSON writes the settings for a dockerd whose server files lie in dir,
// as the daemon's host sees it, and which listens on the given addresses
// (tcp://ADDRESS:PORT, or parts of it; none: every interface, port 2376)
// besides its Unix socket.
func DaemonJSON(dir string, hosts []string) (Daemon, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return Daemon{}, err
	}
	if len(hosts) == 0 {
		hosts = []string{"tcp://0.0.0.0:2376"}
	}
	listen := []string{"unix:///var/run/docker.sock"}
	for _, host := range hosts {
		addr, err := listenAddress(host)
		if err != nil {
			return Daemon{}, err
		}
		listen = append(listen, addr)
	}
	files := ServerFiles(abs)
	out, err := json.MarshalIndent(struct {
		Hosts     []string `json:"hosts"`
		TLSVerify bool     `json:"tlsverify"`
		CA        string   `json:"tlscacert"`
		Cert      string   `json:"tlscert"`
		Key       string   `json:"tlskey"`
	}{listen, true, files.CA, files.Cert, files.Key}, "", "  ")
	if err != nil {
		return Daemon{}, err
	}
	return Daemon{
		JSON: append(out, '\n'),
		Override: `[Service]
ExecStart=
ExecStart=/usr/bin/dockerd --containerd=/run/containerd/containerd.sock
`,
		Notes: []string{
			"If /etc/docker/daemon.json exists, add these keys to it; do not replace it.",
			"tlsverify lets in only clients with a certificate of this CA. Everyone who has one is root on this host.",
			"Where systemd starts dockerd with \"-H fd://\" (most packages do), \"hosts\" conflicts with that flag and dockerd does not start: " +
				"\"the following directives are specified both as a flag and in the configuration file: hosts\". " +
				"Put the drop-in into " + OverridePath + " (look at \"systemctl cat docker\" for other flags that it should keep), then: systemctl daemon-reload && systemctl restart docker.",
			"dockerd reads its certificates at start only: restart it after they were renewed.",
		},
	}, nil
}

// listenAddress completes an address with scheme and port.
func listenAddress(host string) (string, error) {
	addr := strings.TrimPrefix(host, "tcp://")
	if strings.Contains(addr, "/") || addr == "" {
		return "", fmt.Errorf("address %q: it should look like tcp://0.0.0.0:2376", host)
	}
	name, port, err := net.SplitHostPort(addr)
	if err != nil {
		name, port = strings.Trim(addr, "[]"), "2376"
	}
	return "tcp://" + net.JoinHostPort(name, port), nil
}
