package dockercontext

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func ptr[T any](v T) *T { return &v }

func env(pairs ...string) func(string) string {
	return func(name string) string {
		for _, p := range pairs {
			if k, v, _ := strings.Cut(p, "="); k == name {
				return v
			}
		}
		return ""
	}
}

// writeFiles fills a new folder.
func writeFiles(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func metaPath(name string) string { return filepath.Join(metaDir("", contextID(name)), "meta.json") }
func tlsPath(name, file string) string {
	return filepath.Join(tlsDir("", contextID(name)), "docker", file)
}

func TestOrder(t *testing.T) {
	dir := writeFiles(t, map[string]string{
		"config.json":        `{"currentContext":"current","auths":{}}`,
		metaPath("current"):  `{"Name":"current","Endpoints":{"docker":{"Host":"tcp://current:1"}}}`,
		metaPath("envvar"):   `{"Name":"envvar","Endpoints":{"docker":{"Host":"tcp://envvar:1"}}}`,
		metaPath("flag"):     `{"Name":"flag","Endpoints":{"docker":{"Host":"tcp://flag:1"}}}`,
		metaPath("hostless"): `{"Name":"hostless","Endpoints":{"docker":{}}}`,
	})
	all := []string{"DOCKER_HOST=tcp://envhost:1", "DOCKER_CONTEXT=envvar"}
	for _, tt := range []struct {
		name   string
		env    []string
		flags  Flags
		host   string
		source Source
	}{
		{"--context over everything", all, Flags{Context: "flag"}, "tcp://flag:1", FromContextFlag},
		{"--host over environment", all, Flags{Host: []string{"tcp://flaghost:1"}}, "tcp://flaghost:1", FromHostFlag},
		{"an empty --host is docker's default", all, Flags{Host: []string{""}}, "unix:///var/run/docker.sock", FromHostFlag},
		{"DOCKER_HOST over DOCKER_CONTEXT", all, Flags{}, "tcp://envhost:1", FromHostEnv},
		{"DOCKER_CONTEXT over config.json", all[1:], Flags{}, "tcp://envvar:1", FromContextEnv},
		{"config.json", nil, Flags{}, "tcp://current:1", FromConfig},
		{"--context default", nil, Flags{Context: "default"}, "unix:///var/run/docker.sock", FromContextFlag},
		{"--context default obeys DOCKER_HOST", all, Flags{Context: "default"}, "tcp://envhost:1", FromHostEnv},
		{"a context without a host", nil, Flags{Context: "hostless"}, "unix:///var/run/docker.sock", FromContextFlag},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ep, err := Resolve(Input{Env: env(tt.env...), Flags: tt.flags, ConfigDir: dir, OS: "linux"})
			if err != nil || ep.Host != tt.host || ep.Source != tt.source || ep.TLS != nil {
				t.Errorf("got %+v, %v", ep, err)
			}
		})
	}
}

func TestWarnings(t *testing.T) {
	dir := writeFiles(t, map[string]string{
		"config.json":     `{"currentContext":"one"}`,
		"ca.pem":          "x",
		metaPath("one"):   `{"Name":"one","Metadata":{"GODEBUG":"x509negativeserial=1"},"Endpoints":{"docker":{"Host":"tcp://one:1"}}}`,
		"bad/config.json": `{"currentContext":`,
	})
	for _, tt := range []struct {
		env   []string
		flags Flags
		dir   string
		want  string
	}{
		{[]string{"DOCKER_HOST=tcp://h:1"}, Flags{}, dir, `overrides the current context "one"`},
		{[]string{"DOCKER_HOST=tcp://h:1", "DOCKER_CONTEXT=two"}, Flags{}, dir, "overrides DOCKER_CONTEXT=two"},
		{[]string{"DOCKER_TLS_VERIFY=1"}, Flags{}, dir, `TLS settings (DOCKER_TLS_VERIFY) are for the default context`},
		{nil, Flags{}, dir, "sets GODEBUG=x509negativeserial=1"},
		{[]string{"DOCKER_TLS_VERIFY=0"}, Flags{Host: []string{"tcp://h:1"}}, dir, "DOCKER_TLS_VERIFY=0 turns TLS on"},
		{nil, Flags{Host: []string{"unix:///x"}, TLS: ptr(true)}, dir, "TLS settings (--tls) do not apply to unix:///x"},
		{nil, Flags{Host: []string{"tcp://h:1"}, TLSVerify: ptr(true), CACert: ptr("")}, t.TempDir(), "no TLS at all"},
		{nil, Flags{}, filepath.Join(dir, "bad"), filepath.Join(dir, "bad", "config.json")},
	} {
		ep, err := Resolve(Input{Env: env(tt.env...), Flags: tt.flags, ConfigDir: tt.dir, OS: "linux"})
		if err != nil || !slices.ContainsFunc(ep.Warnings, func(w string) bool { return strings.Contains(w, tt.want) }) {
			t.Errorf("%v %+v: want a warning with %q, got %q, %v", tt.env, tt.flags, tt.want, ep.Warnings, err)
		}
	}
}

