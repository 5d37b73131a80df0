//go:build linux

package realdocker

import (
	"slices"
	"strings"
	"testing"
)

// TestCurlHTTP2 makes each kind of call with curl over HTTP/2 from the first
// byte: documents, streams that end and one that curl leaves, uploads, a hijack,
// which HTTP/2 has not, and what is not there. A replay gives the same answers, over
// HTTP/2 and over HTTP/1.
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
	call := func(i int, socket, protocol string) string {
		args := slices.Clone(calls[i].args)
		args[len(args)-1] = "http://d" + args[len(args)-1]
		all := append([]string{"-sS", "--max-time", "20", protocol, "-w", "%{http_code}", "--unix-socket", socket}, args...)
		return curlTranscript(docker{t: t, cli: "curl", name: "curl", dir: d.dir}.run(all...))
	}
	const http2 = "--http2-prior-knowledge"
	answers := make([]string, len(calls))
	for i, c := range calls {
		answers[i] = call(i, strings.TrimPrefix(p.host, "unix://"), http2)
		if direct := call(i, daemonSocket, http2); direct != answers[i] {
			t.Errorf("%s: directly:\n%s\nthrough dockwire:\n%s", c.name, direct, answers[i])
		}
	}
	d.run("rmi", "-f", own)
	p.stop(t)
	for _, protocol := range []string{http2, "--http1.1"} {
		r := startReplay(t, p.recording)
		for i, c := range calls {
			if got := call(i, strings.TrimPrefix(r.host, "unix://"), protocol); got != answers[i] && !(c.name == "head" && protocol != http2) {
				t.Errorf("%s: recorded:\n%s\nreplayed, %s:\n%s", c.name, answers[i], protocol, got)
			}
		}
		r.stop(t)
	}
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
