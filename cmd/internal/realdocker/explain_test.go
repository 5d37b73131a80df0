//go:build linux

package realdocker

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// explainedCommands are docker commands, with NAME for a container that runs
// and IMAGE for an image. Each makes the same calls on a real daemon and on the
// fake daemon of dockwire explain.
var explainedCommands = []string{
	"ps -a", "ps --filter status=running", "images", "version", "info", "inspect NAME", "container inspect NAME",
	"logs NAME", "logs --tail 5 -t NAME", "top NAME", "port NAME", "diff NAME", "stats --no-stream NAME",
	"exec NAME true", "exec -e A=1 -w / NAME true", "exec -d NAME true",
	"pause NAME", "unpause NAME", "rename NAME NAME-new", "rename NAME-new NAME", "update --memory 64m --memory-swap 64m NAME",
	"stop -t 1 NAME", "start NAME", "restart -t 1 NAME", "kill NAME", "wait NAME", "start NAME",
	"cp NAME:/bin/sh -", "commit NAME NAME-image", "tag busybox NAME-tag", "history busybox", "image inspect busybox",
	"rmi NAME-tag", "rmi NAME-image", "save busybox", "export NAME",
	"network create NAME-net", "network ls", "network connect NAME-net NAME", "network inspect NAME-net", "network disconnect NAME-net NAME", "network rm NAME-net",
	"volume create NAME-vol", "volume ls", "volume inspect NAME-vol", "volume rm NAME-vol",
	"create --name NAME-two busybox true", "rm NAME-two", "run --rm busybox true", "run --rm --name NAME-three busybox sh -c true",
	"rm -f NAME", "system df", "context ls",
}

var explainedCall = regexp.MustCompile(`(?m)^ {4}([A-Z]\w+):`)

// operations are the calls that a command line makes by what explain says.
func explainedOperations(d docker, line string) []string {
	t := d.t
	t.Helper()
	cmd := exec.Command(dockwire, append([]string{"explain", "--", d.cli}, strings.Fields(line)...)...)
	cmd.Env, cmd.Dir = d.env, d.dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		if strings.Contains(string(out), "made no call") {
			return nil
		}
		t.Fatalf("dockwire explain -- docker %s: %v\n%s", line, err, out)
	}
	text, _, _ := strings.Cut(string(out), "\n\n    → ")
	var ops []string
	for _, m := range explainedCall.FindAllStringSubmatch(text, -1) {
		ops = append(ops, m[1])
	}
	return ops
}

