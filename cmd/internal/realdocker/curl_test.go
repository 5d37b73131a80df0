//go:build linux

package realdocker

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// curl drives the API as scripts do, each call compared with the direct one.
func TestCurl(t *testing.T) {
	p := startTap(t)
	dir := t.TempDir()
	tar := filepath.Join(dir, "root.tar")
	makeTar(t, tar, map[string]string{"etc/motd": "hello", "big": string(noise(2 << 20))})
	calls := []struct {
		name string
		args []string
	}{
		{"ping", []string{"-i", "http://d/_ping"}},
		{"head", []string{"-I", "http://d/_ping"}},
		{"chunked upload", []string{"-H", "Transfer-Encoding: chunked", "-T", tar, "-X", "POST", "http://d/v1.41/images/create?fromSrc=-&repo=dwreal-curl"}},
		{"Expect: 100-continue", []string{"-v", "-H", "Expect: 100-continue", "--data-binary", "@" + tar, "-X", "POST", "http://d/v1.41/images/create?fromSrc=-&repo=dwreal-curl"}},
		{"not found", []string{"-i", "http://d/v1.41/containers/nope/json"}},
		{"bad json", []string{"-i", "-H", "Content-Type: application/json", "-d", "{nope", "http://d/v1.41/containers/create"}},
		{"keep-alive", []string{"http://d/_ping", "http://d/v1.41/images/busybox/json", "http://d/_ping"}},
		{"absolute target", []string{"--request-target", "http://docker.invalid:2375/_ping", "http://d/_ping"}},
		{"old host", []string{"-H", "Host: docker", "http://d/_ping"}},
		{"empty host", []string{"-i", "-H", "Host;", "http://d/_ping"}},
	}
	for _, c := range calls {
		t.Run(c.name, func(t *testing.T) {
			way := func(socket string) string {
				d := docker{t: t, cli: "curl", name: "curl", dir: dir}
				return curlTranscript(d.run(append([]string{"-sS", "--unix-socket", socket}, c.args...)...))
			}
			direct, through := way(daemonSocket), way(strings.TrimPrefix(p.host, "unix://"))
			if direct != through {
				t.Errorf("directly:\n%s\nthrough dockwire:\n%s", direct, through)
			}
		})
	}
	docker{t: t, cli: clients(t)[0], host: p.host, dir: dir}.run("rmi", "-f", "dwreal-curl")
	p.stop(t)
	checkRecording(t, p.recording)
}

// curlTranscript leaves out what names the socket or the moment.
func curlTranscript(r result) string {
	var kept []string
	for _, line := range strings.Split(r.stderr, "\n") {
		if strings.HasPrefix(line, "<") || strings.HasPrefix(line, ">") {
			kept = append(kept, line)
		}
	}
	r.stderr = strings.Join(kept, "\n")
	var out []string
	for _, line := range strings.Split(r.transcript(), "\n") {
		if !strings.Contains(line, "Date:") {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}

func TestPipelinedRequestsAreAnsweredInOrder(t *testing.T) {
	p := startTap(t)
	socket := strings.TrimPrefix(p.host, "unix://")
	c, err := net.Dial("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(patience))
	paths := []string{"/_ping", "/v1.41/version", "/v1.41/containers/nope/json", "/_ping"}
	var all strings.Builder
	for _, path := range paths {
		fmt.Fprintf(&all, "GET %s HTTP/1.1\r\nHost: docker\r\n\r\n", path)
	}
	io.WriteString(c, all.String())
	r := bufio.NewReader(c)
	for i, want := range []int{200, 200, 404, 200} {
		res, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, res.Body)
		if res.StatusCode != want {
			t.Errorf("%s: %s, want %d", paths[i], res.Status, want)
		}
	}
	p.stop(t)
	checkRecording(t, p.recording)
}

// A client that goes away in the middle of a stream must not leave anything
// behind: dockerd learns of it, and the relay's connection ends.
func TestClientThatDisconnectsMidStream(t *testing.T) {
	p := startTap(t)
	d := docker{t: t, cli: clients(t)[0], host: p.host, name: unique("dwreal-gone"), dir: t.TempDir()}
	d.removeAtEnd()
	d.must("run", "-d", "--name", d.name, "busybox", "sh", "-c", "while :; do echo tick; usleep 10000; done")
	const idle = 1 // the listener's
	waitFor(t, "the connections before to end", func() bool { return sockets(t, p.cmd.Process.Pid) == idle })
	for _, args := range [][]string{{"logs", "-f", d.name}, {"attach", "--no-stdin", d.name}, {"events"}, {"stats", d.name}} {
		cmd := d.command(args...)
		var out bytes.Buffer
		cmd.Stdout = &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		waitFor(t, "a connection", func() bool { return sockets(t, p.cmd.Process.Pid) > idle })
		cmd.Process.Kill()
		cmd.Wait()
		waitFor(t, fmt.Sprintf("the end of docker %v's connections", args), func() bool { return sockets(t, p.cmd.Process.Pid) == idle })
	}
	p.stop(t)
	checkRecording(t, p.recording)
}

func sockets(t *testing.T, pid int) int {
	t.Helper()
	folder := fmt.Sprintf("/proc/%d/fd", pid)
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, e := range entries {
		if to, err := os.Readlink(filepath.Join(folder, e.Name())); err == nil && strings.HasPrefix(to, "socket:") {
			n++
		}
	}
	return n
}

// waitFor polls until it holds; a machine under load gets its time.
func waitFor(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for began := time.Now(); time.Since(began) < patience; time.Sleep(20 * time.Millisecond) {
		if holds() {
			return
		}
	}
	t.Fatalf("waited %v for %s", patience, what)
}