func TestTLS(t *testing.T) {
	dir := writeFiles(t, map[string]string{"ca.pem": "", "cert.pem": "", "key.pem": "", "only/ca.pem": "", "none/x": ""})
	file := func(parts ...string) string { return filepath.Join(append([]string{dir}, parts...)...) }
	full := TLSFiles{CA: file("ca.pem"), Cert: file("cert.pem"), Key: file("key.pem")}
	skipping := full
	skipping.SkipVerify = true
	tcp := []string{"tcp://h:1"}
	for _, tt := range []struct {
		name  string
		env   []string
		flags Flags
		want  *TLSFiles
		err   string
	}{
		{"off", nil, Flags{}, nil, ""},
		{"--tls does not verify", nil, Flags{TLS: ptr(true)}, &skipping, ""},
		{"--tlsverify", nil, Flags{TLSVerify: ptr(true)}, &full, ""},
		{"--tlsverify=false is on, unverified", nil, Flags{TLSVerify: ptr(false)}, &skipping, ""},
		{"--tlsverify=false over environment", []string{"DOCKER_TLS_VERIFY=1"}, Flags{TLSVerify: ptr(false)}, &skipping, ""},
		{"--tls=false over DOCKER_TLS", []string{"DOCKER_TLS=1"}, Flags{TLS: ptr(false)}, nil, ""},
		{"DOCKER_TLS_VERIFY over --tls=false", []string{"DOCKER_TLS_VERIFY=1"}, Flags{TLS: ptr(false)}, &full, ""},
		{"DOCKER_TLS_VERIFY=0 is on", []string{"DOCKER_TLS_VERIFY=0"}, Flags{}, &full, ""},
		{"DOCKER_TLS_VERIFY=false is on", []string{"DOCKER_TLS_VERIFY=false"}, Flags{}, &full, ""},
		{"DOCKER_TLS", []string{"DOCKER_TLS=x"}, Flags{}, &skipping, ""},
		{"DOCKER_CERT_PATH, no client pair", []string{"DOCKER_TLS_VERIFY=1", "DOCKER_CERT_PATH=" + file("only")}, Flags{}, &TLSFiles{CA: file("only", "ca.pem")}, ""},
		{"missing ca.pem", []string{"DOCKER_TLS_VERIFY=1", "DOCKER_CERT_PATH=" + file("none")}, Flags{}, nil, file("none", "ca.pem")},
		{"missing --tlscert", nil, Flags{TLSVerify: ptr(true), Cert: ptr(file("nope.pem"))}, nil, file("nope.pem")},
		{"empty --tlscacert", nil, Flags{TLSVerify: ptr(true), CACert: ptr("")}, &TLSFiles{Cert: full.Cert, Key: full.Key}, ""},
		{"--tlscacert alone turns nothing on", nil, Flags{CACert: ptr("/nope")}, nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.flags.Host = tcp
			ep, err := Resolve(Input{Env: env(tt.env...), Flags: tt.flags, ConfigDir: dir, OS: "linux"})
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Errorf("want an error that names %s, got %v", tt.err, err)
				}
				return
			}
			if err != nil || (ep.TLS == nil) != (tt.want == nil) || ep.TLS != nil && *ep.TLS != *tt.want {
				t.Errorf("got %+v, %v; want %+v", ep.TLS, err, tt.want)
			}
		})
	}
}

func TestErrors(t *testing.T) {
	dir := writeFiles(t, map[string]string{
		metaPath("good"):   `{"Name":"good","Endpoints":{"docker":{"Host":"tcp://good:1"}}}`,
		metaPath("broken"): `{"Name":"broken"`,
		metaPath("other"):  `{"Name":"other","Endpoints":{"kubernetes":{}}}`,
	})
	in := Input{ConfigDir: dir, OS: "linux"}

	in.Flags = Flags{Context: "nope"}
	_, err := Resolve(in)
	var missing *NotFoundError
	if !errors.As(err, &missing) || !slices.Equal(missing.Known, []string{"default", "good"}) {
		t.Errorf("unknown context: %v, %+v", err, missing)
	}
	for _, name := range []string{`"nope"`, "good", "default", "--context"} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("unknown context: %v does not say %s", err, name)
		}
	}
	for name, file := range map[string]string{"broken": metaPath("broken"), "other": metaPath("other")} {
		in.Flags = Flags{Context: name}
		if _, err := Resolve(in); err == nil || !strings.Contains(err.Error(), filepath.Join(dir, file)) {
			t.Errorf("%s: the error does not name the file: %v", name, err)
		}
	}
	in.Flags = Flags{Context: "good", Host: []string{""}}
	if _, err := Resolve(in); !errors.Is(err, ErrHostAndContext) {
		t.Errorf("--host with --context: %v", err)
	}
	in.Flags = Flags{Host: []string{"a", "b"}}
	if _, err := Resolve(in); err == nil {
		t.Error("two --host were taken")
	}
}

func TestLoadConfig(t *testing.T) {
	for content, want := range map[string]Config{
		"": {},
		`{"currentContext":"a","cliPluginsExtraDirs":["/x"],"auths":{"r":{}}}`: {CurrentContext: "a", PluginsExtraDirs: []string{"/x"}},
		`{"currentcontext":"a"} trailing`:                                      {CurrentContext: "a"}, // as docker's decoder takes it
	} {
		c, err := LoadConfig(writeFiles(t, map[string]string{"config.json": content}))
		if err != nil || c.CurrentContext != want.CurrentContext || !slices.Equal(c.PluginsExtraDirs, want.PluginsExtraDirs) {
			t.Errorf("%q: %+v, %v", content, c, err)
		}
	}
	if c, err := LoadConfig(t.TempDir()); err != nil || c.CurrentContext != "" {
		t.Errorf("no file: %+v, %v", c, err)
	}
}