// recordedOperations are the calls that it makes on the real daemon, where it may
// fail when that was said.
func recordedOperations(d docker, line string, mayFail bool) []string {
	t := d.t
	t.Helper()
	path := filepath.Join(d.dir, "run.jsonl")
	run := exec.Command(dockwire, append([]string{"run", "-H", d.host, "--quiet", "--overwrite", "-o", path, "--", d.cli}, labelled(strings.Fields(line))...)...)
	run.Dir, run.Env = d.dir, append(d.env, "DOCKER_BUILDKIT=0")
	out, err := run.CombinedOutput()
	if err != nil && !mayFail {
		t.Errorf("docker %s: %v\n%s", line, err, out)
	}
	printed, err := exec.Command(dockwire, "print", "--format", "json", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	var ops []string
	for _, object := range strings.Split(strings.TrimSpace(string(printed)), "\n") {
		var x struct{ Operation string }
		if object == "" {
			continue
		}
		if err := json.Unmarshal([]byte(object), &x); err != nil {
			t.Fatal(err)
		}
		if x.Operation != "" {
			ops = append(ops, x.Operation)
		}
	}
	return ops
}

func TestExplainedCallsAreTheRealOnes(t *testing.T) {
	t.Parallel()
	d := docker{t: t, cli: clients(t)[0], host: "unix://" + daemonSocket, name: unique("dwexplain"), dir: t.TempDir()}
	d.removeAtEnd()
	d.must("run", "-d", "--name", d.name, "busybox", "sleep", "600")
	d.env = noPlugins(t)
	for _, line := range explainedCommands {
		d.compareExplained(strings.ReplaceAll(line, "NAME", d.name))
	}
}

// compareExplained compares the calls of a command line with those that it makes on
// the daemon. Behind a ! it fails there, and makes the same calls.
func (d docker) compareExplained(line string) {
	d.t.Helper()
	line, mayFail := strings.CutPrefix(line, "!")
	explained, recorded := explainedOperations(d, line), recordedOperations(d, line, mayFail)
	slices.Sort(explained) // calls on several connections come in any order
	slices.Sort(recorded)
	if !slices.Equal(explained, recorded) {
		d.t.Errorf("docker %s:\nexplained %s\nrecorded  %s", line, explained, recorded)
	}
}

// explainedFlags are flags with the place that explain has to name for them.
var explainedFlags = []struct{ line, place string }{
	{"run -d IMAGE", "ContainerAttach is not made"},
	{"run -P IMAGE", "HostConfig.PublishAllPorts = true"},
	{"run --rm IMAGE", "HostConfig.AutoRemove = true"},
	{"exec -e A=1 web true", "ContainerExec Env"},
	{"exec -w /x web true", `ContainerExec WorkingDir = "/x"`},
	{"exec -u nobody web true", `ContainerExec User = "nobody"`},
	{"exec --privileged web true", "ContainerExec Privileged = true"},
	{"exec -d web true", "Detach = true"},
	{"logs --tail 5 web", `ContainerLogs query tail = 5`},
	{"logs -t web", "ContainerLogs query timestamps = 1"},
	{"logs -f web", "ContainerLogs query follow = 1"},
	{"logs --since 5m web", "ContainerLogs query since"},
	{"network create --internal n", "NetworkCreate Internal = true"},
	{"network create --subnet 10.9.0.0/24 n", "NetworkCreate IPAM"},
	{"network create -d macvlan n", `NetworkCreate Driver = "macvlan"`},
	{"volume create --label a=b v", "VolumeCreate Labels"},
	{"volume create -o type=nfs v", "VolumeCreate DriverOpts"},
	{"build --build-arg A=1 .", "ImageBuild query buildargs"},
	{"build -t x .", `ImageBuild query t = "x"`},
	{"build --target t .", `ImageBuild query target = "t"`},
	{"build --no-cache .", "ImageBuild query nocache = 1"},
}

// explainedLines are command lines with many flags, with the places that explain has to
// name for them, in their order.
var explainedLines = []struct {
	line   string
	places []string
}{
	{"run -e A=1 -p 80:80 -v data:/data --mount type=volume,source=data,target=/data --tmpfs /t --name web -i -t -w /x" +
		" -u nobody -h box -l a=b --entrypoint sh --expose 90 --memory 64m --memory-reservation 32m --cpus 1.5 --cpu-shares 5" +
		" --cpuset-cpus 0 --pids-limit 9 --restart always --privileged --cap-add NET_ADMIN --cap-drop ALL --security-opt no-new-privileges --read-only --init" +
		" --network other --dns 1.1.1.1 --add-host a:1.2.3.4 --pid host --ipc host --uts host --shm-size 1m --sysctl net.core.somaxconn=9 --ulimit nofile=9" +
		" --log-driver none --stop-signal INT --stop-timeout 3 --health-cmd true --device /dev/null --gpus all --group-add 5 --platform linux/arm64 --oom-score-adj 5 IMAGE",
		[]string{`Env = ["A=1"]`, `HostConfig.PortBindings["80/tcp"]`, `HostConfig.Binds = ["data:/data"]`, "HostConfig.Mounts", "HostConfig.Tmpfs",
			`query name = "web"`, "OpenStdin = true", "Tty = true", `WorkingDir = "/x"`, `User = "nobody"`,
			`Hostname = "box"`, `Labels.a = "b"`, `Entrypoint = ["sh"]`, `ExposedPorts["90/tcp"]`, "HostConfig.Memory = 67108864",
			"HostConfig.MemoryReservation", "HostConfig.NanoCpus = 1500000000", "HostConfig.CpuShares = 5", `HostConfig.CpusetCpus = "0"`, "HostConfig.PidsLimit = 9",
			`HostConfig.RestartPolicy.Name = "always"`, "HostConfig.Privileged = true", "HostConfig.CapAdd", "HostConfig.CapDrop", "HostConfig.SecurityOpt",
			"HostConfig.ReadonlyRootfs = true", "HostConfig.Init = true", `HostConfig.NetworkMode = "other"`, "HostConfig.Dns", "HostConfig.ExtraHosts",
			`HostConfig.PidMode = "host"`, `HostConfig.IpcMode = "host"`, `HostConfig.UTSMode = "host"`, "HostConfig.ShmSize = 1048576", "HostConfig.Sysctls",
			"HostConfig.Ulimits", "HostConfig.LogConfig", `StopSignal = "INT"`, "StopTimeout = 3", "Healthcheck",
			"HostConfig.Devices", "HostConfig.DeviceRequests", "HostConfig.GroupAdd", "query platform", "HostConfig.OomScoreAdj = 5"}},
	{"run --network other --network-alias db IMAGE", []string{"ContainerCreate is made because of it", "NetworkingConfig"}},
	{"service create --name web --replicas 3 -e B=2 --label x=y --limit-memory 64m --reserve-cpu 0.5 --restart-condition none --constraint node.role==worker --publish 80:80" +
		" --network n --mount type=volume,source=v,target=/v --secret s --config c --health-cmd true --update-delay 1s --rollback-order start-first --log-driver none busybox",
		[]string{`Name = "web"`, "Mode.Replicated.Replicas = 3", `TaskTemplate.ContainerSpec.Env = ["B=2"]`, `Labels.x = "y"`, "TaskTemplate.Resources.Limits.MemoryBytes = 67108864",
			"TaskTemplate.Resources.Reservations.NanoCPUs = 500000000", `TaskTemplate.RestartPolicy.Condition = "none"`, `TaskTemplate.Placement.Constraints = ["node.role==worker"]`,
			"EndpointSpec.Ports", "TaskTemplate.Networks", "TaskTemplate.ContainerSpec.Mounts", "TaskTemplate.ContainerSpec.Secrets", "TaskTemplate.ContainerSpec.Configs",
			"TaskTemplate.ContainerSpec.Healthcheck", "UpdateConfig.Delay = 1000000000", `RollbackConfig.Order = "start-first"`, `TaskTemplate.LogDriver.Name = "none"`}},
	{"service update --env-add A=1 --image busybox:2 --force --publish-add 80:80 web",
		[]string{`TaskTemplate.ContainerSpec.Env = ["A=1"]`, "TaskTemplate.ContainerSpec.Image", "TaskTemplate.ForceUpdate = 1", "EndpointSpec.Ports"}},
	{"swarm init --advertise-addr 127.0.0.1 --availability drain --autolock --task-history-limit 3",
		[]string{`AdvertiseAddr = "127.0.0.1"`, `Availability = "drain"`, "Spec.EncryptionConfig.AutoLockManagers = true", "Spec.Orchestration.TaskHistoryRetentionLimit = 3"}},
	{"plugin install --alias a --disable --grant-all-permissions me/p", []string{`PluginPull query name = "a:latest"`, "PluginEnable is not made"}},
	{"secret create -l a=b --template-driver golang s Dockerfile", []string{`SecretCreate Labels.a = "b"`, `Templating`}},
	{"config create -l a=b c Dockerfile", []string{`ConfigCreate Labels.a = "b"`}},
	{"node update --availability drain --role manager n", []string{`NodeUpdate Availability = "drain"`, `NodeUpdate Role = "manager"`}},
}

func TestExplainedFlags(t *testing.T) {
	if current(t) {
		return // no daemon is asked, so once is enough
	}
	t.Parallel()
	cli, dir, config := clients(t)[0], t.TempDir(), noPlugins(t)
	if err := os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte("FROM scratch\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	lines := explainedLines
	for _, f := range explainedFlags {
		lines = append(lines, struct {
			line   string
			places []string
		}{f.line, []string{f.place}})
	}
	for _, f := range lines {
		line := strings.ReplaceAll(f.line, "IMAGE", "busybox true")
		cmd := exec.Command(dockwire, append([]string{"explain", "--", cli}, strings.Fields(line)...)...)
		cmd.Dir, cmd.Env = dir, config
		out, err := cmd.CombinedOutput()
		parts := strings.Split(string(out), "\n\n") // the line, its calls, each flag
		for i, place := range f.places {
			if err != nil || len(parts) < i+3 || !strings.Contains(parts[i+2], place) {
				t.Errorf("docker %s: %v, want %s for flag %d in:\n%s", line, err, place, i+1, out)
			}
		}
	}
}

// Compose makes the calls of the real run, for the files that its flags name.
func TestExplainedCompose(t *testing.T) {
	t.Parallel()
	d := docker{t: t, cli: clients(t)[0], host: "unix://" + daemonSocket, name: unique("dwexplaincompose"), dir: t.TempDir()}
	d.env = append(os.Environ(), "DOCKER_CONFIG="+composeV2(t))
	writeFiles(t, d.dir, map[string]string{"app.yaml": "services: {web: {image: busybox, command: [sleep, '600'], volumes: ['data:/data']}}\nvolumes: {data: {}}\n"})
	t.Cleanup(func() { d.run("compose", "-f", "app.yaml", "-p", d.name, "down", "-v", "-t", "0") })
	d.compareExplained("compose -f app.yaml -p " + d.name + " up -d")
}
