//go:build linux

package realdocker

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// startRegistry serves Debian's docker-registry on loopback, which daemons
// speak plain HTTP to, until the test ends.
func startRegistry(t *testing.T) (address string) { return startRegistryFor(t, "", "") }

// startRegistryFor asks for the password that hash (bcrypt) is of, unless user
// is "".
func startRegistryFor(t *testing.T, user, hash string) (address string) {
	t.Helper()
	program, err := exec.LookPath("docker-registry")
	if err != nil {
		lacks(t, "docker-registry", err)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := free.Addr().(*net.TCPAddr).Port
	free.Close()
	dir := t.TempDir()
	config := filepath.Join(dir, "registry.yml")
	passwords := ""
	if user != "" {
		passwords = filepath.Join(dir, "htpasswd")
		if err := os.WriteFile(passwords, []byte(user+":"+hash+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(config, []byte(registryConfig(dir, port, passwords)), 0o600); err != nil {
		t.Fatal(err)
	}
	out := new(lockedBuffer)
	cmd := exec.Command(program, "serve", config)
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	for began := time.Now(); time.Since(began) < 20*time.Second; time.Sleep(10 * time.Millisecond) {
		if c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			c.Close()
			return fmt.Sprintf("localhost:%d", port)
		}
	}
	t.Fatalf("docker-registry does not listen:\n%s", out)
	return ""
}

// TestPullOverReplay pulls an image of some layers from a registry, with all
// its progress, and one that is not there.
func TestPullOverReplay(t *testing.T) {
	image := startRegistry(t) + "/dwpull/app:1"
	direct := docker{t: t, cli: oldClient, host: "unix://" + daemonSocket, dir: t.TempDir(), env: []string{"DOCKER_BUILDKIT=0"}}
	for name, content := range map[string]string{
		"Dockerfile": "FROM busybox\nCOPY one /one\nCOPY two /two\n", "one": string(noise(5 << 20)), "two": string(noise(3<<20 + 1)),
	} {
		if err := os.WriteFile(filepath.Join(direct.dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	direct.must("build", "-q", "-t", image, ".")
	direct.must("push", image)
	direct.must("rmi", image)
	t.Cleanup(func() {
		cmd := exec.Command(oldClient, "rmi", "-f", image)
		cmd.Env = append(os.Environ(), "DOCKER_HOST="+direct.host)
		_ = cmd.Run() // a test that went well has removed it
	})
	for _, cli := range clients(t) {
		t.Run(filepath.Base(filepath.Dir(filepath.Dir(cli))), func(t *testing.T) {
			way := func(host, name string) string {
				d := docker{t: t, cli: cli, host: host, name: name, dir: t.TempDir()}
				var out strings.Builder
				for _, args := range [][]string{
					{"pull", image},
					{"pull", strings.Replace(image, ":1", ":2", 1)},
					{"run", "--rm", "--name", name, image, "wc", "-c", "/one", "/two"},
					{"rmi", image},
				} {
					r := d.run(args...)
					fmt.Fprintf(&out, "%v: %s", args[0], strings.ReplaceAll(r.transcript(), name, "NAME"))
				}
				return out.String()
			}
			overReplay(t, way, "dwpull-a", "dwpull-b", false)
		})
	}
}
