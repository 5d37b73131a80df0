package engine

import (
	"slices"
	"strings"
	"testing"
)

func TestLookup(t *testing.T) {
	const long = "3f2a91c0b7d43f2a91c0b7d43f2a91c0b7d43f2a91c0b7d43f2a91c0b7d43f2a"
	tests := []struct {
		method, target string
		id             string
		version, path  string
		params         string // name=value, joined with a comma
	}{
		{"GET", "/v1.47/containers/json?all=1", "ContainerList", "1.47", "/containers/json", ""},
		{"GET", "/containers/json", "ContainerList", "", "/containers/json", ""},
		{"POST", "/v1.47/containers/" + long + "/start", "ContainerStart", "1.47", "/containers/" + long + "/start", "id=" + long},
		{"DELETE", "/v1.47/containers/web?force=1", "ContainerDelete", "1.47", "/containers/web", "id=web"},
		{"GET", "/v1.47/containers/web/attach/ws", "ContainerAttachWebsocket", "1.47", "/containers/web/attach/ws", "id=web"},
		{"POST", "/containers/web/attach", "ContainerAttach", "", "/containers/web/attach", "id=web"},
		{"POST", "/containers/web/exec", "ContainerExec", "", "/containers/web/exec", "id=web"},
		{"POST", "/exec/" + long + "/start", "ExecStart", "", "/exec/" + long + "/start", "id=" + long},
		// A container may be called like a route.
		{"GET", "/containers/create/json", "ContainerInspect", "", "/containers/create/json", "id=create"},
		{"GET", "/containers/json/json", "ContainerInspect", "", "/containers/json/json", "id=json"},
		{"GET", "/images/get/get", "ImageGet", "", "/images/get/get", "name=get"},
		{"GET", "/images/get?names=a", "ImageGetAll", "", "/images/get", ""},
		{"GET", "/images/search?term=x", "ImageSearch", "", "/images/search", ""},
		// Names with slashes, tags and digests.
		{"GET", "/v1.47/images/registry:5000/a/b:tag/json", "ImageInspect", "1.47", "/images/registry:5000/a/b:tag/json", "name=registry:5000/a/b:tag"},
		{"DELETE", "/images/a/b/json", "ImageDelete", "", "/images/a/b/json", "name=a/b/json"},
		{"POST", "/images/a/b/push?tag=1", "ImagePush", "", "/images/a/b/push", "name=a/b"},
		{"GET", "/distribution/docker.io/library/x/json", "DistributionInspect", "", "/distribution/docker.io/library/x/json", "name=docker.io/library/x"},
		{"GET", "/volumes/a/b", "VolumeInspect", "", "/volumes/a/b", "name=a/b"},
		{"GET", "/plugins/vieux/sshfs:latest/json", "PluginInspect", "", "/plugins/vieux/sshfs:latest/json", "name=vieux/sshfs:latest"},
		// A version is only a version in the first place.
		{"GET", "/images/v1.2/json", "ImageInspect", "", "/images/v1.2/json", "name=v1.2"},
		{"GET", "/v1.47/images/v1.2/x/json", "ImageInspect", "1.47", "/images/v1.2/x/json", "name=v1.2/x"},
		{"GET", "/v1.47/version", "SystemVersion", "1.47", "/version", ""},
		{"GET", "/v5.0.0-rc1/info", "SystemInfo", "5.0.0-rc1", "/info", ""},
		{"GET", "/v1.47", "", "", "/v1.47", ""},
		{"GET", "/v1.47/", "", "1.47", "/", ""},
		// HEAD has operations of its own; no others.
		{"HEAD", "/_ping", "SystemPingHead", "", "/_ping", ""},
		{"GET", "/_ping", "SystemPing", "", "/_ping", ""},
		{"HEAD", "/v1.47/containers/web/archive?path=/x", "ContainerArchiveInfo", "1.47", "/containers/web/archive", "id=web"},
		{"PUT", "/v1.47/containers/web/archive?path=/x", "PutContainerArchive", "1.47", "/containers/web/archive", "id=web"},
		{"HEAD", "/containers/json", "", "", "/containers/json", ""},
		{"get", "/containers/json", "", "", "/containers/json", ""}, // methods are case-sensitive, RFC 9110 section 9.1
		// Targets through a proxy and behind a base path.
		{"GET", "http://docker.invalid:2375/v1.50/version", "SystemVersion", "1.50", "/version", ""},
		{"GET", "HTTPS://h/v1.50/images/a/json?x=http://b/", "ImageInspect", "1.50", "/images/a/json", "name=a"},
		{"POST", "foo://x/v1.41/containers/create?name=n", "ContainerCreate", "1.41", "/containers/create", ""},
		{"POST", "foo:/v1.41/containers/create", "ContainerCreate", "1.41", "/containers/create", ""},
		{"GET", "http://h", "", "", "/", ""},
		{"GET", "http://h?x", "", "", "/", ""},
		{"GET", "/base/path/_ping", "SystemPing", "", "/_ping", ""},
		{"GET", "/base/path/v1.50/version", "SystemVersion", "1.50", "/version", ""},
		{"GET", "/containers/v1.50/volumes/a/b", "VolumeInspect", "1.50", "/volumes/a/b", "name=a/b"},
		{"GET", "/base/v1.50/images/v2/containers/json/json", "ImageInspect", "1.50", "/images/v2/containers/json/json", "name=v2/containers/json"},
		{"GET", "/1/2/3/4/5/6/7/8/_ping", "SystemPing", "", "/_ping", ""},
		{"GET", "/1/2/3/4/5/6/7/8/9/_ping", "", "", "/1/2/3/4/5/6/7/8/9/_ping", ""},
		{"GET", "/v1.50/base/containers/json", "", "1.50", "/base/containers/json", ""},
		// Escapes: matched without, kept in the path.
		{"GET", "/images/a%2Fb%3A1/json", "ImageInspect", "", "/images/a%2Fb%3A1/json", "name=a/b:1"},
		{"GET", "/containers%2Fweb/json", "ContainerInspect", "", "/containers%2Fweb/json", "id=web"},
		{"GET", "/containers/100%/json", "ContainerInspect", "", "/containers/100%/json", "id=100%"},
		{"GET", "/containers/a+b/json", "ContainerInspect", "", "/containers/a+b/json", "id=a+b"},
		// Slashes at the end.
		{"GET", "/networks/", "NetworkList", "", "/networks/", ""},
		{"GET", "/v1.47/volumes/", "VolumeList", "1.47", "/volumes/", ""},
		{"GET", "/debug/pprof/", "DebugProfileIndex", "", "/debug/pprof/", ""},
		{"GET", "/debug/pprof/heap", "DebugProfile", "", "/debug/pprof/heap", "name=heap"},
		{"GET", "/debug/pprof/trace", "DebugTrace", "", "/debug/pprof/trace", ""},
		{"GET", "/v1.48/debug/vars", "DebugVars", "1.48", "/debug/vars", ""},
		// No name, no operation.
		{"GET", "/containers//json", "", "", "/containers//json", ""},
		{"DELETE", "/images/", "", "", "/images/", ""},
		// Routes beside the API's description.
		{"POST", "/grpc", "BuildKitConnect", "", "/grpc", ""},
		{"POST", "/session", "Session", "", "/session", ""},
		{"POST", "/build", "ImageBuild", "", "/build", ""},
		{"POST", "/v1.41/build/cancel?id=x", "BuildCancel", "1.41", "/build/cancel", ""},
		{"POST", "/v1.41/build/prune", "BuildPrune", "1.41", "/build/prune", ""},
		{"GET", "/containers/web/checkpoints", "CheckpointList", "", "/containers/web/checkpoints", "id=web"},
		{"DELETE", "/containers/web/checkpoints/c1", "CheckpointDelete", "", "/containers/web/checkpoints/c1", "id=web,checkpoint=c1"},
		{"POST", "/moby.buildkit.v1.Control/Solve", "BuildKitControl", "", "/moby.buildkit.v1.Control/Solve", "rpc=Solve"},
		{"OPTIONS", "/v1.41/info", "SystemOptions", "1.41", "/info", "anyroute=info"},
		{"OPTIONS", "*", "", "", "*", ""},
		// Neither.
		{"GET", "/", "", "", "/", ""},
		{"GET", "", "", "", "", ""},
		{"GET", "/nothing/here", "", "", "/nothing/here", ""},
		{"CONNECT", "example.com:443", "", "", "example.com:443", ""},
		{"PRI", "*", "", "", "*", ""},
	}
	for _, tt := range tests {
		t.Run(tt.method+" "+tt.target, func(t *testing.T) {
			c := Lookup(tt.method, tt.target)
			id := ""
			if c.Op != nil {
				id = c.Op.ID
			}
			if id != tt.id || c.Version != tt.version || c.Path != tt.path || params(c) != tt.params {
				t.Errorf("got %q version %q path %q params %q\nwant %q version %q path %q params %q",
					id, c.Version, c.Path, params(c), tt.id, tt.version, tt.path, tt.params)
			}
		})
	}
}

