//go:build linux

package realdocker

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// plantedCalls are calls of docker, a line each, with a marker %s for each secret.
var plantedCalls = []string{
	"run|--rm|-e|DB_PASSWORD=four words of %s|-e|TS_AUTHKEY=%s|busybox|--password=%s", // the last one comes back in an error
	"run|--rm|--entrypoint|mysql|busybox|db|-p%s",
	"run|--rm|--label|traefik.http.middlewares.a.basicauth.users=admin:%s|--health-cmd|mysqladmin -p%s ping|busybox|true",
	"run|--rm|--annotation|db.password=%s|--sysctl|net.password=%s|busybox|true",
	"run|--rm|--log-driver|splunk|--log-opt|splunk-token=%s|--log-opt|splunk-url=https://u:%s@127.0.0.1:1|busybox|true",
	"run|--rm|-e|CONN=Server=h;Uid=u;Pwd=%s;|busybox|curl|-sume:%s|https://h/?X-Amz-Signature=%s",
	"run|--rm|busybox|x|https://hooks.slack.com/services/T0A/B0C/%s|valkey-cli|-a|%s",
	"login|-u|me|-p|%s|127.0.0.1:1",
	"build|--build-arg|DB_PASSWORD=several words %s|--no-cache|-t|dwreal-secrets|.",
}

// TestSecrets looks for planted secrets in all that dockwire writes.
func TestSecrets(t *testing.T) {
	value := "Zq0HunterXk9w \"in\ntwo\" lines"
	t.Setenv("DWREAL_VALUE", value)
	p := startTap(t, "--format", "text", "--headers", "--body", "--redact-value-of", "DWREAL_VALUE")
	d := docker{t: t, cli: clients(t)[0], host: p.host, dir: t.TempDir(), env: []string{"DOCKER_BUILDKIT=0"}}
	n := 0
	plant := func(s string) string {
		for strings.Contains(s, "%s") {
			n++
			s = strings.Replace(s, "%s", fmt.Sprintf("Zq%dHunterXk9w", n), 1)
		}
		return s
	}
	dockerfile := plant("FROM busybox\nARG DB_PASSWORD\nENV API_TOKEN=\"some words %s\"\nRUN echo \"it is $DB_PASSWORD\"; echo $API_TOKEN\n")
	if err := os.WriteFile(filepath.Join(d.dir, "Dockerfile"), []byte(dockerfile), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, call := range plantedCalls {
		d.run(strings.Split(plant(call), "|")...)
	}
	for _, terminal := range []string{"--tty=false", "--tty"} {
		d.run("run", "--rm", terminal, "-e", "V="+value, "busybox", "sh", "-c", `echo "it is $V"`)
	}
	d.run("rmi", "-f", "dwreal-secrets")
	p.stop(t)
	checkRecording(t, p.recording)
	recording, err := os.ReadFile(p.recording)
	if err != nil {
		t.Fatal(err)
	}
	asJSON, err := exec.Command(dockwire, "print", "--format", "json", "--body", p.recording).Output()
	if err != nil {
		t.Error(err)
	}
	marker := regexp.MustCompile(`Zq[0-9]+HunterXk9w`)
	for what, text := range map[string]string{"recording": string(recording), "text": p.stdout.String(), "JSON": string(asJSON), "messages": p.stderr.String()} {
		for _, at := range marker.FindAllStringIndex(text, -1) {
			t.Errorf("in %s: …%s…", what, text[max(0, at[0]-100):min(len(text), at[1]+20)])
		}
	}
	if found := strings.Count(string(recording), "{{redacted."); found < n {
		t.Errorf("%d placeholders for %d secrets: were they planted?", found, n)
	}
	if n := strings.Count(string(recording), "it is {{redacted.value.1}}"); n != 2 {
		t.Errorf("the value is replaced in %d of 2 outputs", n)
	}
	if out, err := exec.Command(dockwire, "check", p.recording).CombinedOutput(); err != nil {
		t.Errorf("check: %v\n%s", err, out)
	}
	t.Logf("%d secrets planted", n)
}
