package engine

import (
	"cmp"
	"strings"
)

func containerListSummaries() map[string]summariser {
	return map[string]summariser{
		"ContainerList":    containerList,
		"ContainerTop":     containerTop,
		"ContainerChanges": func(r *reading) (string, string) { return r.name("id"), countOf(r.res, "change") },
		"ContainerPrune":   func(r *reading) (string, string) { return filters(r), pruned(r, "ContainersDeleted", "container") },
		"CheckpointList":   func(r *reading) (string, string) { return r.name("id"), countOf(r.res, "checkpoint") },
	}
}

func containerList(r *reading) (string, string) {
	return spaced(flag(r.on("all"), "all"), option("limit", r.Call.Asks("limit")), filters(r)), countOf(r.res, "container")
}

func containerTop(r *reading) (string, string) {
	if len(r.res) == 0 {
		return spaced(r.name("id"), r.Call.Asks("ps_args")), ""
	}
	n, all := r.res.count("Processes")
	return spaced(r.name("id"), r.Call.Asks("ps_args")), counted(n, all, "process")
}

// countOf counts the items of a list answer; nothing while there is none.
func countOf(b body, noun string, path ...string) string {
	if len(b) == 0 {
		return ""
	}
	n, all := b.count(path...)
	return counted(n, all, noun)
}

// pruned is what a prune removed.
func pruned(r *reading, list, noun string) string {
	if len(r.res) == 0 {
		return ""
	}
	outcome := countOf(r.res, noun, list)
	if space := r.res.text("SpaceReclaimed"); space != "" {
		outcome = "reclaimed " + size(r.res.number("SpaceReclaimed")) + ", " + outcome
	}
	return outcome
}

// maxFilters bounds how many filters are shown.
const maxFilters = 6

// filters words the query parameter, an object of lists or, in the older form
// that the CLI still sends, of sets {"label": {"a=b": true}} (moby
// daemon/internal/filters).
func filters(r *reading) string {
	var words []string
	for name, values := range body(r.Call.Asks("filters")).items() {
		for key, v := range values.items() {
			key = cmp.Or(key, v.text())
			if len(words) == maxFilters {
				return strings.Join(append(words, "…"), " ")
			}
			words = append(words, option(name, key))
		}
	}
	return strings.Join(words, " ")
}
