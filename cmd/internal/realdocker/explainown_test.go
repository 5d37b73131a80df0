//go:build linux

package realdocker

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// ownCommands change more of a daemon than tests may that share one, or want a
// registry: REGISTRY. NODE is the daemon as a node of its swarm. The commands behind a ! fail on the daemon.
const ownCommands = `
login -u u -p p REGISTRY
tag busybox REGISTRY/app
push REGISTRY/app
rmi REGISTRY/app
pull REGISTRY/app
pull --all-tags REGISTRY/app
!search busybox
save -o s.tar busybox
load -i s.tar
import s.tar imported
build .
events --since 1 --until 2
create -i --name cat busybox cat
start cat
attach cat
container prune -f
image prune -f
network prune -f
volume prune -f
builder prune -f
system prune -f
plugin create REGISTRY/plug plug
plugin ls
plugin inspect REGISTRY/plug
plugin set REGISTRY/plug A=1
!plugin enable REGISTRY/plug
!plugin disable REGISTRY/plug
plugin push REGISTRY/plug
plugin rm REGISTRY/plug
plugin install --grant-all-permissions --disable REGISTRY/plug
plugin upgrade --grant-all-permissions REGISTRY/plug
swarm init --advertise-addr 127.0.0.1 --listen-addr 127.0.0.1
swarm ca
swarm join-token worker
swarm update --autolock
swarm unlock-key
swarm update --task-history-limit 3
node ls
node ps self
node inspect self
node update --label-add a=b NODE
!node rm NODE
config create k f
config ls
config inspect k
config rm k
secret create s f
secret ls
secret inspect s
secret rm s
service create --detach --name web --replicas 0 busybox true
service ls
service ps web
service inspect web
service logs web
service update --detach --env-add A=1 web
service rollback --detach web
service scale --detach web=0
service rm web
stack deploy -c stack.yml st
stack ls
stack services st
!stack ps st
stack rm st
`

func TestExplainedCallsOfADaemonOfItsOwn(t *testing.T) {
	if os.Getenv(inNamespace) == "" && current(t) {
		return // its daemon is the same in both runs of these tests
	}
	t.Parallel()
	if !ownNetwork(t) {
		return
	}
	registry, own := startRegistry(t), startDaemon(t)
	d := docker{t: t, cli: clients(t)[0], host: "unix://" + own.socket, dir: t.TempDir(), env: noPlugins(t)}
	writeFiles(t, d.dir, map[string]string{
		"f": "x\n", "Dockerfile": "FROM busybox\n", "stack.yml": "version: '3'\nservices:\n  web:\n    image: busybox\n    deploy: {replicas: 0}\n",
		"plug/config.json": `{"interface":{"types":["docker.volumedriver/1.0"],"socket":"x.sock"},"entrypoint":["/x"],"network":{"type":"none"},"env":[{"name":"A","settable":["value"],"value":""}]}`,
		"plug/rootfs/x":    "x",
	})
	node, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	place := strings.NewReplacer("REGISTRY", registry, "NODE", node)
	for _, line := range strings.Split(strings.TrimSpace(ownCommands), "\n") {
		d.compareExplained(place.Replace(line))
	}
	d.compareSecondNode(startDaemon(t))
	d.compareExplained("swarm leave --force")
}

// compareSecondNode compares what wants a node that is no manager: a second daemon. It
// has left the swarm before the manager changes its role, so that it does not act on it.
func (d docker) compareSecondNode(own *daemon) {
	d.t.Helper()
	second := d
	second.host = "unix://" + own.socket
	token := strings.TrimSpace(d.must("swarm", "join-token", "-q", "worker"))
	second.compareExplained("swarm join --token " + token + " --advertise-addr 127.0.0.2 --listen-addr 127.0.0.2 127.0.0.1:2377")
	node := strings.TrimSpace(second.must("info", "--format", "{{.Swarm.NodeID}}"))
	second.compareExplained("swarm leave")
	d.compareExplained("node promote " + node)
	d.compareExplained("!node demote " + node)
}

// writeFiles makes files below a folder.
func writeFiles(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
