package diff

import (
	"archive/tar"
	"bytes"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/digest"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
)

// answered is one call with its answer.
func answered(method, target string, status int, body string) *exchangetest.Script {
	s := exchangetest.New()
	c := s.Connect(7, "docker")
	c.Call(method, target, "").Reply(status, body, "Content-Type: application/json")
	c.Close()
	return s
}

// What means the same to clients is the same, and what does not is shown where
// it stands.
func TestMeaning(t *testing.T) {
	for _, tt := range []struct {
		name, method, target, a, b string
		status                     int // of the second answer, 0: 200
		want                       string
	}{
		{"what is empty is as good as none", "GET", "/containers/x/json", `{"Id":"x","Labels":{},"Dead":false,"Error":""}`, `{"Id":"x","OOM":0}`, 0, ""},
		{"a value that is gone", "GET", "/containers/x/json", `{"Id":"x","Dead":true}`, `{"Id":"x"}`, 0,
			"    answer /Dead\n      - recorded  true\n      + other     (nothing)\n"},
		{"more than there was", "GET", "/containers/x/json", `{"Id":"x"}`, `{"Id":"x","A":1,"B":["c"]}`, 0, "    answer also has /A, /B/0\n"},
		{"sets come in any order", "GET", "/containers/x/json", `{"MaskedPaths":["/a","/b"]}`, `{"MaskedPaths":["/b","/c.d","/a"]}`, 0,
			"    answer also has /MaskedPaths/[/c.d]\n"},
		{"but words do not", "GET", "/containers/x/json", `{"Args":["a","b"]}`, `{"Args":["b","a"]}`, 0,
			"    answer /Args/0\n      - recorded  \"a\"\n      + other     \"b\"\n    answer /Args/1\n      - recorded  \"b\"\n      + other     \"a\"\n"},
		{"an error has other places", "GET", "/containers/x/json", `{"Id":"x","State":{"Running":true}}`, `{"message":"No such container: x"}`, 404,
			"    status\n      - recorded  200\n      + other     404\n    answer /message\n      - recorded  (nothing)\n      + other     \"No such container: x\"\n"},
		{"lists by what they list", "GET", "/containers/json", `[{"Names":["/a"],"State":"up"},{"Names":["/b"],"State":"up"}]`, `[{"Names":["/b"],"State":"down"},{"Names":["/a"],"State":"up"}]`, 0,
			"    answer /[b]/State\n      - recorded  \"up\"\n      + other     \"down\"\n"},
		{"volumes too", "GET", "/volumes", `{"Volumes":[{"Name":"v.1","Driver":"local"}],"Warnings":null}`, `{"Volumes":[{"Name":"w","Driver":"local"},{"Name":"v.1","Driver":"nfs"}]}`, 0,
			"    answer /Volumes/[v.1]/Driver\n      - recorded  \"local\"\n      + other     \"nfs\"\n    answer also has /Volumes/[w]/Driver, /Volumes/[w]/Name\n"},
		{"an image by its digest", "GET", "/images/json", `[{"Id":"sha256:` + id1 + `","RepoTags":null,"Size":1}]`, `[{"Id":"sha256:` + id2 + `","RepoTags":[],"Size":2}]`, 0, ""},
		{"versions differ, their places do not", "GET", "/version", `{"Version":"20.10","Components":[{"Name":"Engine"}]}`, `{"Version":"29.1","Components":[{"Name":"Engine"},{"Name":"containerd"}]}`, 0, ""},
		{"a place of info that is gone", "GET", "/info", `{"KernelMemory":true,"NCPU":2}`, `{"NCPU":4}`, 0,
			"    answer /KernelMemory\n      - recorded  true\n      + other     (nothing)\n"},
		{"processes by who runs what", "GET", "/containers/x/top", `{"Titles":["UID","PID","CMD"],"Processes":[["root","10","sleep 1"]]}`, `{"Titles":["UID","PID","CMD"],"Processes":[["root","20","sleep 2"]]}`, 0,
			"    answer /Processes/0/2\n      - recorded  \"sleep 1\"\n      + other     \"sleep 2\"\n"},
		{"folders of the daemon's own", "POST", "/volumes/create", `{"Name":"v","Mountpoint":"/var/lib/docker/volumes/v/_data"}`, `{"Name":"v","Mountpoint":"/data/docker/volumes/v/_data"}`, 0, ""},
		{"what is on the disk", "GET", "/system/df", `{"LayersSize":5,"Images":[{"Id":"x"}]}`, `{"LayersSize":7,"Images":[]}`, 0, ""},
	} {
		status := tt.status
		if status == 0 {
			status = 200
		}
		r := compared(t, answered(tt.method, tt.target, 200, tt.a), answered(tt.method, tt.target, status, tt.b), "")
		got := r.Text(nil, plain)
		if _, after, ok := strings.Cut(got, "#1 and #1\n"); ok {
			got = after
		}
		got, _, _ = strings.Cut(got, "calls: ")
		if got != tt.want {
			t.Errorf("%s:\n%s\nwant\n%s", tt.name, got, tt.want)
		}
	}
}

