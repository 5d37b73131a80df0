package match

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/dockwire/dockwire/decode/engine"
)

// Rules say what is not compared.
type Rules []rule

type rule struct {
	text   string
	op     string // glob of operationIds, "" for all
	glob   string
	values *regexp.Regexp // that the rule is about; nil: all
}

// builtin is what clients set newly each time and what means nothing to an
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
	"body.Labels.com.docker.compose.replace", // an id, or a name: the new container is called by it
}

// leftOut are labels that some versions of compose do not give, to networks, volumes and
// containers of a run. They follow from the rest of the request.
var leftOut = map[string]bool{
	"body.Labels.com.docker.compose.config-hash": true, "body.Labels.com.docker.compose.container-number": true,
}

// BuiltinRules are those that always hold.
func BuiltinRules() Rules {
	rules, err := ParseRules(builtin)
	if err != nil {
		panic(err) // a table of this package
	}
	return rules
}

// builtinVolatile is what clients make from all of a request and compare with
// answers later: it is bound, so that they find it again. What it is made of is
// compared by itself (docker/compose pkg/compose/hash.go).
var builtinVolatile = []string{
	"body.Labels.com.docker.compose.config-hash",
	"body.Labels.com.docker.compose.slug", // random, of a compose run
}

// BuiltinVolatile are the places that always are volatile.
func BuiltinVolatile() Rules {
	rules, err := ParseRules(builtinVolatile)
	if err != nil {
		panic(err) // a table of this package
	}
	return rules
}

// Where places begin: those of a request, and those of what came of it.
var (
	requestRoots = []string{"query", "body", "path", "files"}
	callRoots    = append([]string{"answer", "status", "end", "stdout", "stderr", "stdin"}, requestRoots...)
)

// ParseRules reads rules such as "query.t", "body.HostConfig.*",
// "body:/HostConfig/Binds", "ContainerCreate:body.Env" and "*Create:body.Labels".
// A rule holds for its place and everything beneath; * matches any run of
// characters.
func ParseRules(texts []string) (Rules, error) {
	return parseRules(texts, requestRoots, "query.NAME, body.KEY.KEY, path.NAME or files.NAME")
}

// patternSign stands between a place and a pattern of the values there.
const patternSign = " =~ "

// WithPattern is a rule for those values at a place that a regular expression
// describes.
func WithPattern(place, pattern string) string { return place + patternSign + pattern }

// ParseVolatile reads rules as ParseRules does, and those for certain values only:
// "body.Labels.run =~ run-[0-9a-f]{8}".
func ParseVolatile(texts []string) (Rules, error) {
	var out Rules
	for _, t := range texts {
		place, pattern, narrow := strings.Cut(t, patternSign)
		rules, err := ParseRules([]string{place})
		if err != nil {
			return nil, err
		}
		if narrow {
			if rules[0].values, err = regexp.Compile("^(?:" + pattern + ")$"); err != nil {
				return nil, fmt.Errorf("%q: %w", t, err)
			}
		}
		out = append(out, rules...)
	}
	return out, nil
}

// allow reports whether a place of an operation may have either value.
func (rules Rules) allow(op, place, recorded, live string) bool {
	for i := range rules {
		r := &rules[i]
		if (r.values == nil || r.values.MatchString(recorded) && r.values.MatchString(live)) && rules[i:i+1].Cover(op, place) {
			return true
		}
	}
	return false
}

// aboutFiles are the rules for files of uploads.
func (rules Rules) aboutFiles() Rules {
	return slices.DeleteFunc(slices.Clone(rules), func(r rule) bool { return !strings.HasPrefix(r.glob, "files.") })
}

// ParseCallRules reads rules for requests and what came of them, such as
// "answer.HostConfig.*", "ImageCreate:status" and "stderr".
func ParseCallRules(texts []string) (Rules, error) {
	return parseRules(texts, callRoots, "answer.KEY.KEY, status, end, stdout, stderr, query.NAME, body.KEY.KEY or path.NAME")
}

func parseRules(texts, roots []string, say string) (Rules, error) {
	var rules Rules
	for _, t := range texts {
		r := rule{text: t, glob: t}
		if op, rest, ok := strings.Cut(t, ":"); ok && !slices.Contains(roots, op) {
			r.op, r.glob = op, rest
		}
		if side, pointer, ok := strings.Cut(r.glob, ":/"); ok {
			r.glob = side + "." + strings.ReplaceAll(pointer, "/", ".")
		}
		if root, _, _ := strings.Cut(r.glob, "."); !slices.Contains(roots, root) {
			return nil, fmt.Errorf("cannot ignore %q: say %s, with OPERATION: before it for one operation only", t, say)
		}
		if r.op != "" && !slices.ContainsFunc(engine.Operations(), func(o *engine.Operation) bool { return covers(r.op, o.ID) }) {
			return nil, fmt.Errorf("cannot ignore %q: no operation is called %q (dockwire explain lists them)", t, r.op)
		}
		rules = append(rules, r)
	}
	return rules, nil
}

// Cover reports whether a place of an operation is ignored.
func (rules Rules) Cover(op, place string) bool { return rules.forOp(op)(place) }

// forOp returns what reports whether a place is ignored in an operation.
func (rules Rules) forOp(op string) func(place string) bool {
	return func(place string) bool {
		for i := range rules {
			r := &rules[i]
			if (r.op == "" || covers(r.op, op)) && covers(r.glob, place) {
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
