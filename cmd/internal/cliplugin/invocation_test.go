package cliplugin

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		args string // split at spaces
		want Invocation
	}{
		{"docker-cli-plugin-metadata", Invocation{Metadata: true, ByDocker: true}},
		{"wire", Invocation{ByDocker: true, Args: []string{}}},
		{"wire run -H b -- docker ps", Invocation{ByDocker: true, Args: []string{"run", "-H", "b", "--", "docker", "ps"}}},
		{"-H unix:///a wire tap", Invocation{ByDocker: true, Args: []string{"tap"}, Globals: []Global{{"host", "unix:///a"}}}},
		{"--host=unix:///a -D -l debug wire tap", Invocation{ByDocker: true, Args: []string{"tap"}, Globals: []Global{{"host", "unix:///a"}}}},
		{"-Hunix:///a --log-level=info --debug wire tap", Invocation{ByDocker: true, Args: []string{"tap"}, Globals: []Global{{"host", "unix:///a"}}}},
		{"--config /c -c remote wire doctor", Invocation{ByDocker: true, Config: "/c", Args: []string{"doctor"}, Globals: []Global{{"context", "remote"}}}},
		{"--context wire wire doctor", Invocation{ByDocker: true, Args: []string{"doctor"}, Globals: []Global{{"context", "wire"}}}},
		{"--tls --tlsverify=false --tlscacert a --tlscert b --tlskey= wire doctor", Invocation{ByDocker: true, Args: []string{"doctor"},
			Globals: []Global{{"tls", "true"}, {"tlsverify", "false"}, {"tlscacert", "a"}, {"tlscert", "b"}, {"tlskey", ""}}}},
		{"help wire tap", Invocation{ByDocker: true, Args: []string{"help", "tap"}}},
		{"wire --help", Invocation{ByDocker: true, Args: []string{"--help"}}},
		{"__complete wire ta", Invocation{ByDocker: true, Args: []string{"__complete", "ta"}}},
		{"__completeNoDesc wire ta", Invocation{ByDocker: true, Args: []string{"__completeNoDesc", "ta"}}},

		// By hand, without docker.
		{"run -- docker ps", Invocation{Args: []string{"run", "--", "docker", "ps"}}},
		{"--help", Invocation{Args: []string{"--help"}}},
		{"help tap", Invocation{Args: []string{"help", "tap"}}},
		{"-H a", Invocation{Args: []string{"-H", "a"}}},
		{"--nonsense wire run", Invocation{Args: []string{"--nonsense", "wire", "run"}}},
	} {
		t.Run(c.args, func(t *testing.T) {
			if diff := cmp.Diff(c.want, Parse(strings.Split(c.args, " "))); diff != "" {
				t.Error(diff)
			}
		})
	}
	if got := Parse(nil); got.ByDocker || len(got.Args) > 0 {
		t.Errorf("without arguments: %+v", got)
	}
}

func TestCalled(t *testing.T) {
	for argv0, want := range map[string]bool{
		"docker-wire": true, "/home/u/.docker/cli-plugins/docker-wire": true, "docker-wire.exe": true,
		"dockwire": false, "/x/docker-wire/dockwire": false, "docker-wire2": false, "": false,
	} {
		if Called(argv0) != want {
			t.Errorf("Called(%q) is %v", argv0, !want)
		}
	}
}

// Docker takes a plugin with these fields and no other schema version.
func TestMetadata(t *testing.T) {
	var out bytes.Buffer
	if err := WriteMetadata(&out, "1.2.3"); err != nil {
		t.Fatal(err)
	}
	var m map[string]string
	if err := json.Unmarshal(out.Bytes(), &m); err != nil {
		t.Fatal(err)
	}
	if m["SchemaVersion"] != "0.1.0" || m["Vendor"] == "" || m["Version"] != "1.2.3" || m["ShortDescription"] == "" {
		t.Errorf("%s", &out)
	}
}
