package bind

import (
	"net"
	"slices"
	"strings"

	"github.com/dockwire/dockwire/decode/engine"
)

// Pair is a recorded value and the live one that stands for it.
type Pair struct {
	Recorded, Live string
	Gives          bool   // the place gives a name, rather than using one
	Key            string // JSON key, or label, that holds the value; "" where it has none of its own
	Project        bool   // names of what belongs to it begin with it
	Number         bool   // a port, or another number: replaced only where a key says what it is
	Volatile       bool   // bound by a rule, at a place that holds no name
}

// gives are the places where clients give names, by operation.
var gives = map[string][]string{
	"ContainerCreate":     {"query.name", labels + projectLabel, labels + sessionLabel, labels + sessionLabelGo},
	"ContainerRename":     {"query.name"},
	"NetworkCreate":       {"body.Name", labels + projectLabel, labels + sessionLabel, labels + sessionLabelGo},
	"VolumeCreate":        {"body.Name", labels + projectLabel, labels + sessionLabel, labels + sessionLabelGo},
	"SecretCreate":        {"body.Name"},
	"ConfigCreate":        {"body.Name"},
	"ServiceCreate":       {"body.Name"},
	"ImageBuild":          {"query.t", "query.labels." + sessionLabel, "query.labels." + sessionLabelGo},
	"ImageTag":            {"query.repo", "query.tag"},
	"ImageCommit":         {"query.repo", "query.tag"},
	"ImageCreate":         {"query.repo"},
	"PutContainerArchive": {"files"}, // the file or folder of the client's machine
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

// The labels under which Testcontainers gives a run its name: in Java, Go and
// most others, and in Node and .NET.
const (
	sessionLabel   = "org.testcontainers.sessionId"
	sessionLabelGo = "org.testcontainers.session-id"
)

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

// At is the pair of what is at a place.
func At(place, recorded, live string, gives bool) Pair {
	key := keyOf(place)
	return Pair{Recorded: recorded, Live: live, Gives: gives, Key: key, Project: key == projectLabel}
}

// within are places where a name is a part of the value: what is before it,
// and what may be behind it. A folder of the host is a name, too: tests make
// a new one each time.
var within = []withinPlace{
	{place: "body.HostConfig.Binds", end: ":", gives: true},
	{place: "body.HostConfig.Mounts.*.Source", gives: true},
	{place: "body.HostConfig.Mounts.*.VolumeOptions.DriverConfig.Options.device", folder: true, gives: true},
	{place: "body.DriverOpts.device", folder: true, gives: true}, // a volume that is a bind
	{place: "body.HostConfig.ContainerIDFile", gives: true},
	{place: "body.HostConfig.Links", end: ":"},
	{place: "body.HostConfig.VolumesFrom", end: ":"},
	{place: "body.HostConfig.NetworkMode"},
	{place: "body.HostConfig.NetworkMode", prefix: "container:"},
	{place: "body.HostConfig.IpcMode", prefix: "container:"},
	{place: "body.HostConfig.PidMode", prefix: "container:"},
	{place: "body.NetworkingConfig.EndpointsConfig.*.Aliases", gives: true},
	{place: "body.NetworkingConfig.EndpointsConfig.*.NetworkID"},
	{place: "body.NetworkingConfig.EndpointsConfig.*.Links", end: ":"},
	{place: "body.EndpointConfig.Aliases", gives: true},
}

// withinPlace is one of them.
type withinPlace struct {
	place  string // it, or a number beneath it
	prefix string
	end    string // the name ends before the first of these bytes
	folder bool   // only a folder of the host is a name there: no device, server or kind of file system
	gives  bool
}

// part finds the name in a value.
func part(place, value string) (name string, giving, ok bool) {
	for _, w := range within {
		rest, ok := strings.CutPrefix(value, w.prefix)
		if !ok || !matchesPlace(w.place, place) || w.folder && (!strings.HasPrefix(rest, "/") || strings.HasPrefix(rest, "/dev/")) {
			continue
		}
		if i := strings.IndexAny(rest, w.end); i >= 0 && w.end != "" {
			rest = rest[:i]
		}
		if w.place == "body.HostConfig.NetworkMode" && (strings.Contains(rest, ":") || modes[rest]) {
			continue
		}
		return rest, w.gives, rest != ""
	}
	return "", false, false
}

// modes are the words of NetworkMode that name no network of a client's.
var modes = map[string]bool{"": true, "default": true, "bridge": true, "host": true, "none": true, "nat": true}

// matchesPlace reports whether a place is the pattern's, or a number beneath it.
func matchesPlace(pattern, place string) bool {
	for pattern != "" && place != "" {
		if before, after, ok := strings.Cut(pattern, "*"); ok {
			rest, ok := strings.CutPrefix(place, before)
			if !ok {
				return false
			}
			i := strings.LastIndex(rest, strings.TrimSuffix(after, "*"))
			if i < 0 {
				return false
			}
			pattern, place = after, rest[i:]
			continue
		}
		rest, ok := strings.CutPrefix(place, pattern)
		return ok && (rest == "" || rest[0] == '.' && digits(rest[1:]))
	}
	return false
}

// Naming reports whether a place holds a name, and whether it gives it.
func Naming(op *engine.Operation, place string) (naming, giving bool) {
	if op == nil {
		return false, false
	}
	if slices.Contains(gives[op.ID], place) {
		return true, true
	}
	if slices.Contains(uses[op.ID], place) {
		return true, false
	}
	if strings.HasPrefix(place, "path.") {
		return namedTags[op.Tag], false
	}
	if rest, ok := strings.CutPrefix(place, "query.filters."); ok {
		name, _, _ := strings.Cut(rest, ".")
		return namedFilters[name] || op.ID == "ContainerList" && (name == "since" || name == "before"), false
	}
	for _, w := range within {
		if strings.HasPrefix(w.place, "body.") && matchesPlace(w.place, place) {
			return true, w.gives
		}
	}
	return false, false
}

// nameLabels are labels whose values are names that clients give.
var nameLabels = []string{projectLabel, sessionLabel, sessionLabelGo}

// Name splits the value at a place into what stands before a name and the name; ok is
// false where it holds none.
func Name(op *engine.Operation, place, value string) (before, name string, ok bool) {
	if naming, _ := Naming(op, place); naming {
		return "", value, true
	}
	if strings.HasPrefix(place, "query.filters.label.") {
		label, name, _ := strings.Cut(value, "=")
		return label + "=", name, name != "" && slices.Contains(nameLabels, label)
	}
	return "", "", false
}

// Pairs says what has to be bound for live to stand for recorded at a place;
// ok is false when they may not be bound.
func Pairs(op *engine.Operation, place, recorded, live string) (pairs []Pair, ok bool) {
	if recorded == "" || live == "" {
		return nil, false
	}
	if r, giving, ok := part(place, recorded); ok {
		l, _, ok := part(place, live)
		if !ok || !bindable(r) || strings.Replace(recorded, r, l, 1) != live || strings.HasPrefix(r, "/") != strings.HasPrefix(l, "/") {
			return nil, false
		}
		return append(pairs, At(place, r, l, giving)), true
	}
	if slices.ContainsFunc(within, func(w withinPlace) bool { return matchesPlace(w.place, place) }) {
		return nil, false
	}
	if naming, giving := Naming(op, place); naming && (giving || bindable(recorded) && bindable(live)) {
		return append(pairs, At(place, recorded, live, giving)), true
	}
	if strings.HasPrefix(place, "path.") {
		return nil, false
	}
	if strings.HasSuffix(place, ".HostPort") && digits(recorded) && digits(live) {
		return append(pairs, Pair{Recorded: recorded, Live: live, Number: true}), true
	}
	if op != nil && (place == "query.fromSrc" || place == "query.remote") {
		if r, l := ownServer(recorded), ownServer(live); r != "" && l != "" && strings.Replace(recorded, r, l, 1) == live {
			return append(pairs, At(place, r, l, true)), true
		}
	}
	before, r, ok1 := Name(op, place, recorded)
	also, l, ok2 := Name(op, place, live)
	if ok1 && ok2 && before == also && before != "" {
		return append(pairs, At(labels+strings.TrimSuffix(before, "="), r, l, true)), true
	}
	return nil, false
}

// MadeUp is Pairs for values that look like ids where clients may give names: the
// caller has to see that the clients had neither from an answer.
func MadeUp(place, recorded, live string) (pairs []Pair, ok bool) {
	r, giving, ok1 := part(place, recorded)
	l, _, ok2 := part(place, live)
	if !ok1 || !ok2 || !giving || bindable(r) || bindable(l) || strings.Replace(recorded, r, l, 1) != live {
		return nil, false
	}
	return []Pair{At(place, r, l, false)}, true
}

// ownServer is the address in a URL of a server on the client's machine: its
// port is another one each time.
func ownServer(url string) string {
	_, rest, ok := strings.Cut(url, "://")
	if !ok {
		rest = url
	}
	address, _, _ := strings.Cut(rest, "/")
	host, port, err := net.SplitHostPort(address)
	if err != nil || !digits(port) || len(port) != 5 || host != "localhost" && !net.ParseIP(host).IsLoopback() {
		return ""
	}
	return address
}

// bindable tells a name from an id that the daemon gave: where names are used, the
// client has that from an answer, and another one is a mistake.
func bindable(s string) bool { return len(s) < 12 || !hex(s) || !strings.ContainsAny(s, "0123456789") }
