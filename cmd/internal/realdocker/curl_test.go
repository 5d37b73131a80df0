//go:build linux

package realdocker

import (
	"bufio"
	"bytes"
	"encoding/json"
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
		if !strings.Contains(strings.ToLower(line), "date:") {
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

// A client that is killed in the middle of a stream must not leave anything
// behind: dockerd learns of it, and the relay's connection ends. Each step waits
// for a fact: the stream has begun when bytes of it are in the recording.
func TestClientThatDisconnectsMidStream(t *testing.T) {
	p := startTap(t)
	direct := docker{t: t, cli: clients(t)[0], host: "unix://" + daemonSocket, name: unique("dwreal-gone"), dir: t.TempDir()}
	direct.removeAtEnd()
	direct.must("run", "-d", "--name", direct.name, "busybox", "sh", "-c", "while :; do echo tick; usleep 100000; done")
	d := direct
	d.host = p.host
	const idle = 1 // the listener's
	for _, c := range []struct {
		op   string
		args []string
	}{
		{"ContainerLogs", []string{"logs", "-f", d.name}},
		{"ContainerAttach", []string{"attach", "--no-stdin", d.name}},
		{"SystemEvents", []string{"events"}},
		{"ContainerStats", []string{"stats", d.name}},
	} {
		cmd := d.command(c.args...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		waitFor(t, "the stream of docker "+c.args[0], func() bool {
			if c.op == "SystemEvents" { // which says nothing until something happens
				direct.must("rename", d.name, d.name+"-2")
				direct.must("rename", d.name+"-2", d.name)
			}
			return streams(t, p.recording, c.op)
		})
		cmd.Process.Kill()
		cmd.Wait()
		waitFor(t, "the end of docker "+c.args[0]+"'s connections", func() bool { return sockets(t, p.cmd.Process.Pid) == idle })
	}
	p.stop(t)
	checkRecording(t, p.recording)
}

// streams reports whether a recording has bytes of a response of the operation.
func streams(t *testing.T, recording, op string) bool {
	t.Helper()
	b, err := os.ReadFile(recording)
	if err != nil {
		t.Fatal(err)
	}
	of := map[uint64]bool{}
	for line := range bytes.Lines(b) {
		var e struct {
			E  string
			X  uint64
			Op string
		}
		if json.Unmarshal(line, &e) != nil {
			continue // the last line may not be complete yet
		}
		switch {
		case e.E == "req" && e.Op == op:
			of[e.X] = true
		case e.E == "out" && of[e.X]:
			return true
		}
	}
	return false
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
