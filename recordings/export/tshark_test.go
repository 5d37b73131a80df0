package export_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/recordings/export"
)

// tshark reads a capture. The tests are asked for where it has to be.
func tshark(t *testing.T, capture string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath("tshark"); err != nil {
		if os.Getenv("CI") == "true" || os.Getenv("DOCKWIRE_REQUIRE_TSHARK") == "1" {
			t.Fatal("there is no tshark (apt-get install tshark)")
		}
		t.Skip("there is no tshark")
	}
	path := filepath.Join(t.TempDir(), "calls.pcapng")
	if err := os.WriteFile(path, []byte(capture), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("tshark", append([]string{"-n", "-r", path, "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"}, args...)...)
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir())
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	return string(out)
}

// tshark finds the calls, their statuses and bodies, and no damage.
func TestPcapngInTshark(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(7, "docker", "run")
	c.Call("POST", "/v1.47/containers/create?name=a", `{"Image":"busybox"}`, "Content-Type: application/json", "Content-Length: 19").
		Reply(201, `{"Id":"0123456789ab"}`, "Content-Type: application/json", "Content-Length: 21")
	x := c.Call("GET", "/v1.47/containers/a/logs?stdout=1", "").Answer(200, decode.ContentStdcopy, "Transfer-Encoding: chunked", "Content-Type: application/vnd.docker.multiplexed-stream")
	x.Frame(decode.Response, 1, "out\n").Frame(decode.Response, 2, "err\n").EndOf(decode.Response).End(decode.Server, decode.EndEOF)
	a := c.Call("POST", "/v1.47/containers/a/attach?stream=1&stdout=1", "", "Connection: Upgrade", "Upgrade: tcp").
		Answer(101, decode.ContentStdcopy, "Connection: Upgrade", "Upgrade: tcp", "Content-Type: application/vnd.docker.multiplexed-stream")
	a.Frame(decode.Response, 1, "hijacked\n").EndOf(decode.Response).End(decode.Server, decode.EndEOF)
	capture := write(t, "pcapng", s)
	calls := tshark(t, capture, "-Y", "http", "-T", "fields", "-e", "http.request.method", "-e", "http.request.uri", "-e", "http.response.code", "-e", "http.file_data")
	for _, want := range []string{"POST\t/v1.47/containers/create?name=a\t\t", "\t\t201\t", "GET\t/v1.47/containers/a/logs?stdout=1\t\t", "\t\t200\t"} {
		if !strings.Contains(calls, want) {
			t.Errorf("%q is not in\n%s", want, calls)
		}
	}
	if streams := tshark(t, capture, "-q", "-z", "follow,http,ascii,1"); !strings.Contains(streams, "out") || !strings.Contains(streams, "err") {
		t.Error(streams)
	}
	script := filepath.Join(t.TempDir(), "stdcopy.lua")
	dissector, err := export.Find("wireshark-lua")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(script, []byte(dissector.Fixed), 0o600); err != nil {
		t.Fatal(err)
	}
	frames := tshark(t, capture, "-X", "lua_script:"+script, "-Y", "stdcopy", "-T", "fields", "-E", "occurrence=a", "-e", "stdcopy.stream", "-e", "stdcopy.data")
	if strings.Join(strings.Fields(frames), " ") != `1,2 out\n,err\n 1 hijacked\n` {
		t.Errorf("frames of stdcopy: %q", frames)
	}
	if comments := tshark(t, capture, "-Y", "frame.comment", "-T", "fields", "-e", "frame.comment"); !strings.Contains(comments, "ContainerCreate a") {
		t.Error(comments)
	}
	if names := tshark(t, capture, "-N", "n", "-Y", "http.request", "-T", "fields", "-e", "ip.src_host", "-e", "ip.dst_host"); !strings.Contains(names, "docker-7\tdockerd\n") {
		t.Errorf("names of client and daemon: %q", names)
	}
	if bad := tshark(t, capture, "-Y", "tcp.analysis.flags || _ws.malformed || ip.checksum.status == 0 || tcp.checksum.status == 0"); bad != "" {
		t.Error(bad)
	}
}
