//go:build linux

package realdocker

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"

	digestOf "github.com/dockwire/dockwire/decode/digest"
)

// http2Call is a call that is made over HTTP/2 from the first byte.
type http2Call struct {
	name, operation string
	status          int
	method, target  string
	json, file      string // what is sent
	left            bool   // its stream does not end, and the client leaves
}

// kindsOfCalls has a call of each kind: documents, streams that end and one that
// does not, files either way, hijacks, which HTTP/2 has not, and what is not there.
func kindsOfCalls(own, tar string) []http2Call {
	container := "/v1.44/containers/" + own
	return []http2Call{
		{name: "head", operation: "SystemPingHead", status: 200, method: "HEAD", target: "/_ping"},
		{name: "a document", operation: "ContainerInspect", status: 200, method: "GET", target: container + "/json"},
		{name: "a wait", operation: "ContainerWait", status: 200, method: "POST", target: container + "/wait"},
		{name: "nothing to do", operation: "ContainerStop", status: 304, method: "POST", target: container + "/stop"},
		{name: "a tag", operation: "ImageTag", status: 201, method: "POST", target: "/v1.44/images/busybox:latest/tag?repo=" + own},
		{name: "logs", operation: "ContainerLogs", status: 200, method: "GET", target: container + "/logs?stdout=1&stderr=1"},
		{name: "logs -f", operation: "ContainerLogs", status: 200, method: "GET", target: container + "/logs?stdout=1&stderr=1&follow=1"},
		{name: "events until now", operation: "SystemEvents", status: 200, method: "GET", target: "/v1.44/events?since=1&until=2"},
		{name: "events", operation: "SystemEvents", status: 200, method: "GET", target: "/v1.44/events?filters=%7B%22container%22%3A%5B%22nobody%22%5D%7D", left: true},
		{name: "a download", operation: "ContainerArchive", status: 200, method: "GET", target: container + "/archive?path=/bin/busybox"},
		{name: "an upload", operation: "PutContainerArchive", status: 200, method: "PUT", target: container + "/archive?path=/", file: tar},
		{name: "an import", operation: "ImageCreate", status: 200, method: "POST", target: "/v1.44/images/create?fromSrc=-&repo=" + own, file: tar},
		{name: "not found", operation: "ContainerInspect", status: 404, method: "GET", target: "/v1.44/containers/dwnope/json"},
		{name: "bad json", operation: "ContainerCreate", status: 400, method: "POST", target: "/v1.44/containers/create", json: "{nope"},
		{name: "no route", status: 404, method: "GET", target: "/v1.44/nope"},
		{name: "a hijack", operation: "ContainerAttach", status: 400, method: "POST", target: container + "/attach?stream=1&stdout=1"},
	}
}

