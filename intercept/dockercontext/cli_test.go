package dockercontext_test

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/intercept/certs"
	"github.com/dockwire/dockwire/intercept/dockercontext"
)

// clis finds every docker command line in PATH: old ones and new ones decide
// alike. Without any the test is skipped, unless docker is required.
func clis(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		path, err := filepath.EvalSymlinks(filepath.Join(dir, "docker"))
		if err == nil && !slices.Contains(all, path) {
			all = append(all, path)
		}
	}
	if len(all) == 0 {
		if os.Getenv("DOCKWIRE_DOCKER") != "" {
			t.Fatal("no docker command line in PATH, and DOCKWIRE_DOCKER=1")
		}
		t.Skip("no docker command line in PATH")
	}
	return all
}

// docker runs a docker command line with nothing in its environment but env.
func docker(t *testing.T, cli, configDir string, env []string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.Command(cli, args...)
	cmd.Env = append([]string{"DOCKER_CONFIG=" + configDir, "HOME=" + configDir, "PATH=" + os.Getenv("PATH")}, env...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		err = errors.Join(err, errors.New(stderr.String()))
	}
	return strings.TrimSpace(string(out)), err
}

// inspected is what "docker context inspect" prints.
type inspected struct {
	Name      string
	Endpoints struct {
		Docker struct {
			Host          string
			SkipTLSVerify bool
		} `json:"docker"`
	}
	TLSMaterial map[string][]string
}

func inspect(t *testing.T, cli, configDir string, env []string, args ...string) (inspected, error) {
	t.Helper()
	out, err := docker(t, cli, configDir, env, append(args, "context", "inspect")...)
	if err != nil {
		return inspected{}, err
	}
	var list []inspected
	if err := json.Unmarshal([]byte(out), &list); err != nil || len(list) != 1 {
		t.Fatalf("%s: %v", out, err)
	}
	return list[0], nil
}

// pki makes a CA and a client certificate and returns the client's folder.
func pki(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if _, err := certs.Make(certs.Plan{Dir: dir, Clients: []string{"client"}}); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "clients", "client")
}

