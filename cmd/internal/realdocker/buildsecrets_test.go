//go:build linux

package realdocker

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
)

// Values that only the builds of this file have.
const (
	plantedToken   = "planted-registry-token-Zq9xTr7v4711"
	plantedAgent   = "planted-ssh-agent-key-Zq9xTr7v4711"
	plantedEnv     = "planted-env-of-a-step-Zq9xTr7v4711"
	plantedFlag    = "planted-flag-of-a-step-Zq9xTr7v4711"
	plantedSource  = "planted-url-of-a-source-Zq9xTr7v4711"
	plantedOption  = "planted-exporter-option-Zq9xTr7v4711"
	plantedCommand = "planted-command-line-Zq9xTr7v4711"
)

// asksAgent asks an ssh agent for its keys, as ssh does.
const asksAgent = `package main

import (
	"io"
	"net"
	"os"
)

func main() {
	c, err := net.Dial("unix", os.Getenv("SSH_AUTH_SOCK"))
	if err == nil {
		_, err = c.Write([]byte{0, 0, 0, 1, 11})
	}
	if err == nil {
		_, err = io.ReadFull(c, make([]byte, 5))
	}
	if err != nil {
		panic(err)
	}
}
`

// TestSecretsOfBuilds has builds whose secrets travel by the session and in
// the LLB definition. Neither recording, text, JSON nor screen has them.
func TestSecretsOfBuilds(t *testing.T) {
	t.Parallel()
	cli := clients(t)[0]
	registry, gave := tokenRegistry(t)
	config := loggedIn(t, registry)
	agent := sshAgent(t)
	work := t.TempDir()
	for name, content := range map[string]string{
		"main.go":          asksAgent,
		"agent.Dockerfile": "FROM busybox:latest\nCOPY asks /asks\nRUN --mount=type=ssh --mount=type=secret,id=mysecret /asks && test -s /run/secrets/mysecret\n",
		"token.Dockerfile": "FROM " + registry + "/some/app:1\n",
		// The client sends the first target's definition with the second.
		"base.Dockerfile": "FROM busybox:latest\nENV API_TOKEN=" + plantedEnv + "\nADD http://me:" + plantedSource + "@" + registry + "/file /file\nRUN true --password " + plantedFlag + "\n",
		"top.Dockerfile":  "FROM below\nRUN true\n",
		"docker-bake.hcl": "group \"default\" { targets = [\"top\"] }\ntarget \"below\" { dockerfile = \"base.Dockerfile\" }\n" +
			"target \"top\" {\n dockerfile = \"top.Dockerfile\"\n contexts = { below = \"target:below\" }\n}\n",
		"secret": "\xff\xfe" + plantedFile, // no text
	} {
		if err := os.WriteFile(filepath.Join(work, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, made := range [][]string{
		{"go", "build", "-o", "asks", "main.go"},
		{"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", plantedAgent, "-f", "key"},
		{"ssh-add", "-q", "key"},
	} {
		cmd := exec.Command(made[0], made[1:]...)
		cmd.Dir, cmd.Env = work, append(os.Environ(), "CGO_ENABLED=0", "SSH_AUTH_SOCK="+agent)
		if out, err := cmd.CombinedOutput(); err != nil {
			lacks(t, made[0], fmt.Errorf("%w: %s", err, out))
		}
	}

	p := startTap(t, "--format", "json", "--headers", "--body")
	d := docker{t: t, cli: cli, host: p.host, dir: work, env: []string{"SSH_AUTH_SOCK=" + agent, "DOCKER_CONFIG=" + config, "BUILDX_BAKE_ENTITLEMENTS_FS=0"}}
	for _, c := range []struct {
		code int
		args []string
	}{
		// The program closes the agent's socket, and the client's error about that
		// has its command line in it.
		{0, []string{"build", "--no-cache", "--build-arg", "DB_PASSWORD=" + plantedCommand, "--ssh", "default", "--secret", "id=mysecret,src=secret", "-f", "agent.Dockerfile", "-o", "type=image,name=dwbuildsecrets,registry-token=" + plantedOption, "."}},
		{1, []string{"build", "-f", "token.Dockerfile", "."}},
		{1, []string{"build", "-f", "token.Dockerfile", "."}}, // the daemon has the client sign that the token is its own
		{-1, []string{"bake", "--no-cache"}},                  // an old daemon ends it, with the definition in its hands
	} {
		if r := d.run(append([]string{"buildx"}, c.args...)...); r.code != c.code && c.code >= 0 {
			t.Errorf("%q: exit %d, want %d:\n%s", c.args, r.code, c.code, r.stderr)
		}
	}
	d.run("rmi", "-f", "dwbuildsecrets")
	p.stop(t)
	if !gave.Load() {
		t.Error("the registry gave no token")
	}
	checkRecording(t, p.recording)
	nothingPlanted(t, p)

	file, err := os.ReadFile(p.recording)
	if err != nil {
		t.Fatal(err)
	}
	for what, pattern := range map[string]string{
		"a secret of the session": `"type":"moby.buildkit.secrets.v1.GetSecretResponse".*"b64":"{{redacted.`,
		"bytes of the agent":      `"dir":"out","type":"moby.sshforward.v1.BytesMessage".*{{redacted.ssh_agent`,
		"a registry's token":      `"type":"moby.filesync.v1.FetchTokenResponse".*"Token":"{{redacted.`,
		"a token's signature":     `"type":"moby.filesync.v1.VerifyTokenAuthorityResponse".*"Signed":.*{{redacted.`,
		"an env in the LLB":       `"FrontendInputs":.*API_TOKEN={{redacted.`,
		"a flag in the LLB":       `"FrontendInputs":.*"true --password {{redacted.`,
		"a URL in the LLB":        `"FrontendInputs":.*"http://{{redacted.[^"]*/file"`,
		"an exporter's option":    `"registry-token":"{{redacted.`,
		"the name of a folder":    `"X-Docker-Expose-Session-Sharedkey","{{redacted.session_key`,
		"a command line":          `"build","--no-cache","--build-arg","DB_PASSWORD={{redacted.`,
	} {
		if !regexp.MustCompile(pattern).Match(file) {
			t.Errorf("%s was not seen: %s", what, pattern)
		}
	}
	screenWithoutPlanted(t, p.recording)
}

// tokenRegistry asks for a token, which the client fetches for the daemon, and
// then knows no image. gave says that it gave one.
func tokenRegistry(t *testing.T) (address string, gave *atomic.Bool) {
	t.Helper()
	gave = new(atomic.Bool)
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	address = "localhost:" + server.URL[strings.LastIndexByte(server.URL, ':')+1:]
	mux.HandleFunc("/file", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "a file") })
	mux.HandleFunc("/token", func(w http.ResponseWriter, _ *http.Request) {
		gave.Store(true)
		fmt.Fprintf(w, `{"token":%q,"access_token":%[1]q,"expires_in":300}`, plantedToken)
	})
	mux.HandleFunc("/v2/", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "Bearer "+plantedToken {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		w.Header().Set("WWW-Authenticate", `Bearer realm="http://`+address+`/token",service="some",scope="repository:some/app:pull"`)
		w.WriteHeader(http.StatusUnauthorized)
	})
	return address, gave
}

// screenWithoutPlanted looks for the planted values on the screen.
func screenWithoutPlanted(t *testing.T, recording string) {
	t.Helper()
	s := startTmux(t, 250, 120, dockwire, "view", recording)
	search := func(text string) {
		s.press("/")
		s.do("send-keys", "-t", "s", "-l", text)
		s.press("Enter")
	}
	s.shows("docker buildx bake")
	search("planted-")
	s.shows("in no call")
	search("{{redacted.ssh_agent")
	s.shows("in one call")
	s.press("n", "Enter")
	s.shows("SSH/ForwardAgent")
	noPlanted(t, "a call on the screen", s.screen())
}
