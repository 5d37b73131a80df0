//go:build linux

package realdocker

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// inNamespace marks the second run of a test, in a network of its own, and
// builtBinary gives it the dockwire that the first run has built.
const (
	inNamespace = "DOCKWIRE_TEST_NETNS"
	builtBinary = "DOCKWIRE_TEST_BINARY"
)

// ownNetwork runs the calling test again in a network namespace of its own and
// reports whether this is that second run. Ports are free there, and a second
// dockerd does not meet the first one's bridge.
func ownNetwork(t *testing.T) bool {
	t.Helper()
	if os.Getenv(inNamespace) == t.Name() {
		command(t, "ip", "link", "set", "lo", "up")
		return true
	}
	for _, need := range []string{"dockerd", "ip"} {
		if _, err := exec.LookPath(need); err != nil || os.Geteuid() != 0 {
			lacks(t, need+" as root", err)
		}
	}
	args := []string{"-test.run=^" + t.Name() + "$", "-test.v"}
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), inNamespace+"="+t.Name(), builtBinary+"="+dockwire)
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Fatalf("in its own network: %v\n%s", err, out)
	}
	t.Logf("in its own network:\n%s", out)
	return false
}

// command runs a tool of the system that has to succeed.
func command(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}
