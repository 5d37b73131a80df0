package dockercontext

import (
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestCandidates(t *testing.T) {
	in := Input{HomeDir: "/home/me", UID: 1000, OS: "linux"}
	var got []string
	for _, c := range Candidates(in) {
		got = append(got, c.Path())
	}
	want := []string{
		"/var/run/docker.sock",
		"/run/user/1000/docker.sock",
		"/home/me/.docker/run/docker.sock",
		"/home/me/.docker/desktop/docker.sock",
		"/home/me/.colima/default/docker.sock",
		"/home/me/.orbstack/run/docker.sock",
		"/home/me/.rd/docker.sock",
		"/run/user/1000/podman/podman.sock",
		"/run/podman/podman.sock",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	in.OS = "windows"
	if c := Candidates(in)[0]; c.Host != "npipe:////./pipe/docker_engine" {
		t.Errorf("Windows: %v", c)
	}
}

func TestFind(t *testing.T) {
	runtime := "/run/user/1000/docker.sock"
	podman := "/run/podman/podman.sock"
	for _, tt := range []struct {
		name   string
		exist  []string
		env    []string
		want   string
		source Source
	}{
		{"docker's default wins", []string{"/var/run/docker.sock", runtime}, nil, "unix:///var/run/docker.sock", FromDefault},
		{"the first that exists", []string{podman, runtime}, nil, "unix://" + runtime, FromCandidate},
		{"nothing exists", nil, nil, "unix:///var/run/docker.sock", FromDefault},
		{"what was asked for is not replaced", []string{runtime}, []string{"DOCKER_HOST=unix:///gone"}, "unix:///gone", FromHostEnv},
		{"nor the default, when asked for", []string{runtime}, []string{"DOCKER_CONTEXT=default"}, "unix:///var/run/docker.sock", FromContextEnv},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ep, err := Find(Input{Env: env(tt.env...), UID: 1000, OS: "linux", ConfigDir: t.TempDir(),
				HasSocket: func(p string) bool { return slices.Contains(tt.exist, p) }})
			if err != nil || ep.Host != tt.want || ep.Source != tt.source {
				t.Errorf("got %+v, %v", ep, err)
			}
			if said := strings.Contains(strings.Join(ep.Warnings, "\n"), "does not exist"); said != (tt.source == FromCandidate) {
				t.Errorf("warnings: %q", ep.Warnings)
			}
		})
	}
}

func TestHasSocketLooksForSockets(t *testing.T) {
	dir, err := os.MkdirTemp("", "sock") // a socket's path may not be long
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	l, err := net.Listen("unix", filepath.Join(dir, "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	in := Input{OS: "linux"}
	if !in.hasSocket(filepath.Join(dir, "s")) || in.hasSocket(dir) || in.hasSocket(filepath.Join(dir, "none")) {
		t.Error("a socket is a socket, a folder and nothing are not")
	}
}
