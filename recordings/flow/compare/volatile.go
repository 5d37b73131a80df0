package compare

import (
	"regexp"
	"slices"
	"strings"

	"github.com/dockwire/dockwire/decode/engine"
)

// volatile are parts of values that differ between equal runs.
var volatile = []struct {
	find *regexp.Regexp
	put  string
}{
	{regexp.MustCompile(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?( ?(Z|[+-]\d\d:?\d\d))?( UTC)?`), "<time>"},
	{regexp.MustCompile(`\b[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b`), "<id>"},
	{regexp.MustCompile(`\b([0-9a-f]{64}|[0-9a-f]{12})\b`), "<id>"},
	{regexp.MustCompile(`\b([0-9a-f]{2}:){5}[0-9a-f]{2}\b`), "<address>"},
	{regexp.MustCompile(`\b(Less than )?([Aa]n?|[Aa]bout an?|\d+) (second|minute|hour|day|week|month|year)s?( ago)?\b`), "<duration>"},
	{regexp.MustCompile(`\b\d+(\.\d+)?(ns|us|µs|ms)\b`), "<duration>"},
	{regexp.MustCompile(`^/\S+/(volumes/[^/\s]+/_data|containers/<id>)`), "<root>/$1"}, // a daemon's own folder
}

// rewrite takes out of a text what is different each time: ids, times,
// durations, hardware addresses.
func rewrite(s string) string {
	for _, v := range volatile {
		s = v.find.ReplaceAllString(s, v.put)
	}
	return s
}

// volatileKeys are keys of answers whose values are of the moment (moby api,
// the types of inspect, list, events, info and disk usage).
var volatileKeys = map[string]bool{
	"Pid": true, "Created": true, "time": true, "timeNano": true, "HostPort": true, "PublicPort": true,
	"SandboxKey": true, "IPAddress": true, "GlobalIPv6Address": true, "GraphDriver": true,
	"MergedDir": true, "UpperDir": true, "LowerDir": true, "WorkDir": true,
	"SystemTime": true, "NFd": true, "NGoroutines": true, "NEventsListener": true,
	"ContainersRunning": true, "ContainersStopped": true, "ContainersPaused": true,
	"Images": true, "SizeRw": true, "LayersSize": true, "MemTotal": true,
	"Gateway": true, "IPv6Gateway": true, "Subnet": true, "IPPrefixLen": true, "execDuration": true, "ExecIDs": true, "IPv4Address": true, "IPv6Address": true,
}

// volatileOf are such keys of single operations: what depends on how a daemon
// stores and has built images.
var volatileOf = map[string][]string{
	"ImageList": {"Size", "VirtualSize", "SharedSize", "Containers"}, "ImageInspect": {"Size", "VirtualSize", "DockerVersion"},
	"ImageHistory": {"Size"}, "ContainerList": {"SizeRootFs"}, "ContainerInspect": {"SizeRootFs", "Driver"},
}

// volatilePlace reports whether a place of an answer is of the moment: it or
// one above it has such a key.
func volatilePlace(op *engine.Operation, place string) bool {
	return slices.ContainsFunc(strings.Split(place, "."), func(key string) bool {
		return volatileKeys[key] || op != nil && slices.Contains(volatileOf[op.ID], key)
	})
}