// TestAsDocker asks the real command line and Resolve the same questions.
func TestAsDocker(t *testing.T) {
	pems := pki(t)
	withTLS := "host=tcp://secure:2376,ca=" + pems + "/ca.pem,cert=" + pems + "/cert.pem,key=" + pems + "/key.pem"
	for _, cli := range clis(t) {
		dir := t.TempDir()
		for name, endpoint := range map[string]string{"plain": "host=tcp://plain:2375", "secure": withTLS,
			"unverified": "host=tcp://unverified:2376,skip-tls-verify=true", "overssh": "host=ssh://me@box", "local": "host=unix:///run/x.sock"} {
			if _, err := docker(t, cli, dir, nil, "context", "create", name, "--docker", endpoint); err != nil {
				t.Fatal(cli, err)
			}
		}
		current := t.TempDir()
		if err := os.CopyFS(current, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		if _, err := docker(t, cli, current, nil, "context", "use", "secure"); err != nil {
			t.Fatal(cli, err)
		}
		for _, tt := range questions(pems) {
			for _, configDir := range []string{dir, current} {
				compare(t, cli, configDir, tt)
			}
		}
	}
}

type question struct {
	env   []string
	args  []string
	flags dockercontext.Flags
}

func ptr[T any](v T) *T { return &v }

func questions(pems string) []question {
	type flags = dockercontext.Flags
	certPath := "DOCKER_CERT_PATH=" + pems
	return []question{
		{},
		{env: []string{"DOCKER_HOST=tcp://envhost"}},
		{env: []string{"DOCKER_HOST= "}},
		{env: []string{"DOCKER_HOST=http://envhost"}},
		{env: []string{"DOCKER_HOST=unix://relative/path"}},
		{env: []string{"DOCKER_HOST=tcp://envhost", "DOCKER_CONTEXT=plain"}},
		{env: []string{"DOCKER_CONTEXT=plain"}},
		{env: []string{"DOCKER_CONTEXT=default"}},
		{env: []string{"DOCKER_CONTEXT=missing"}},
		{args: []string{"-c", "local"}, flags: flags{Context: "local"}},
		{args: []string{"-c", "secure"}, flags: flags{Context: "secure"}},
		{args: []string{"-c", "unverified"}, flags: flags{Context: "unverified"}},
		{args: []string{"-c", "overssh"}, flags: flags{Context: "overssh"}},
		{args: []string{"-c", "missing"}, flags: flags{Context: "missing"}},
		{env: []string{"DOCKER_HOST=tcp://envhost"}, args: []string{"-c", "default"}, flags: flags{Context: "default"}},
		{env: []string{"DOCKER_HOST=tcp://envhost"}, args: []string{"-c", "plain"}, flags: flags{Context: "plain"}},
		{args: []string{"-H", ""}, flags: flags{Host: []string{""}}},
		{args: []string{"-H", "box"}, flags: flags{Host: []string{"box"}}},
		{args: []string{"-H", "tcp://[::1]"}, flags: flags{Host: []string{"tcp://[::1]"}}},
		{args: []string{"-H", "tcp://:7777/base"}, flags: flags{Host: []string{"tcp://:7777/base"}}},
		{args: []string{"-H", "a", "-H", "b"}, flags: flags{Host: []string{"a", "b"}}},
		{args: []string{"-H", "a", "-c", "plain"}, flags: flags{Host: []string{"a"}, Context: "plain"}},
		{env: []string{"DOCKER_TLS_VERIFY=1", certPath, "DOCKER_CONTEXT=default"}},
		{env: []string{"DOCKER_TLS_VERIFY=0", certPath, "DOCKER_HOST=tcp://envhost"}},
		{env: []string{"DOCKER_TLS_VERIFY=false", certPath, "DOCKER_HOST=tcp://envhost"}},
		{env: []string{"DOCKER_TLS_VERIFY=1", "DOCKER_HOST=tcp://envhost"}},
		{env: []string{"DOCKER_TLS_VERIFY=1", "DOCKER_HOST=unix:///x"}},
		{env: []string{certPath}, args: []string{"-H", "x", "--tls"}, flags: flags{Host: []string{"x"}, TLS: ptr(true)}},
		{env: []string{certPath}, args: []string{"-H", "x", "--tlsverify"}, flags: flags{Host: []string{"x"}, TLSVerify: ptr(true)}},
		{env: []string{certPath}, args: []string{"-H", "x", "--tlsverify=false"}, flags: flags{Host: []string{"x"}, TLSVerify: ptr(false)}},
		{env: []string{certPath, "DOCKER_TLS_VERIFY=1"}, args: []string{"-H", "x", "--tls=false"}, flags: flags{Host: []string{"x"}, TLS: ptr(false)}},
		{env: []string{certPath}, args: []string{"-H", "x", "--tlsverify", "--tlscert", "/none"}, flags: flags{Host: []string{"x"}, TLSVerify: ptr(true), Cert: ptr("/none")}},
		{env: []string{certPath}, args: []string{"-H", "x", "--tlsverify", "--tlscacert", ""}, flags: flags{Host: []string{"x"}, TLSVerify: ptr(true), CACert: ptr("")}},
		{args: []string{"-H", "x", "--tlsverify", "--tlscacert", ""}, flags: flags{Host: []string{"x"}, TLSVerify: ptr(true), CACert: ptr("")}},
	}
}

func compare(t *testing.T, cli, configDir string, q question) {
	t.Helper()
	want, wantErr := inspect(t, cli, configDir, q.env, q.args...)
	if wantErr != nil && strings.Contains(wantErr.Error(), "panic: ") {
		return // docker 20.10 falls over an empty --tlscacert: no answer to compare with
	}
	in := dockercontext.Input{ConfigDir: configDir, Flags: q.flags, Env: func(name string) string {
		for _, e := range q.env {
			if k, v, _ := strings.Cut(e, "="); k == name {
				return v
			}
		}
		return ""
	}}
	ep, err := dockercontext.Resolve(in)
	if (err != nil) != (wantErr != nil) {
		t.Errorf("%s %q %q: got %v, docker %v", cli, q.env, q.args, err, wantErr)
		return
	}
	if err != nil {
		return
	}
	if ep.Context != want.Name || ep.Host != want.Endpoints.Docker.Host {
		t.Errorf("%s %q %q: got %s %s, docker %s %s", cli, q.env, q.args, ep.Context, ep.Host, want.Name, want.Endpoints.Docker.Host)
	}
	if !strings.HasPrefix(ep.Host, "tcp:") {
		return // docker still shows TLS settings that it does not use
	}
	skip, files := false, []string(nil)
	if ep.TLS != nil {
		skip = ep.TLS.SkipVerify
		for _, path := range []string{ep.TLS.CA, ep.TLS.Cert, ep.TLS.Key} {
			if path != "" {
				files = append(files, filepath.Base(path))
			}
		}
	}
	shown := want.TLSMaterial["docker"]
	slices.Sort(shown)
	if skip != want.Endpoints.Docker.SkipTLSVerify || !slices.Equal(files, shown) {
		t.Errorf("%s %q %q: got %v %v, docker %v %v", cli, q.env, q.args, skip, files, want.Endpoints.Docker.SkipTLSVerify, shown)
	}
}

// TestDockerUsesWhatCreateWrites lists, inspects and removes a created context
// with the real command line.
func TestDockerUsesWhatCreateWrites(t *testing.T) {
	pems := pki(t)
	for _, cli := range clis(t) {
		dir := t.TempDir()
		c, err := dockercontext.Create(dir, dockercontext.Spec{Name: "tapped", Host: "tcp://127.0.0.1:1", Description: "a tap",
			TLS: &dockercontext.TLSFiles{CA: pems + "/ca.pem", Cert: pems + "/cert.pem", Key: pems + "/key.pem"}})
		if err != nil {
			t.Fatal(err)
		}
		list, err := docker(t, cli, dir, nil, "context", "ls", "--format", "{{.Name}}|{{.Description}}|{{.DockerEndpoint}}")
		if err != nil || !strings.Contains(list, "tapped|a tap|tcp://127.0.0.1:1") {
			t.Errorf("%s: context ls: %q, %v", cli, list, err)
		}
		seen, err := inspect(t, cli, dir, nil, "-c", "tapped")
		if err != nil || len(seen.TLSMaterial["docker"]) != 3 {
			t.Errorf("%s: inspect: %+v, %v", cli, seen, err)
		}
		if _, err := docker(t, cli, dir, nil, "context", "create", "tapped", "--docker", "host=tcp://x:1"); err == nil {
			t.Errorf("%s: docker made a second one", cli)
		}
		if _, err := docker(t, cli, dir, nil, "context", "update", "tapped", "--docker", "host=tcp://x:1"); err != nil {
			t.Errorf("%s: update: %v", cli, err)
		}
		if err := c.Remove(); !errors.Is(err, dockercontext.ErrChanged) {
			t.Errorf("%s: a context that docker updated: %v", cli, err)
		}
		if _, err := docker(t, cli, dir, nil, "context", "rm", "tapped"); err != nil {
			t.Errorf("%s: rm: %v", cli, err)
		}
		if err := c.Remove(); err != nil {
			t.Errorf("%s: a context that docker removed: %v", cli, err)
		}
	}
}

// TestDockerPSThroughContext needs the daemon's own socket.
func TestDockerPSThroughContext(t *testing.T) {
	const socket = "/var/run/docker.sock"
	all := clis(t)
	if _, err := os.Stat(socket); err != nil {
		if os.Getenv("DOCKWIRE_DOCKER") != "" {
			t.Fatal(err)
		}
		t.Skip("no daemon here")
	}
	dir := t.TempDir()
	c, err := dockercontext.Create(dir, dockercontext.Spec{Name: "tapped", Host: "unix://" + socket})
	if err != nil {
		t.Fatal(err)
	}
	for _, cli := range all {
		if _, err := docker(t, cli, dir, nil, "--context", "tapped", "ps"); err != nil {
			t.Errorf("%s: %v", cli, err)
		}
	}
	if err := c.Remove(); err != nil {
		t.Error(err)
	}
	for _, cli := range all {
		if _, err := docker(t, cli, dir, nil, "--context", "tapped", "ps"); err == nil {
			t.Errorf("%s still finds the context", cli)
		}
	}
}