func params(c Call) string {
	var s []string
	for _, p := range c.Params {
		s = append(s, p.Name+"="+p.Value)
	}
	return strings.Join(s, ",")
}

func TestLookupLibpod(t *testing.T) {
	for target, version := range map[string]string{
		"/v4.0.0/libpod/containers/json":      "4.0.0",
		"/libpod/containers/json":             "",
		"/base/v4.0.0/libpod/containers/json": "4.0.0",
	} {
		c := Lookup("GET", target)
		if !c.Libpod || c.Op != nil || c.Version != version || c.Path != "/libpod/containers/json" {
			t.Errorf("%s: %+v", target, c)
		}
		if got := c.Name("GET"); got != "GET /libpod/containers/json" {
			t.Errorf("%s: name %q", target, got)
		}
	}
	if c := Lookup("GET", "/v1.41/info"); c.Libpod {
		t.Error("/info taken for a libpod path")
	}
}

func TestLookupQuery(t *testing.T) {
	c := Lookup("POST", "/v1.41/containers/create?name=web&platform=linux%2Famd64")
	if c.RawQuery != "name=web&platform=linux%2Famd64" {
		t.Errorf("raw query %q", c.RawQuery)
	}
	if q := c.Query(); q.Get("name") != "web" || q.Get("platform") != "linux/amd64" {
		t.Errorf("query %v", q)
	}
}

