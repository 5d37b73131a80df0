//go:build linux

package realdocker

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings"
)

// rebuilt is what a recording says an exchange carried.
type rebuilt struct {
	target  string
	request []byte
	streams map[int]*bytes.Buffer // of the response, by stdcopy stream; decode.NoFd is a body
	times   []int64               // of the response's pieces, in µs
	omitted bool
}

// rebuild reads every exchange of a recording.
func rebuild(t *testing.T, path string) map[decode.ExchangeID]*rebuilt {
	t.Helper()
	r, err := recordings.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	all := map[decode.ExchangeID]*rebuilt{}
	for {
		e, err := r.Next()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		x := all[e.From().Exchange]
		switch e := e.(type) {
		case *decode.RequestHead:
			all[e.Exchange] = &rebuilt{target: e.Target, streams: map[int]*bytes.Buffer{}}
		case *decode.Omitted:
			x.omitted = true
		case *decode.Data:
			if e.Dir == decode.Request {
				x.request = append(x.request, e.Bytes...)
				continue
			}
			if x.streams[e.Fd] == nil {
				x.streams[e.Fd] = new(bytes.Buffer)
			}
			x.streams[e.Fd].Write(e.Bytes)
			x.times = append(x.times, e.Time.Microseconds())
		}
	}
}

// find returns the one exchange whose target has that part.
func find(t *testing.T, all map[decode.ExchangeID]*rebuilt, part string) *rebuilt {
	t.Helper()
	var found *rebuilt
	for _, x := range all {
		if strings.Contains(x.target, part) {
			if found != nil {
				t.Fatalf("%q is in more than one target", part)
			}
			found = x
		}
	}
	if found == nil {
		t.Fatalf("%q is in no target", part)
	}
	return found
}

// What client and daemon sent is in the recording, byte for byte.
func TestARecordingHoldsEverything(t *testing.T) {
	p := startTap(t, "--max-body", "all")
	d := docker{t: t, cli: clients(t)[0], host: p.host, name: unique("dwreal-whole"), dir: t.TempDir()}
	d.removeAtEnd()

	stdin := string(noise(300 << 10))
	output := d.input(stdin, "run", "--name", d.name, "-i", "busybox", "sh", "-c", "cat; seq 1 50000 >&2")
	d.must("run", "--rm", "busybox", "true")
	slow := d.run("run", "--rm", "busybox", "sh", "-c", "for i in 1 2 3; do echo tick; usleep 200000; done")
	saved := filepath.Join(d.dir, "saved.tar")
	d.must("save", "-o", saved, "busybox")
	tar := filepath.Join(d.dir, "up.tar")
	makeTar(t, tar, map[string]string{"etc/motd": "hello", "big": string(noise(9 << 20))})
	d.must("import", tar, d.name+":1")
	inspected := get(t, p.host, "/v1.41/images/busybox/json")
	d.must("rmi", d.name+":1")
	p.stop(t)

	all := rebuild(t, p.recording)
	var attached []*rebuilt
	for id := decode.ExchangeID(1); int(id) <= len(all); id++ {
		if strings.Contains(all[id].target, "/attach?") {
			attached = append(attached, all[id])
		}
		if all[id].omitted {
			t.Errorf("exchange %d: bytes were left out although all were asked for", id)
		}
	}
	if len(attached) != 3 {
		t.Fatalf("%d attaches, want 3", len(attached))
	}
	first := attached[0]
	same(t, "stdin", string(first.request), stdin)
	same(t, "stdout", first.streams[1].String(), output.stdout)
	same(t, "stderr", first.streams[2].String(), output.stderr)
	same(t, "ticks", attached[2].streams[1].String(), slow.stdout)
	if n := len(attached[2].times); n != 3 {
		t.Errorf("3 ticks came in %d pieces", n)
	} else if apart := attached[2].times[2] - attached[2].times[0]; apart < 300_000 {
		t.Errorf("ticks that were 400 ms apart are recorded %d µs apart", apart)
	}
	same(t, "save", find(t, all, "/images/get?").streams[decode.NoFd].String(), file(t, saved))
	same(t, "import", string(find(t, all, "fromSrc=-").request), file(t, tar))
	same(t, "inspect", find(t, all, "/images/busybox/json").streams[decode.NoFd].String(), inspected)
}

// By default uploads are listed, not kept.
func TestUploadsAreListedByDefault(t *testing.T) {
	p := startTap(t)
	d := docker{t: t, cli: clients(t)[0], host: p.host, name: unique("dwreal-listed"), dir: t.TempDir()}
	tar := filepath.Join(d.dir, "up.tar")
	makeTar(t, tar, map[string]string{"etc/secret.txt": "a secret of mine"})
	d.must("import", tar, d.name+":1")
	d.must("rmi", d.name+":1")
	p.stop(t)
	content := file(t, p.recording)
	if strings.Contains(content, "a secret of mine") {
		t.Error("the upload's content is in the recording")
	}
	if !strings.Contains(content, "etc/secret.txt") {
		t.Error("the upload's listing is not in the recording")
	}
}

func same(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: recorded %s, want %s", what, digest(got), digest(want))
	}
}

func file(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// get makes one call as a library would.
func get(t *testing.T, host, path string) string {
	t.Helper()
	c := http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", strings.TrimPrefix(host, "unix://"))
		},
	}}
	res, err := c.Get("http://docker" + path)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
