//go:build linux

package realdocker

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// fleet is a host on which the image runs as docs/many-machines.md says. A tap
// stands for the daemon's socket, as a daemon may know its own by another path.
type fleet struct {
	docker
	daemon    *tap
	sockets   string // the host's /run/dockwire
	image     string
	collector *collector
}

func newFleet(t *testing.T, name string) *fleet {
	t.Helper()
	sockets, err := os.MkdirTemp("", "dwfleet") // t.TempDir may be too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(sockets) })
	f := &fleet{
		docker: docker{t: t, cli: clients(t)[0], host: "unix://" + daemonSocket, name: unique(name), dir: t.TempDir()},
		daemon: startTap(t), sockets: sockets, collector: newCollector(t),
	}
	_, port, _ := net.SplitHostPort(f.collector.at)
	f.collector.at = "0.0.0.0:" + port
	f.collector.start()
	f.image = f.name + "-image"
	t.Cleanup(func() { f.docker.run("rmi", "-f", f.image) })
	f.newImage()
	return f
}

// newImage makes an image as .ci/Dockerfile does: of the binary alone, with the
// libraries that it needs where it is not built as a release is.
func (f *fleet) newImage() {
	f.t.Helper()
	tar := filepath.Join(f.dir, "image.tar")
	args := []string{"-chPf", tar, "--transform", "s,^" + dockwire + "$,/usr/bin/dockwire,", dockwire}
	libraries, _ := exec.Command("ldd", dockwire).Output() // fails where there are none
	for _, word := range strings.Fields(string(libraries)) {
		if strings.HasPrefix(word, "/") {
			args = append(args, word)
		}
	}
	command(f.t, "tar", args...)
	f.must("import", "-c", `ENTRYPOINT ["/usr/bin/dockwire"]`, "-c", "WORKDIR /tmp", tar, f.image)
}

// manifest is the YAML of docs/many-machines.md that begins so, with the places
// of this host.
func (f *fleet) manifest(begins string) string {
	f.t.Helper()
	_, rest, found := strings.Cut(file(f.t, filepath.Join("..", "..", "..", "docs", "many-machines.md")), "```yaml\n"+begins)
	text, _, _ := strings.Cut(rest, "```")
	if !found {
		f.t.Fatalf("the docs have no YAML that begins with %q", begins)
	}
	_, port, _ := net.SplitHostPort(f.collector.at)
	return begins + strings.NewReplacer(
		"image: dockwire/dockwire", "image: "+f.image, "http://collector:4318", "http://collector:"+port,
		"- /var/run/docker.sock:", "- "+strings.TrimPrefix(f.daemon.host, "unix://")+":", "- /run/dockwire:", "- "+f.sockets+":",
		"hostPath: {path: /var/run/docker.sock,", "hostPath: {path: "+strings.TrimPrefix(f.daemon.host, "unix://")+",",
		"hostPath: {path: /run/dockwire,", "hostPath: {path: "+f.sockets+",",
	).Replace(text)
}

// replace calls next while clients ask, and wants all of them answered.
func (f *fleet) replace(next func()) {
	f.t.Helper()
	const asked = 1000
	done := make(chan error)
	go func() {
		failed, err := pings(asked, "unix", filepath.Join(f.sockets, "docker.sock"))
		if failed > 0 {
			err = fmt.Errorf("%d of %d requests failed, the last: %w", failed, asked, err)
		}
		done <- err
	}()
	next()
	if err := <-done; err != nil {
		f.t.Error(err)
	}
}

