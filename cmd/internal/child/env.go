package child

import (
	"slices"
	"strings"
)

// Variables are the variables that say which daemon docker connects to, and how.
// Env sets them all.
var Variables = []string{"DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_TLS", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"}

// Env is env, changed so that every Docker client connects to host.
func Env(env []string, host string) []string {
	out := make([]string, 0, len(env)+1)
	for _, e := range env {
		name, _, _ := strings.Cut(e, "=")
		if !slices.Contains(Variables, name) {
			out = append(out, e)
		}
	}
	return append(out, "DOCKER_HOST="+host)
}
