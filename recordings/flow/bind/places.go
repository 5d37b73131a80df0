package bind

import (
	"strings"

	"github.com/dockwire/dockwire/decode/engine"
)

// Pair is a recorded value and the live one that stands for it.
type Pair struct {
	Recorded, Live string
	Gives          bool   // the place gives a name, rather than using one
	Key            string // JSON key, or label, that holds the value; "" where it has none of its own
	Project        bool   // names of what belongs to it begin with it
	Port           bool
}

// gives are the places where clients give names, by operation.
var gives = map[string][]string{
	"ContainerCreate": {"query.name", labels + projectLabel},
	"ContainerRename": {"query.name"},
	"NetworkCreate":   {"body.Name", labels + projectLabel},
	"VolumeCreate":    {"body.Name", labels + projectLabel},
	"SecretCreate":    {"body.Name"},
	"ConfigCreate":    {"body.Name"},
	"ServiceCreate":   {"body.Name"},
	"ImageBuild":      {"query.t"},
	"ImageTag":        {"query.repo", "query.tag"},
	"ImageCommit":     {"query.repo", "query.tag"},
	"ImageCreate":     {"query.repo"},
}

// uses are places, other than paths, where clients use names they gave.
var uses = map[string][]string{
	"ImageCommit":       {"query.container"},
	"NetworkConnect":    {"body.Container"},
	"NetworkDisconnect": {"body.Container"},
}

// namedTags are the groups of operations whose path parameter is a name that
// the client may have given. Images are not among them: which image is asked
// for is what a request is about.
var namedTags = map[string]bool{
	"Container": true, "Exec": true, "Network": true, "Volume": true,
	"Secret": true, "Config": true, "Service": true, "Plugin": true,
}

// namedFilters are filters whose values are such names.
var namedFilters = map[string]bool{"name": true, "id": true, "container": true, "network": true, "volume": true, "service": true}

// projectLabel carries a name the client gave, with which names of containers,
// networks and volumes begin (docker/compose pkg/api/labels.go).
const projectLabel = "com.docker.compose.project"

// labels is where requests have them.
const labels = "body.Labels."

// keyOf is the key in an answer's JSON that holds what a request has at a
// place: the last one there, all of a label.
func keyOf(place string) string {
	if label, ok := strings.CutPrefix(place, labels); ok {
		return label
	}
	key := place[strings.LastIndexByte(place, '.')+1:]
	if !strings.HasPrefix(place, "body.") || digits(key) {
		return ""
	}
	return key
}

// At is the pair of what stands at a place.
func At(place, recorded, live string, gives bool) Pair {
	key := keyOf(place)
	return Pair{Recorded: recorded, Live: live, Gives: gives, Key: key, Project: key == projectLabel}
}

// Naming tells whether a place holds a name, and whether it gives it.
func Naming(op *engine.Operation, place string) (naming, giving bool) {
	if op == nil {
		return false, false
	}
	for _, p := range gives[op.ID] {
		if p == place {
			return true, true
		}
	}
	for _, p := range uses[op.ID] {
		if p == place {
			return true, false
		}
	}
	if strings.HasPrefix(place, "path.") {
		return namedTags[op.Tag], false
	}
	if rest, ok := strings.CutPrefix(place, "query.filters."); ok {
		name, _, _ := strings.Cut(rest, ".")
		return namedFilters[name], false
	}
	return false, false
}

// Pairs tells what has to be bound for live to stand for recorded at a place;
// ok is false when they may not be bound.
func Pairs(op *engine.Operation, place, recorded, live string) (pairs []Pair, ok bool) {
	if recorded == "" || live == "" {
		return nil, false
	}
	if naming, giving := Naming(op, place); naming && bindable(recorded) && bindable(live) {
		return append(pairs, At(place, recorded, live, giving)), true
	}
	if strings.HasPrefix(place, "path.") {
		return nil, false
	}
	if strings.HasSuffix(place, ".HostPort") && digits(recorded) && digits(live) {
		return append(pairs, Pair{Recorded: recorded, Live: live, Port: true}), true
	}
	if strings.HasPrefix(place, "query.filters.label.") {
		r, ok1 := strings.CutPrefix(recorded, projectLabel+"=")
		l, ok2 := strings.CutPrefix(live, projectLabel+"=")
		if ok1 && ok2 && r != "" && l != "" {
			return append(pairs, At(labels+projectLabel, r, l, true)), true
		}
	}
	return generatedPairs(recorded, live)
}

// bindable tells a name from an id that the daemon gave: the client has that
// from an answer, so another one is a mistake.
func bindable(s string) bool {
	return len(s) < 12 || !hex(s) || !strings.ContainsAny(s, "0123456789")
}
