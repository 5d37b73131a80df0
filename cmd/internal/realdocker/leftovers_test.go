//go:build linux

package realdocker

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// runLabel marks what these tests make; its value is the process that made it.
const runLabel = "dockwire.test"

// unique makes a name that no other run of these tests uses.
func unique(name string) string { return name + "-" + strconv.Itoa(os.Getpid()) }

// labelled adds the label of this run to a docker command line that makes
// something.
func labelled(args []string) []string {
	at := 0
	switch {
	case len(args) > 0 && (args[0] == "run" || args[0] == "create"):
		at = 1
	case len(args) > 1 && (args[0] == "network" || args[0] == "volume" || args[0] == "container") && args[1] == "create":
		at = 2
	}
	if at == 0 {
		return args
	}
	label := []string{"--label", runLabel + "=" + strconv.Itoa(os.Getpid())}
	return append(append(append([]string{}, args[:at]...), label...), args[at:]...)
}

// sweep removes what a run left behind that was killed. Runs that are still
// there keep theirs.
func sweep() {
	for _, kind := range []struct{ list, remove []string }{
		{[]string{"ps", "-a"}, []string{"rm", "-f", "-v"}},
		{[]string{"network", "ls"}, []string{"network", "rm"}},
		{[]string{"volume", "ls"}, []string{"volume", "rm"}},
	} {
		id := "{{.ID}}"
		if kind.list[0] == "volume" {
			id = "{{.Name}}"
		}
		list := append([]string{"-H", "unix://" + daemonSocket}, kind.list...)
		list = append(list, "--filter", "label="+runLabel, "--format", id+` {{.Label "`+runLabel+`"}}`)
		out, err := exec.Command("docker", list...).Output()
		if err != nil {
			continue // the tests will say what is wrong with the daemon
		}
		for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
			id, pid, ok := strings.Cut(line, " ")
			if _, err := os.Stat(filepath.Join("/proc", pid)); !ok || err == nil {
				continue
			}
			remove := append([]string{"-H", "unix://" + daemonSocket}, kind.remove...)
			_ = exec.Command("docker", append(remove, id)...).Run()
		}
	}
}
