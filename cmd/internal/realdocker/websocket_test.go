//go:build linux

package realdocker

import (
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/net/websocket"
)

// TestWebSocketAttach attaches to a container as a browser would. Its input and
// output are shown as a hijacked stream's are, and a value that the user named
// is masked in them.
func TestWebSocketAttach(t *testing.T) {
	const typed = "typed-websocket-4711"
	t.Setenv("DWREAL_TYPED", typed)
	p := startTap(t, "--format", "json", "--body", "--redact-value-of", "DWREAL_TYPED")
	d := docker{t: t, cli: clients(t)[0], host: p.host, name: unique("dwreal-ws"), dir: t.TempDir()}
	d.removeAtEnd()
	direct := d
	direct.host, direct.name = "unix://"+daemonSocket, d.name+"-direct"
	direct.removeAtEnd()
	through, without := attachByWebSocket(d, typed), attachByWebSocket(direct, typed)
	if through != without || !strings.Contains(through, "heard "+typed) {
		t.Errorf("through dockwire %q, directly %q", through, without)
	}
	p.stop(t)
	checkRecording(t, p.recording)
	file, err := os.ReadFile(p.recording)
	if err != nil {
		t.Fatal(err)
	}
	asText, err := exec.Command(dockwire, "print", "--body", p.recording).Output()
	if err != nil {
		t.Fatal(err)
	}
	for place, all := range map[string]string{"the recording": string(file), "JSON": p.stdout.String(), "text": string(asText)} {
		if strings.Contains(all, typed) || !strings.Contains(all, "heard {{redacted.") {
			t.Errorf("%s:\n%s", place, all)
		}
	}
	for _, part := range []string{`"kind":"ws-data"`, `"e":"in"`, `"op":"ContainerAttachWebsocket"`} {
		if !strings.Contains(string(file), part) {
			t.Errorf("no %s in\n%s", part, file)
		}
	}
}

// attachByWebSocket has a line echoed by a container.
func attachByWebSocket(d docker, line string) (output string) {
	d.t.Helper()
	d.must("create", "--name", d.name, "-i", "busybox", "sh", "-c", "echo ready; read x; echo heard $x")
	conn, err := net.Dial("unix", strings.TrimPrefix(d.host, "unix://"))
	if err != nil {
		d.t.Fatal(err)
	}
	config, err := websocket.NewConfig("ws://docker/containers/"+d.name+"/attach/ws?stream=1&stdin=1&stdout=1&stderr=1", "http://docker")
	if err != nil {
		d.t.Fatal(err)
	}
	ws, err := websocket.NewClient(config, conn)
	if err != nil {
		d.t.Fatal(err)
	}
	defer ws.Close()
	d.must("start", d.name)
	if _, err := io.WriteString(ws, line+"\n"); err != nil {
		d.t.Fatal(err)
	}
	all, err := io.ReadAll(ws)
	if err != nil {
		d.t.Errorf("%q, then %v", all, err)
	}
	return string(all)
}
