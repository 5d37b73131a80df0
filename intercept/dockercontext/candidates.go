package dockercontext

import (
	"fmt"
	"path"
	"strings"
)

// Candidate is a socket that an installation is known to make.
type Candidate struct {
	Host string // unix:// or npipe://
	Of   string // whose socket that is, e.g. "Docker Desktop"
}

// Path is the socket or pipe on disk.
func (c Candidate) Path() string {
	_, p, _ := strings.Cut(c.Host, "://")
	return p
}

// Candidates lists where a daemon may listen when nothing is configured, in
// the order they are tried: docker's default first, then this user's own
// daemons, then the virtual machines of desktop products, then Podman, which
// only resembles docker.
func Candidates(in Input) []Candidate {
	if in.goos() == "windows" {
		return []Candidate{
			{defaultHost("windows"), "docker's default"},
			{"npipe:////./pipe/dockerDesktopLinuxEngine", "Docker Desktop"},
			{"npipe:////./pipe/podman-machine-default", "Podman machine"},
		}
	}
	all := []Candidate{{defaultHost(in.goos()), "docker's default"}}
	add := func(of, dir string, rest ...string) {
		if dir != "" {
			all = append(all, Candidate{"unix://" + path.Join(append([]string{dir}, rest...)...), of})
		}
	}
	runtime, home := in.runtimeDir(), in.HomeDir
	add("rootless dockerd", runtime, "docker.sock")
	add("Docker Desktop", home, ".docker/run/docker.sock")
	add("Docker Desktop for Linux", home, ".docker/desktop/docker.sock")
	add("Colima", in.env("COLIMA_HOME"), "default/docker.sock")
	add("Colima", home, ".colima/default/docker.sock")
	add("OrbStack", home, ".orbstack/run/docker.sock")
	add("Rancher Desktop", home, ".rd/docker.sock")
	add("rootless Podman", runtime, "podman/podman.sock")
	add("Podman", "/run/podman/podman.sock")
	return all
}

func (in Input) runtimeDir() string {
	if dir := in.env("XDG_RUNTIME_DIR"); dir != "" {
		return dir
	}
	if in.UID > 0 {
		return fmt.Sprintf("/run/user/%d", in.UID)
	}
	return ""
}

// Find is Resolve, and when that ends at docker's default socket, nothing
// asked for it and it does not exist, the first of Candidates that does.
// When none does, the answer is docker's.
func Find(in Input) (Endpoint, error) {
	ep, err := Resolve(in)
	if err != nil || ep.Source != FromDefault || ep.Host != defaultHost(in.goos()) {
		return ep, err
	}
	for i, c := range Candidates(in) {
		if !in.hasSocket(c.Path()) {
			continue
		}
		if i > 0 {
			ep.Host, ep.Source = c.Host, FromCandidate
			ep.Warnings = append(ep.Warnings, fmt.Sprintf("%s does not exist; using the socket of %s (docker itself would need DOCKER_HOST=%s)",
				strings.TrimPrefix(defaultHost(in.goos()), "unix://"), c.Of, c.Host))
		}
		break
	}
	return ep, nil
}