// A tar is compared by its files.
func TestTars(t *testing.T) {
	archive := func(mode int64, names ...string) string {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		for _, n := range names {
			if err := w.WriteHeader(&tar.Header{Name: n, Typeflag: tar.TypeReg, Mode: mode, Size: 2}); err != nil {
				t.Fatal(err)
			}
			w.Write([]byte("hi"))
		}
		w.Close()
		return b.String()
	}
	cp := func(body string) *exchangetest.Script {
		s := exchangetest.New()
		c := s.Connect(7, "docker", "cp")
		x := c.Call("GET", "/containers/x/archive?path=/f", "").Answer(200, decode.ContentTar, "Content-Type: application/x-tar", "Transfer-Encoding: chunked")
		x.Data(decode.Response, body).End(decode.Server, decode.EndEOF)
		c.Close()
		return s
	}
	// The kind of a file is told beside its mode, not in it (older daemons).
	if r := compared(t, cp(archive(0o100644, "a", "b")), cp(archive(0o644, "b", "a")), ""); !r.Equal() {
		t.Errorf("%s", r.Text(nil, plain))
	}
	r := compared(t, cp(archive(0o644, "a", "b")), cp(archive(0o644, "a")), "")
	if got, want := r.Text(nil, plain), "    file b\n      - recorded  file, mode 644, 2 bytes\n      + other     (nothing)\n"; !strings.Contains(got, want) {
		t.Errorf("%s\nwant in it\n%s", got, want)
	}
}

// Contents of which two recordings have digests of different kinds cannot be told
// to be the same, which is said.
func TestDigestsOfTwoKinds(t *testing.T) {
	save := func(d digest.Digest) *exchangetest.Script {
		s := exchangetest.New()
		c := s.Connect(7, "docker", "save", "x")
		x := c.Call("GET", "/images/x/get", "").Answer(200, decode.ContentTar, "Content-Type: application/x-tar", "Transfer-Encoding: chunked")
		x.Event(&decode.Omitted{Dir: decode.Response, Bytes: 4, Total: 4, Digest: d, Why: "max-body"})
		x.End(decode.Server, decode.EndEOF)
		c.Close()
		return s
	}
	fast, proof := digest.XXH3.Of([]byte("save")), digest.SHA256.Of([]byte("save"))
	for _, d := range []digest.Digest{fast, proof} {
		if r := compared(t, save(d), save(d), ""); !r.Equal() {
			t.Errorf("%s", r.Text(nil, plain))
		}
	}
	r := compared(t, save(proof), save(fast), "")
	if got, want := r.Text(nil, plain), "a digest of another kind"; !strings.Contains(got, want) || r.Equal() {
		t.Errorf("%s\nwant in it\n%s", got, want)
	}
}

// Lines that differ are shown where they are, not all from the first to the
// last.
func TestHunks(t *testing.T) {
	text := func(lines ...string) *exchangetest.Script {
		s := exchangetest.New()
		c := s.Connect(7, "docker", "logs", "x")
		x := c.Call("GET", "/containers/x/logs?stdout=1", "").Answer(200, decode.ContentStdcopy, "Content-Type: application/vnd.docker.multiplexed-stream", "Transfer-Encoding: chunked")
		x.Frame(decode.Response, 1, strings.Join(lines, "\n")+"\n").End(decode.Server, decode.EndEOF)
		c.Close()
		return s
	}
	r := compared(t, text("a", "b", "c", "d", "e"), text("a", "x", "c", "d", "e", "f"), "")
	want := "    stdout line 2\n      - recorded  \"b\"\n      + other     \"x\"\n    stdout line 6\n      - recorded  (nothing)\n      + other     \"f\"\n"
	if got := r.Text(nil, plain); !strings.Contains(got, want) {
		t.Errorf("%s\nwant in it\n%s", got, want)
	}
}

// A secret has a number in each recording.
func TestNumbersOfPlaceholders(t *testing.T) {
	log := func(line string) *exchangetest.Script {
		return answered("POST", "/images/create?fromImage=x", 200, `{"status":"`+line+`"}`)
	}
	if r := compared(t, log("as {{redacted.env.1}}"), log("as {{redacted.env.4}}"), ""); !r.Equal() {
		t.Errorf("%s", r.Text(nil, plain))
	}
}
