package match

import (
	"slices"
	"strings"
)

// sets are keys of lists in bodies whose order means nothing, so that clients
// have none: docker-compose writes them from a Python set.
var sets = []string{"Aliases", "Links", "Binds", "CapAdd", "CapDrop", "GroupAdd", "VolumesFrom"}

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

// ordered sorts the list of a place that has a set, by what its values are in
// the recording.
func (f *flattener) ordered(place string, list []any) []any {
	if len(list) < 2 || !strings.HasPrefix(place, "body.") || !slices.Contains(sets, place[strings.LastIndexByte(place, '.')+1:]) {
		return list
	}
	for _, v := range list {
		if _, ok := v.(string); !ok {
			return list
		}
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b any) int { return strings.Compare(f.translate(a.(string)), f.translate(b.(string))) })
	return list
}
