package main

import "strings"

// ownedByDockwire are the variables that say which daemon docker connects to
// and how; the child's come from dockwire alone.
var ownedByDockwire = []string{"DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_TLS", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"}

// childEnv is env with every Docker client sent to host.
func childEnv(env []string, host string) []string {
	out := make([]string, 0, len(env)+1)
	for _, e := range env {
		name, _, _ := strings.Cut(e, "=")
		if !owned(name) {
			out = append(out, e)
		}
	}
	return append(out, "DOCKER_HOST="+host)
}

func owned(name string) bool {
	for _, o := range ownedByDockwire {
		if name == o {
			return true
		}
	}
	return false
}