// TestEachKindOfCallOverHTTP2 makes each kind of call with curl and with a client
// in Go. The answers are the same as directly, and those of a replay, over HTTP/2 and
// over HTTP/1.
func TestEachKindOfCallOverHTTP2(t *testing.T) {
	if _, err := overHTTP2(daemonSocket); err != nil {
		t.Skip("the daemon takes no HTTP/2 from the first byte (Engine 29.2 and later do): ", err)
	}
	p := startTap(t)
	own := strings.ToLower(unique("dwcurl2"))
	d := docker{t: t, cli: clients(t)[0], host: "unix://" + daemonSocket, name: own, dir: t.TempDir()}
	d.removeAtEnd()
	d.must("run", "--name", own, "busybox", "sh", "-c", "echo out; echo err >&2")
	tar := d.dir + "/root.tar"
	makeTar(t, tar, map[string]string{"etc/motd": "hello", "big": string(noise(1 << 20))})
	type client func(c http2Call, socket string, http2 bool) string
	byCurl := func(c http2Call, socket string, http2 bool) string { return c.byCurl(t, socket, http2) }
	byGo := func(c http2Call, socket string, http2 bool) string { return c.byGo(t, socket, http2) }
	calls := kindsOfCalls(own, tar)
	var made []http2Call
	var answers []string
	each := func(do func(by client, c http2Call)) {
		for _, by := range []client{byCurl, byGo} {
			for _, c := range calls {
				do(by, c)
			}
		}
	}
	each(func(by client, c http2Call) {
		through, direct := by(c, strings.TrimPrefix(p.host, "unix://"), true), by(c, daemonSocket, true)
		if direct != through {
			t.Errorf("%s: directly:\n%s\nthrough dockwire:\n%s", c.name, direct, through)
		}
		answers = append(answers, through)
		if through != "" {
			made = append(made, c)
		}
	})
	d.run("rmi", "-f", own)
	p.stop(t)
	for _, http2 := range []bool{true, false} {
		r, i := startReplay(t, p.recording), 0
		each(func(by client, c http2Call) {
			if got := by(c, strings.TrimPrefix(r.host, "unix://"), http2); got != answers[i] {
				t.Errorf("%s: recorded:\n%s\nreplayed, HTTP/2 %t:\n%s", c.name, answers[i], http2, got)
			}
			i++
		})
		r.stop(t)
	}
	all := printed(t, p.recording)
	if len(all) != len(made) {
		t.Fatalf("%d calls are in the recording, want %d", len(all), len(made))
	}
	for i, o := range all {
		c := made[i]
		if o.Operation != c.operation || o.Gaps != nil || o.Anomalies > 0 || o.Status == nil || *o.Status != c.status {
			t.Errorf("%s: %+v, want %s, %d", c.name, o, c.operation, c.status)
		}
	}
}

// byCurl returns what curl shows. It has no way to leave a stream, which is then
// not called.
func (c *http2Call) byCurl(t *testing.T, socket string, http2 bool) string {
	t.Helper()
	args := []string{"-sS", "--max-time", "20", "-w", "%{http_code}", "--unix-socket", socket}
	switch {
	case c.left:
		return ""
	case http2:
		args = append(args, "--http2-prior-knowledge")
	default:
		args = append(args, "--http1.1")
	}
	switch {
	case c.method == "HEAD":
		args = append(args, "--head", "-o", "/dev/null")
	case c.json != "":
		args = append(args, "-H", "Content-Type: application/json", "-d", c.json)
	case c.file != "":
		args = append(args, "-X", c.method, "-T", c.file)
	default:
		args = append(args, "-X", c.method)
	}
	if c.operation == "ContainerArchive" || c.operation == "ImageCreate" {
		args = append(args, "-o", "/dev/null")
	}
	return curlTranscript(docker{t: t, cli: "curl", name: "curl", dir: t.TempDir()}.run(append(args, "http://d"+c.target)...))
}

// byGo returns what a client in Go gets.
func (c *http2Call) byGo(t *testing.T, socket string, http2 bool) string {
	t.Helper()
	tr := unencrypted(func() (net.Conn, error) { return net.Dial("unix", socket) })
	tr.Protocols.SetUnencryptedHTTP2(http2)
	tr.Protocols.SetHTTP1(!http2)
	defer tr.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var body io.Reader
	if c.json != "" {
		body = strings.NewReader(c.json)
	} else if c.file != "" {
		f, err := os.Open(c.file)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		body = f
	}
	request, err := http.NewRequestWithContext(ctx, c.method, "http://d"+c.target, body)
	if err != nil {
		t.Fatal(err)
	}
	if c.json != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := tr.RoundTrip(request)
	if err != nil {
		return err.Error()
	}
	defer response.Body.Close()
	if c.left {
		return response.Status
	}
	answer, err := io.ReadAll(response.Body)
	if c.operation == "ContainerArchive" {
		answer = []byte(digestOf.XXH3.Of(answer).Hex())
	} else if c.operation == "ImageCreate" {
		answer = []byte(steady(string(answer)))
	}
	return fmt.Sprint(response.Status, err, string(answer))
}
