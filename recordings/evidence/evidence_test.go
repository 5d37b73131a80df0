package evidence

import (
	"archive/tar"
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/recordings/internal/tape"
)

// Of an upload, the files that differ are volatile, and the folders in which names do.
func TestVolatileFiles(t *testing.T) {
	load := func(digest, manifest string) string {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		for _, f := range [][2]string{{"blobs/sha256/" + digest, "layer"}, {"manifest.json", manifest}, {"oci-layout", "1"}} {
			_ = w.WriteHeader(&tar.Header{Name: f[0], Size: int64(len(f[1])), Mode: 0o644}) // a buffer takes everything
			_, _ = w.Write([]byte(f[1]))
		}
		_ = w.Close()
		s := exchangetest.New()
		tape.JSON(s.Connect(7).Call("POST", "/images/load", b.String(), "Content-Type: application/x-tar"), 200, "{}")
		return tape.Write(t, s)
	}
	found, err := Volatile(load("aaaa", "[aaaa]"), load("bbbb", "[bbbb]"))
	if err != nil {
		t.Fatal(err)
	}
	var rules []string
	for _, p := range found.Volatile {
		rules = append(rules, p.Rule)
	}
	if want := []string{"ImageLoad:files.blobs/sha256/*", "ImageLoad:files.manifest.json"}; !slices.Equal(rules, want) {
		t.Errorf("%q, want %q", rules, want)
	}
}

func TestVolatile(t *testing.T) {
	flow := func(name, run, schema string, more bool) string {
		s := exchangetest.New()
		c := s.Connect(7)
		tape.JSON(c.Call("POST", "/containers/create?name=web-"+name, `{"Image":"a","Env":["HOST=web-`+name+`","SCHEMA=`+schema+`"],"Labels":{"run":"`+run+`"},"HostConfig":{"Binds":["/tmp/`+run+`:/x"]}}`), 201, `{"Id":"`+run+`"}`)
		tape.Empty(c.Call("POST", "/containers/"+run+"/start", ""), 204)
		if more {
			tape.JSON(c.Call("GET", "/images/json", ""), 200, "[]")
		}
		path := filepath.Join(t.TempDir(), name+".jsonl")
		tape.To(t, path, s)
		return path
	}
	found, err := Volatile(flow("one", "aaaa", "20240101", false), flow("two", "bbbb", "20240101", true))
	if err != nil {
		t.Fatal(err)
	}
	// The label has what a folder has: it follows from a name, as HOST does.
	if len(found.Volatile) != 0 || len(found.Unpaired) != 1 || !strings.Contains(found.Unpaired[0], "/images/json") {
		t.Errorf("%+v", found)
	}
	found, err = Volatile(flow("one", "aaaa", "20240101", false), flow("one", "aaaa", "20250202", false))
	if err != nil {
		t.Fatal(err)
	}
	if len(found.Volatile) != 1 || found.Volatile[0].Rule != "ContainerCreate:body.Env.1 =~ SCHEMA=[0-9]{8}" || !strings.Contains(found.Volatile[0].B, "20250202") {
		t.Errorf("%+v", found)
	}
	for want, values := range map[string][]string{
		"--run=[0-9a-f]{12}": {"--run=0a1b2c3d4e5f", "--run=ffeeddccbbaa"},
		"job [0-9]+ of 3":    {"job 9 of 3", "job 10 of 3"},
		`a\.[a-z]+`:          {"a.x", "a.yz"},
		".*":                 {"one", "one more"},
	} {
		if got := pattern(values); got != want {
			t.Errorf("%q: %s, want %s", values, got, want)
		}
	}
	if _, err := Volatile("nowhere.jsonl", "nowhere.jsonl"); err == nil {
		t.Error("a file that is not there was read")
	}
}
