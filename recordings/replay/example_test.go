package replay_test

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/recordings/replay"
)

// recording is what `dockwire run -o run.jsonl` writes, in short.
const recording = `{"format":"dockwire","v":1,"start":"2026-11-23T14:02:11Z"}
{"e":"req","x":1,"t":10,"c":1,"m":"GET","u":"/v1.47/images/json","p":"1.1","h":[["Host","d"]],"op":"ImageList","fin":true}
{"e":"res","x":1,"t":20,"s":200,"p":"1.1","h":[["Content-Type","application/json"],["Content-Length","3"]],"fr":"length","body":{"n":3,"json":[],"nl":"\n"},"fin":true}
{"e":"end","x":1,"t":21,"by":"server","how":"eof"}
{"e":"stop","t":30,"lines":4,"exchanges":1}
`

func ExampleNew() {
	_ = func(t *testing.T) {
		d := replay.New(t, "testdata/run.jsonl", replay.Ignore("body.Labels.build"), replay.AllUsed())
		t.Setenv("DOCKER_HOST", d.Host())
		// what is tested talks to the daemon here
	}
}

func ExampleOpen() {
	dir, _ := os.MkdirTemp("", "")
	defer os.RemoveAll(dir)
	file, socket := filepath.Join(dir, "run.jsonl"), filepath.Join(dir, "d.sock")
	_ = os.WriteFile(file, []byte(recording), 0o600)

	player, err := replay.Open(file, replay.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	l, _ := net.Listen("unix", socket)
	go player.Serve(l)
	defer player.Close()

	c, _ := net.Dial("unix", socket)
	fmt.Fprint(c, "GET /v1.47/images/json HTTP/1.1\r\nHost: d\r\n\r\n")
	status, _ := bufio.NewReader(c).ReadString('\n')
	c.Close()
	report := player.Report()
	fmt.Printf("%s, %d of %d used\n", strings.TrimSpace(status), report.Used, report.Exchanges)
	// Output:
	// HTTP/1.1 200 OK, 1 of 1 used
}