// A tap in a container is replaced by one of a new image, as the docs have it, and
// no client notices. Its recording goes on, and the collector knows the host.
func TestComposeFileOfTheDocs(t *testing.T) {
	t.Parallel()
	f := newFleet(t, "dwcomposed")
	f.env = append(f.env, "DOCKER_CONFIG="+composeV2(t))
	docs, here := filepath.Join(f.dir, "compose.yaml"), filepath.Join(f.dir, "here.yaml")
	for path, text := range map[string]string{
		docs: f.manifest("services:"),
		here: "services: {dockwire: {extra_hosts: [\"collector:host-gateway\"]}}\n",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	compose := func(args ...string) string {
		return f.must(append([]string{"compose", "-f", docs, "-f", here, "-p", f.name}, args...)...)
	}
	t.Cleanup(func() { f.docker.run("compose", "-p", f.name, "down", "-v", "-t", "0") })
	compose("up", "-d")
	waitForSocket(t, filepath.Join(f.sockets, "docker.sock"))
	client := docker{t: t, cli: f.cli, host: "unix://" + filepath.Join(f.sockets, "docker.sock"), dir: f.dir}
	client.must("version")
	f.newImage()
	f.replace(func() {
		compose("up", "-d", "--no-recreate", "--scale", "dockwire=2", "dockwire")
		waitFor(t, "the new one to take over", func() bool {
			return strings.Contains(compose("logs", "--no-log-prefix"), "has taken over; the connections that are open run out here")
		})
		compose("up", "-d", "dockwire")
	})
	client.must("version")
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	f.waitAtCollector(host, "docker version")
	left := strings.Fields(compose("ps", "-a", "--format", "{{.Name}}"))
	if len(left) != 1 || left[0] != f.name+"-dockwire-2" {
		t.Fatalf("containers: %v", left)
	}
	if got := f.must("inspect", "-f", "{{.RestartCount}} {{.State.Status}}", left[0]); got != "0 running\n" {
		t.Errorf("restarts and state of the new one: %s", got)
	}
	recordings := filepath.Join(f.dir, "recordings")
	f.must("cp", left[0]+":/recordings", recordings)
	compose("down", "-v")

	names, _ := filepath.Glob(filepath.Join(recordings, "*.jsonl"))
	recorded := 0
	for _, name := range names {
		for _, o := range printed(t, name) {
			if o.Operation == "SystemPing" {
				recorded++
			}
		}
	}
	if len(names) != 2 || recorded < 1000 {
		t.Errorf("%d pings in %v", recorded, names)
	}
}

// waitAtCollector waits for the span of this command, from this host.
func (f *fleet) waitAtCollector(host, command string) {
	f.t.Helper()
	waitFor(f.t, "the collector to have "+command, func() bool {
		kept := file(f.t, f.collector.file)
		return strings.Contains(kept, `"name":"`+command+`"`) && strings.Contains(kept, `{"key":"host.name","value":{"stringValue":"`+host+`"}}`)
	})
}

// daemonSet is what a container engine needs to know of a DaemonSet.
type daemonSet struct {
	Spec struct {
		Template struct {
			Spec struct {
				HostPID    bool `yaml:"hostPID"`
				Containers []struct {
					Image          string
					Args           []string
					Env            []struct{ Name, Value string }
					ReadinessProbe struct {
						HTTPGet struct{ Path, Port string } `yaml:"httpGet"`
					} `yaml:"readinessProbe"`
					Ports []struct {
						Name          string
						ContainerPort int `yaml:"containerPort"`
					}
					VolumeMounts []struct {
						Name      string
						MountPath string `yaml:"mountPath"`
					} `yaml:"volumeMounts"`
				}
				Volumes []struct {
					Name     string
					HostPath struct{ Path string } `yaml:"hostPath"`
				}
			}
		}
	}
}

// start runs the container of a pod, and waits until its readiness probe answers.
func (f *fleet) start(set *daemonSet, name string) {
	f.t.Helper()
	spec := set.Spec.Template.Spec
	c := spec.Containers[0]
	args := []string{"run", "-d", "--name", name, "--add-host", "collector:host-gateway"}
	if spec.HostPID {
		args = append(args, "--pid", "host")
	}
	for _, e := range c.Env {
		if e.Value != "" {
			args = append(args, "-e", e.Name+"="+strings.ReplaceAll(e.Value, "$(NODE)", "node-7"))
		}
	}
	for _, m := range c.VolumeMounts {
		for _, v := range spec.Volumes {
			if v.Name == m.Name {
				args = append(args, "-v", v.HostPath.Path+":"+m.MountPath)
			}
		}
	}
	f.t.Cleanup(func() { f.docker.run("rm", "-f", "-v", name) })
	f.must(append(append(args, c.Image), c.Args...)...)
	ip := strings.TrimSpace(f.must("inspect", "-f", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", name))
	probe := c.ReadinessProbe.HTTPGet
	if probe.Port != c.Ports[0].Name {
		f.t.Fatalf("the probe asks port %q, the container has %q", probe.Port, c.Ports[0].Name)
	}
	waitFor(f.t, "the readiness probe", func() bool {
		res, err := http.Get(fmt.Sprintf("http://%s:%d%s", ip, c.Ports[0].ContainerPort, probe.Path))
		if err != nil {
			return false
		}
		defer res.Body.Close()
		body, _ := io.ReadAll(res.Body)
		return res.StatusCode == http.StatusOK && strings.Contains(string(body), "dockwire_calls_open 0")
	})
}

// The container of a DaemonSet's pod does its job; the pod that follows takes over
// before the first is told to end, and what was open then runs out.
func TestDaemonSetOfTheDocs(t *testing.T) {
	t.Parallel()
	f := newFleet(t, "dwpod")
	var set daemonSet
	if err := yaml.Unmarshal([]byte(f.manifest("apiVersion: apps/v1\nkind: DaemonSet")), &set); err != nil {
		t.Fatal(err)
	}
	first, second := f.name+"-first", f.name+"-second"
	f.start(&set, first)
	client := docker{t: t, cli: f.cli, host: "unix://" + filepath.Join(f.sockets, "docker.sock"), name: f.name, dir: f.dir}
	client.removeAtEnd()
	attached := client.command("run", "--rm", "-i", "--name", f.name, "busybox", "cat")
	stdin, err := attached.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	var said lockedBuffer
	attached.Stdout, attached.Stderr = &said, &said
	if err := attached.Start(); err != nil {
		t.Fatal(err)
	}
	echo := func(word string) {
		io.WriteString(stdin, word+"\n")
		waitFor(t, "the echo", func() bool { return strings.Contains(said.String(), word) })
	}
	echo("before")
	f.replace(func() {
		f.start(&set, second)
		waitFor(t, "the second to take over", func() bool { return strings.Contains(f.docker.run("logs", second).stderr, "taken over from process") })
	})
	echo("after")
	ended := make(chan result)
	go func() { ended <- f.docker.run("stop", "--time", "60", first) }()
	waitFor(t, "the first to be told to end", func() bool { return strings.Contains(f.docker.run("logs", first).stderr, "ending when the open") })
	echo("at the end")
	stdin.Close()
	if err := attached.Wait(); err != nil {
		t.Errorf("docker run: %v: %s", err, said.String())
	}
	<-ended
	if got := f.must("inspect", "-f", "{{.State.ExitCode}}", first); got != "0\n" {
		t.Errorf("the first ended with exit code %s", got)
	}
	client.must("version")
	f.waitAtCollector("node-7", "docker version")
	f.must("stop", second)
}
