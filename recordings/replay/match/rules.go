package match

import (
	"fmt"
	"strings"
)

// Rules say what is not compared.
type Rules []rule

type rule struct {
	text string
	op   string // operationId, "" for all
	glob string
}

// builtin is what clients set anew each time and what means nothing to an
// answer: sizes of terminals (docker/cli cli/command/container/create.go),
// times the client computes from "10m" (moby client/container_logs.go), ids of
// builds (buildkit session/session.go), labels that say where a client ran
// (docker/compose pkg/api/labels.go).
var builtin = []string{
	"query.since", "query.until", "query.session", "query.buildid",
	"body.HostConfig.ConsoleSize", "body.ConsoleSize",
	"body.Labels.com.docker.compose.project.working_dir",
	"body.Labels.com.docker.compose.project.config_files",
	"body.Labels.com.docker.compose.project.environment_file",
	"body.Labels.com.docker.compose.version",
}

// BuiltinRules are those that always hold.
func BuiltinRules() Rules {
	rules, err := ParseRules(builtin)
	if err != nil {
		panic(err) // a table of this package
	}
	return rules
}

// ParseRules reads rules such as "query.t", "body.HostConfig.*",
// "body:/HostConfig/Binds" and "ContainerCreate:body.Env". A rule holds for
// its place and everything beneath; * stands for any run of characters.
func ParseRules(texts []string) (Rules, error) {
	var rules Rules
	for _, t := range texts {
		r := rule{text: t, glob: t}
		if op, rest, ok := strings.Cut(t, ":"); ok && op != "body" && op != "query" && op != "path" {
			r.op, r.glob = op, rest
		}
		if side, pointer, ok := strings.Cut(r.glob, ":/"); ok {
			r.glob = side + "." + strings.ReplaceAll(pointer, "/", ".")
		}
		switch root, _, _ := strings.Cut(r.glob, "."); root {
		case "query", "body", "path", "files":
		default:
			return nil, fmt.Errorf("cannot ignore %q: say query.NAME, body.KEY.KEY, path.NAME or files.NAME, with OPERATION: before it for one operation only", t)
		}
		rules = append(rules, r)
	}
	return rules, nil
}

// forOp returns what tells whether a place is ignored in an operation.
func (rules Rules) forOp(op string) func(place string) bool {
	return func(place string) bool {
		for i := range rules {
			r := &rules[i]
			if (r.op == "" || r.op == op) && covers(r.glob, place) {
				return true
			}
		}
		return false
	}
}

// covers matches a place or one above it.
func covers(glob, place string) bool {
	for i := 0; i < len(glob); i++ {
		if glob[i] == '*' {
			rest := glob[i+1:]
			for j := i; j <= len(place); j++ {
				if covers(rest, place[j:]) {
					return true
				}
			}
			return false
		}
		if i >= len(place) || glob[i] != place[i] {
			return false
		}
	}
	return len(place) == len(glob) || place[len(glob)] == '.' || glob == ""
}