// Every operation is found by its own template, with and without a version.
func TestLookupFindsEveryOperation(t *testing.T) {
	for _, op := range Operations() {
		for _, prefix := range []string{"", "/v1.41", "/base", "/base/v1.41"} {
			if op.Path == anyRoute && strings.HasPrefix(prefix, "/base") {
				continue
			}
			c := Lookup(op.Method, prefix+op.Path)
			if c.Op != op {
				t.Errorf("%s %s%s: found %+v", op.Method, prefix, op.Path, c)
				continue
			}
			for _, p := range c.Params {
				if op.Path != anyRoute && p.Value != "{"+p.Name+"}" {
					t.Errorf("%s: parameter %s is %q", op.ID, p.Name, p.Value)
				}
			}
			if n := strings.Count(op.Path, "{"); len(c.Params) != n {
				t.Errorf("%s: %d parameters, want %d", op.ID, len(c.Params), n)
			}
		}
	}
}

func FuzzLookup(f *testing.F) {
	for _, op := range Operations() {
		f.Add(op.Method, "/v1.41"+op.Path)
	}
	f.Add("GET", "http://h/base/v1.5/images/%2f%zz/json?x=%")
	f.Add("OPTIONS", "//")
	f.Fuzz(func(t *testing.T, method, target string) {
		c := Lookup(method, target)
		if !strings.Contains(target, c.Path) && c.Path != "/" {
			t.Errorf("path %q is not of the target %q", c.Path, target)
		}
		if !strings.HasSuffix(target, c.RawQuery) {
			t.Errorf("query %q is not of the target %q", c.RawQuery, target)
		}
		if c.Op == nil && c.Params != nil {
			t.Errorf("parameters %v without an operation", c.Params)
		}
		if c.Op == nil {
			return
		}
		if c.Op.Method != method {
			t.Errorf("%s found for %s", c.Op.ID, method)
		}
		// What was found is found again without base path and origin.
		again := Lookup(method, c.Path)
		if _, _, versioned := cutVersion(c.Path); !versioned && (again.Op != c.Op || !slices.Equal(again.Params, c.Params)) {
			t.Errorf("%q: %s %v, then %q: %+v", target, c.Op.ID, c.Params, c.Path, again)
		}
	})
}

func BenchmarkLookup(b *testing.B) {
	for name, target := range map[string]string{
		"Ping":    "/_ping",
		"Inspect": "/v1.47/containers/3f2a91c0b7d43f2a91c0b7d43f2a91c0b7d43f2a91c0b7d43f2a91c0b7d43f2a/json?size=1",
		"Slashes": "/v1.47/images/registry:5000/a/b:tag/json",
		"Escaped": "/v1.47/images/registry%3A5000%2Fa%2Fb/json",
		"Base":    "/base/path/v1.50/version",
		"Unknown": "/v1.47/nothing/here",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Lookup("GET", target)
			}
		})
	}
}

func TestAsks(t *testing.T) {
	for _, raw := range []string{"", "a=1&b=2&a=3", "a", "=1&a=2", "a=%zz&a=ok", "%61=x+y", "a;b=1&a=2", "a=1;2", "&&a==", "b=a&%zz=1&a=%2F"} {
		c := Call{RawQuery: raw}
		for _, name := range []string{"a", "b"} {
			if got, want := c.Asks(name), c.Query().Get(name); got != want {
				t.Errorf("%q has %q for %s, want %q", raw, got, name, want)
			}
		}
	}
}
