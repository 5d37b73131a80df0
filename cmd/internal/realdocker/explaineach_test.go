//go:build linux

package realdocker

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// everyCommand has a line for each command of docker that calls the API, and the
// operation that it is about. No daemon is asked.
const everyCommand = `
ContainerCreate      run busybox true
ContainerExec        exec c true
ContainerList        ps
ImageBuild           build .
ImageCreate          pull busybox
ImagePush            push me/img
ImageList            images
SystemAuth           login -u u -p p localhost:5000
ImageSearch          search busybox
SystemVersion        version
SystemInfo           info
ContainerAttach      attach c
ImageCommit          commit c img
ContainerArchive     cp c:/f -
ContainerCreate      create busybox
ContainerChanges     diff c
SystemEvents         events --until 0s
ContainerExport      export c
ImageHistory         history img
ImageCreate          import t.tar img
ContainerInspect     inspect c
ContainerKill        kill c
ImageLoad            load -i t.tar
ContainerLogs        logs c
ContainerPause       pause c
ContainerInspect     port c
ContainerRename      rename c d
ContainerRestart     restart c
ContainerDelete      rm c
ImageDelete          rmi img
ImageGetAll          save -o s.tar img
ContainerStart       start c
ContainerStats       stats --no-stream c
ContainerStop        stop c
ImageTag             tag img other
ContainerTop         top c
ContainerUnpause     unpause c
ContainerUpdate      update --memory 64m c
ContainerWait        wait c
ContainerPrune       container prune -f
ImageInspect         image inspect img
ImagePrune           image prune -f
BuildPrune           builder prune -f
NetworkConnect       network connect n c
NetworkCreate        network create n
NetworkDisconnect    network disconnect n c
NetworkInspect       network inspect n
NetworkList          network ls
NetworkPrune         network prune -f
NetworkDelete        network rm n
PluginCreate         plugin create me/p plug
PluginDisable        plugin disable p
PluginEnable         plugin enable p
PluginInspect        plugin inspect p
PluginPull           plugin install --grant-all-permissions me/p
PluginList           plugin ls
PluginPush           plugin push me/p
PluginDelete         plugin rm p
PluginSet            plugin set p a=b
PluginUpgrade        plugin upgrade --grant-all-permissions p
SystemDataUsage      system df
BuildPrune           system prune -f
VolumeCreate         volume create v
VolumeInspect        volume inspect v
VolumeList           volume ls
VolumePrune          volume prune -f
VolumeDelete         volume rm v
ConfigCreate         config create k f
ConfigInspect        config inspect k
ConfigList           config ls
ConfigDelete         config rm k
NodeUpdate           node demote n
NodeInspect          node inspect n
NodeList             node ls
NodeUpdate           node promote n
TaskList             node ps n
NodeDelete           node rm n
NodeUpdate           node update --availability drain n
SecretCreate         secret create s f
SecretInspect        secret inspect s
SecretList           secret ls
SecretDelete         secret rm s
ServiceCreate        service create busybox
ServiceInspect       service inspect s
ServiceLogs          service logs s
ServiceList          service ls
TaskList             service ps s
ServiceDelete        service rm s
ServiceUpdate        service rollback s
ServiceUpdate        service scale s=2
ServiceUpdate        service update --image busybox s
ServiceCreate        stack deploy -c stack.yml st
ServiceList          stack ls
TaskList             stack ps st
ServiceDelete        stack rm st
ServiceList          stack services st
SwarmInspect         swarm ca
SwarmInit            swarm init
SwarmJoin            swarm join --token t 127.0.0.1:2377
SwarmInspect         swarm join-token worker
SwarmLeave           swarm leave
SwarmUnlockkey       swarm unlock-key
SwarmUpdate          swarm update --autolock
`

// noCalls are commands that ask no daemon's API: they keep files, ask a
// registry, or are plugins that speak with BuildKit.
var noCalls = []string{"bake", "builder", "buildx", "compose", "context", "logout", "manifest", "trust", "stack config", "swarm unlock", "image", "container", "system"}

// Every command that docker's help names is in the table, under one of its
// names, or known to make no call; and each makes the call it is about.
func TestExplainTakesEveryCommand(t *testing.T) {
	if current(t) {
		return // no daemon is asked, so once is enough
	}
	cli := clients(t)[0]
	var lines []string
	for _, line := range strings.Split(strings.TrimSpace(everyCommand), "\n") {
		operation, command, _ := strings.Cut(line, " ")
		lines = append(lines, strings.TrimSpace(command)+" → "+operation)
	}
	for _, name := range subcommands(t, cli) {
		if !slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, name+" ") }) && !slices.ContainsFunc(noCalls, func(n string) bool { return n == name || strings.HasPrefix(name, n+" ") }) {
			t.Errorf("docker %s is in no table", name)
		}
	}
	dir, config := t.TempDir(), noPlugins(t)
	writeFiles(t, dir, map[string]string{"f": "x\n", "t.tar": "x", "Dockerfile": "FROM busybox\n", "stack.yml": "services:\n  web:\n    image: busybox\n",
		"plug/config.json": `{"interface":{"types":["docker.volumedriver/1.0"],"socket":"x.sock"},"entrypoint":["/x"]}`, "plug/rootfs/x": "x"})
	for _, line := range lines {
		command, operation, _ := strings.Cut(line, " → ")
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			cmd := exec.Command(dockwire, append([]string{"explain", "--", cli}, strings.Fields(command)...)...)
			cmd.Dir, cmd.Env = dir, config
			out, err := cmd.CombinedOutput()
			if err != nil || !strings.Contains(string(out), "    "+operation+":") {
				t.Errorf("%v, want %s:\n%s", err, operation, out)
			}
		})
	}
}

// current says whether the daemon is the current one.
func current(t *testing.T) bool {
	t.Helper()
	out, err := exec.Command("docker", "-H", "unix://"+daemonSocket, "version", "--format", "{{.Server.MinAPIVersion}}").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out)) != "1.12"
}

var subcommand = regexp.MustCompile(`(?m)^  ([a-z][a-z-]*)\*?  +\S`)

// subcommands are what docker's help names: commands, and those of each group.
func subcommands(t *testing.T, cli string) (names []string) {
	t.Helper()
	own := []string{"builder", "container", "image", "context"} // groups that have nothing of their own
	config := noPlugins(t)
	for _, m := range subcommand.FindAllStringSubmatch(helpOf(t, os.Environ(), cli), -1) {
		if slices.Contains(noCalls, m[1]) && !slices.Contains(own, m[1]) {
			names = append(names, m[1])
			continue
		}
		inside := subcommand.FindAllStringSubmatch(helpOf(t, config, cli, m[1]), -1)
		if len(inside) == 0 || slices.Contains(own, m[1]) {
			names = append(names, m[1])
			continue
		}
		for _, sub := range inside {
			names = append(names, m[1]+" "+sub[1])
		}
	}
	if len(names) < 80 {
		t.Fatalf("docker names few commands: %v", names)
	}
	return names
}

// noPlugins is an environment in which docker has no plugins. With them it starts
// each for every help text, which is most of what a test of many commands costs.
func noPlugins(t *testing.T) []string {
	return append(os.Environ(), "DOCKER_CONFIG="+t.TempDir())
}

func helpOf(t *testing.T, env []string, cli string, words ...string) string {
	t.Helper()
	cmd := exec.Command(cli, append(words, "--help")...)
	cmd.Env = env
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("docker %v --help: %v", words, err)
	}
	_, list, _ := strings.Cut(string(out), "ommands:") // Common, Management, Commands
	list, _, _ = strings.Cut(list, "Options:")
	return list
}
