package bind

import (
	"reflect"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode/engine"
)

func TestPairs(t *testing.T) {
	give := func(r, l string) []Pair { return []Pair{{Recorded: r, Live: l, Gives: true}} }
	under := func(key string, pairs []Pair) []Pair {
		pairs[0].Key, pairs[0].Project = key, key == "com.docker.compose.project"
		return pairs
	}
	hex1, hex2 := strings.Repeat("0123456789abcdef", 4), strings.Repeat("fedcba9876543210", 4)
	use := func(r, l string) []Pair { return []Pair{{Recorded: r, Live: l}} }
	for _, tt := range []struct {
		op, place, recorded, live string
		want                      []Pair
	}{
		{"ContainerCreate", "query.name", "web", "db", give("web", "db")},
		{"ContainerInspect", "path.id", "web", "db", use("web", "db")},
		{"ContainerInspect", "path.id", "0123456789abcdef", "db", nil}, // the daemon gave that
		{"ImageInspect", "path.name", "busybox", "alpine", nil},
		{"NetworkCreate", "body.Name", "a", "b", under("Name", give("a", "b"))},
		{"ContainerCreate", "body.Cmd.0", "true", "false", nil},
		{"ContainerCreate", "body.Image", "busybox", "alpine", nil},
		{"ContainerCreate", "body.Cmd.2", "exit 3", "exit 4", nil},
		{"ContainerCreate", "body.Cmd.0", "container1", "container2", nil},
		{"ContainerCreate", "body.Env.0", "A=8080", "A=9090", nil},
		{"ContainerCreate", "body.Labels.session", "11f7a64e-1c57-4d9c-beef-0123456789ab", "a1b2c3d4-0000-4000-8000-ffffffffffff", nil}, // no place for names
		{"ContainerCreate", "body.Labels.commit", "0a1b2c3d4e5f", "ffffffffffff", nil},
		{"ContainerCreate", "body.Env.0", "SCHEMA=20240101", "SCHEMA=20250202", nil},
		{"ContainerCreate", "body.Labels.org.testcontainers.sessionId", "11f7", "a1b2", under("org.testcontainers.sessionId", give("11f7", "a1b2"))},
		{"ContainerCreate", "body.Labels.org.testcontainers.sessionId", hex1, hex2, under("org.testcontainers.sessionId", give(hex1, hex2))}, // the client gives it, whatever it looks like
		{"VolumeCreate", "body.Name", hex1, hex2, under("Name", give(hex1, hex2))},
		{"ImageBuild", "query.labels.org.testcontainers.sessionId", hex1, hex2, give(hex1, hex2)},
		{"ContainerCreate", "body.HostConfig.Binds.0", "/tmp/tmpabc/001:/data", "/tmp/tmpxyz/001:/data", give("/tmp/tmpabc/001", "/tmp/tmpxyz/001")},
		{"ContainerCreate", "body.HostConfig.Binds.0", "/srv/a:/data", "/srv/a:/other", nil},
		{"ContainerCreate", "body.HostConfig.Binds.0", "/srv/a:/data:ro", "/srv/b:/data", nil},
		{"ContainerCreate", "body.HostConfig.Binds.0", "cache:/data", "/srv/b:/data", nil}, // a volume is no folder
		{"VolumeCreate", "body.DriverOpts.device", "/tmp/tmpabc", "/tmp/tmpxyz", under("device", give("/tmp/tmpabc", "/tmp/tmpxyz"))},
		{"ContainerCreate", "body.HostConfig.Mounts.0.VolumeOptions.DriverConfig.Options.device", "/tmp/tmpabc", "/tmp/tmpxyz", under("device", give("/tmp/tmpabc", "/tmp/tmpxyz"))},
		{"VolumeCreate", "body.DriverOpts.device", "/dev/sda1", "/dev/sdb1", nil},
		{"VolumeCreate", "body.DriverOpts.device", "/tmp/a", "/dev/sdb1", nil},
		{"VolumeCreate", "body.DriverOpts.device", "tmpfs", "ramfs", nil},
		{"VolumeCreate", "body.DriverOpts.device", ":/export/a", ":/export/b", nil},
		{"VolumeCreate", "body.DriverOpts.o", "/tmp/tmpabc", "/tmp/tmpxyz", nil},
		{"ContainerCreate", "body.HostConfig.NetworkMode", "shop_net", "run_net", under("NetworkMode", use("shop_net", "run_net"))},
		{"ContainerCreate", "body.HostConfig.NetworkMode", "host", "none", nil},
		{"ContainerCreate", "body.HostConfig.NetworkMode", "bridge", "run_net", nil},
		{"ContainerCreate", "body.NetworkingConfig.EndpointsConfig.net.Aliases.0", "db-x1", "db-y2", give("db-x1", "db-y2")},
		{"ContainerCreate", "body.HostConfig.PortBindings.80/tcp.0.HostPort", "32768", "32801", []Pair{{Recorded: "32768", Live: "32801", Number: true}}},
		{"ContainerList", "query.filters.label.0", "com.docker.compose.project=one", "com.docker.compose.project=two", under("com.docker.compose.project", give("one", "two"))},
		{"ContainerList", "query.filters.label.0", "stage=test", "stage=live", nil},
		{"ContainerList", "query.filters.name.0", "web", "db", use("web", "db")},
		{"ContainerCreate", "query.name", "web", "", nil},
	} {
		got, ok := Pairs(engine.Find(tt.op), tt.place, tt.recorded, tt.live)
		if ok != (tt.want != nil) || ok && !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s %s %q %q: %v %v, want %v", tt.op, tt.place, tt.recorded, tt.live, got, ok, tt.want)
		}
	}
}

func TestGenerated(t *testing.T) {
	for s, want := range map[string]bool{
		"5f0a91c2": true, "20261123": true, "1700000000": true, "x7k2p9": true, "Test123456789": true,
		"web": false, "container1": false, "8080": false, "v1": false, "alpine": false, "3": false, "": false, "abc": false,
		"11f7a64e-1c57-4d9c-beef-0123456789ab": true,
	} {
		if got := generated(s); got != want {
			t.Errorf("generated(%q) = %v", s, got)
		}
	}
}
