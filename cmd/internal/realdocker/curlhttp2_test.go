//go:build linux

package realdocker

import (
	"slices"
	"strings"
	"testing"
)

// TestCurlHTTP2 makes each kind of call with curl over HTTP/2 from the first
// byte: documents, streams that end and one that curl leaves, uploads, a hijack,
// which HTTP/2 has not, and what is not there.
func TestCurlHTTP2(t *testing.T) {
	if _, err := overHTTP2(daemonSocket); err != nil {
		t.Skip("the daemon takes no HTTP/2 from the first byte (Engine 29.2 and later do): ", err)
	}
	p := startTap(t)
	own := unique("dwcurl2")
	d := docker{t: t, cli: clients(t)[0], host: "unix://" + daemonSocket, name: own, dir: t.TempDir()}
	d.removeAtEnd()
	d.must("run", "--name", own, "busybox", "sh", "-c", "echo out; echo err >&2")
	tar := d.dir + "/root.tar"
	makeTar(t, tar, map[string]string{"etc/motd": "hello", "big": string(noise(1 << 20))})
	const json = "Content-Type: application/json"
	calls := []struct {
		name, operation string
		status          int
		args            []string
	}{
		{"head", "SystemPingHead", 200, []string{"-I", "/_ping"}},
		{"a document", "ContainerInspect", 200, []string{"/v1.44/containers/" + own + "/json"}},
		{"logs", "ContainerLogs", 200, []string{"/v1.44/containers/" + own + "/logs?stdout=1&stderr=1"}},
		{"logs -f", "ContainerLogs", 200, []string{"/v1.44/containers/" + own + "/logs?stdout=1&stderr=1&follow=1"}},
		{"events until now", "SystemEvents", 200, []string{"/v1.44/events?since=1&until=2"}},
		{"a download", "ContainerArchive", 200, []string{"-o", "/dev/null", "/v1.44/containers/" + own + "/archive?path=/bin/busybox"}},
		{"an upload", "PutContainerArchive", 200, []string{"-T", tar, "/v1.44/containers/" + own + "/archive?path=/"}},
		{"an import", "ImageCreate", 200, []string{"-o", "/dev/null", "-X", "POST", "-T", tar, "/v1.44/images/create?fromSrc=-&repo=" + own}},
		{"not found", "ContainerInspect", 404, []string{"/v1.44/containers/dwnope/json"}},
		{"bad json", "ContainerCreate", 400, []string{"-H", json, "-d", "{nope", "/v1.44/containers/create"}},
		{"no route", "", 404, []string{"/v1.44/nope"}},
		{"a hijack", "ContainerAttach", 400, []string{"-X", "POST", "/v1.44/containers/" + own + "/attach?stream=1&stdout=1"}},
	}
	for _, c := range calls {
		t.Run(c.name, func(t *testing.T) {
			args := slices.Clone(c.args)
			args[len(args)-1] = "http://d" + args[len(args)-1]
			way := func(socket string) string {
				all := append([]string{"-sS", "--max-time", "20", "--http2-prior-knowledge", "-w", "%{http_version} %{http_code}", "--unix-socket", socket}, args...)
				return curlTranscript(docker{t: t, cli: "curl", name: "curl", dir: d.dir}.run(all...))
			}
			direct, through := way(daemonSocket), way(strings.TrimPrefix(p.host, "unix://"))
			if direct != through || !strings.Contains(through, "2 ") {
				t.Errorf("directly:\n%s\nthrough dockwire:\n%s", direct, through)
			}
		})
	}
	d.run("rmi", "-f", own)
	p.stop(t)
	all := printed(t, p.recording)
	if len(all) != len(calls) {
		t.Fatalf("%d calls are in the recording, want %d", len(all), len(calls))
	}
	for i, o := range all {
		c := calls[i]
		if o.Operation != c.operation || o.Gaps != nil || o.Anomalies > 0 || o.Status == nil || *o.Status != c.status {
			t.Errorf("%s: %+v, want %s, %d", c.name, o, c.operation, c.status)
		}
	}
}
