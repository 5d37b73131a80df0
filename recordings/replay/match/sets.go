package match

import (
	"slices"
	"strings"
)

// sets are places with a list in one string, in the order of a Go map, which
// is another each time: what a service waits for (docker/compose
// pkg/compose/create.go, getCreateConfigs).
var sets = []string{"body.Labels.com.docker.compose.depends_on"}

// inOrder sorts the list of a place that has a set.
func inOrder(place, value string) string {
	if !slices.Contains(sets, place) || !strings.Contains(value, ",") {
		return value
	}
	list := strings.Split(value, ",")
	slices.Sort(list)
	return strings.Join(list, ",")
}
