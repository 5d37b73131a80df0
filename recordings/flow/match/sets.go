package match

import (
	"encoding/json"
	"slices"
	"strings"
)

// sets are keys of lists in bodies that dockerd reads into a map or applies one
// by one, so that their order means nothing and clients have none: docker-compose
// writes them from Go maps and Python sets. The API's description does not say
// which lists these are.
var sets = []string{
	"Aliases", "Links", "Binds", "CapAdd", "CapDrop", "GroupAdd", "VolumesFrom",
	"Env", "SecurityOpt", "ExtraHosts", "Mounts", "Ulimits", "Devices", "DeviceCgroupRules", "MaskedPaths", "ReadonlyPaths",
	"Secrets", "Configs", "Hosts", "Groups", "CapabilityAdd", "CapabilityDrop", "Constraints", "Ports", // of services
}

// sortsBy is what of a value tells where it is in its set. Where a later
// value replaces an earlier one, as in Env, values of the same name keep their
// order.
func sortsBy(key, value string) string {
	switch key {
	case "Env":
		value, _, _ = strings.Cut(value, "=")
	case "Binds": // by where it is mounted: the host's side may be a new folder each time
		if _, at, ok := strings.Cut(value, ":"); ok {
			return at
		}
	}
	return value
}

// joined are places with such a list in one string: what a service waits for
// (docker/compose pkg/compose/create.go, getCreateConfigs) is in the order of
// a Go map.
var joined = []string{"body.Labels.com.docker.compose.depends_on"}

// inOrder sorts the list of a place that has a set in one string.
func inOrder(place, value string) string {
	if !slices.Contains(joined, place) || !strings.Contains(value, ",") {
		return value
	}
	list := strings.Split(value, ",")
	slices.Sort(list)
	return strings.Join(list, ",")
}

// capabilities writes capabilities in one way: NET_ADMIN is CAP_NET_ADMIN, and docker
// sends the latter since 23 (moby daemon/pkg/oci/caps, NormalizeLegacyCapabilities).
func capabilities(list []any) []any {
	list = slices.Clone(list)
	for i, v := range list {
		if name, ok := v.(string); ok {
			list[i] = strings.TrimPrefix(strings.ToUpper(name), "CAP_")
		}
	}
	return list
}

// ordered sorts the list of a place that has a set, by what its values are in
// the recording.
func (f *flattener) ordered(place string, list []any) []any {
	key := place[strings.LastIndexByte(place, '.')+1:]
	if strings.HasPrefix(key, "Cap") {
		list = capabilities(list)
	}
	if len(list) < 2 || !strings.HasPrefix(place, "body.") || !slices.Contains(sets, key) {
		return list
	}
	by := func(v any) string {
		switch v := v.(type) {
		case string:
			return sortsBy(key, f.translate(v))
		case map[string]any:
			for _, name := range []string{"Target", "Name", "PathInContainer", "SecretName", "ConfigName", "TargetPort"} {
				switch s := v[name].(type) {
				case string:
					return s
				case json.Number:
					return s.String()
				}
			}
		}
		return ""
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b any) int { return strings.Compare(by(a), by(b)) })
	return list
}
