package compare

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/recordings/flow/match"
)

// shaped are the leaves of an answer as they are compared.
func shaped(op *engine.Operation, leaves []match.Leaf) []match.Leaf {
	if op == nil {
		return leaves
	}
	switch op.ID {
	case "ContainerStats":
		leaves = unnumberedLists(slices.DeleteFunc(leaves, func(l match.Leaf) bool { // what is counted is of the moment
			return strings.HasPrefix(l.Place, "answer.blkio_stats.")
		}))
	case "SystemInfo", "SystemVersion":
		leaves = unnumberedLists(leaves)
	case "SystemDataUsage":
		leaves = slices.DeleteFunc(leaves, inList)
	case "ContainerTop":
		leaves = steadyProcesses(leaves)
	case "ImageGet", "ImageGetAll":
		for i := range leaves { // descriptions of images hold times of any length
			leaves[i].Value, _, _ = strings.Cut(leaves[i].Value, ",")
		}
	}
	for _, l := range lists[op.ID] {
		leaves = l.byKey(leaves)
	}
	if ofTheMachine[op.ID] {
		return leaves
	}
	return inAnyOrder(leaves)
}

// sets are keys of lists of texts in which the order means nothing.
var sets = map[string]bool{
	"MaskedPaths": true, "ReadonlyPaths": true, "RepoTags": true, "RepoDigests": true, "Env": true,
	"SecurityOptions": true, "CapAdd": true, "CapDrop": true, "Aliases": true, "DNSNames": true,
}

// inAnyOrder replaces the numbers of sets with their texts.
func inAnyOrder(leaves []match.Leaf) []match.Leaf {
	moved := false
	for i, l := range leaves {
		place, last, _ := cutLast(l.Place)
		_, key, _ := cutLast(place)
		if _, err := strconv.Atoi(last); err == nil && sets[key] {
			leaves[i].Place = place + ".[" + strings.Trim(l.Value, `"`) + "]"
			moved = true
		}
	}
	if moved {
		sortByPlace(leaves)
	}
	return leaves
}

func cutLast(place string) (before, last string, ok bool) {
	i := strings.LastIndexByte(place, '.')
	return place[:max(i, 0)], place[i+1:], i >= 0
}

// ofTheMachine are operations whose answers are about the daemon's machine, its
// version or the moment: which places there are is compared, their values are not.
var ofTheMachine = map[string]bool{
	"SystemInfo": true, "SystemVersion": true, "ContainerStats": true, "SystemDataUsage": true,
}

// inList reports a place in a list.
func inList(l match.Leaf) bool {
	return slices.ContainsFunc(strings.Split(l.Place, "."), func(p string) bool {
		_, err := strconv.Atoi(p)
		return err == nil
	})
}

// unnumberedLists leaves one place of each kind there is in a list.
func unnumberedLists(leaves []match.Leaf) []match.Leaf {
	seen := map[string]bool{}
	var out []match.Leaf
	for _, l := range leaves {
		parts := strings.Split(l.Place, ".")
		for i, p := range parts {
			if _, err := strconv.Atoi(p); err == nil {
				parts[i] = "0"
			}
		}
		if l.Place = strings.Join(parts, "."); !seen[l.Place] && !empty(l.Value) || !inList(l) {
			seen[l.Place] = true
			out = append(out, l)
		}
	}
	sortByPlace(out)
	return out
}

// steadyProcesses keeps user and command of each process in a list.
func steadyProcesses(leaves []match.Leaf) []match.Leaf {
	titles := map[string]string{} // by number of the column
	for _, l := range leaves {
		if n, ok := strings.CutPrefix(l.Place, "answer.Titles."); ok {
			titles[n] = l.Value
		}
	}
	return slices.DeleteFunc(leaves, func(l match.Leaf) bool {
		rest, ok := strings.CutPrefix(l.Place, "answer.Processes.")
		_, column, _ := strings.Cut(rest, ".")
		switch titles[column] {
		case `"UID"`, `"USER"`, `"CMD"`, `"COMMAND"`, `""`:
			return false
		}
		return ok
	})
}

// list is an answer, or a place of one, that lists things in any order.
type list struct {
	place string
	keys  []string // places that name a thing, the first that is there counts
}

// lists are the answers in which things come and go by what others do.
var lists = map[string][]list{
	"ContainerList": {{"answer", []string{"Names.0", "Id"}}},
	"ImageList":     {{"answer", []string{"RepoTags.0", "Id"}}},
	"NetworkList":   {{"answer", []string{"Name", "Id"}}},
	"VolumeList":    {{"answer.Volumes", []string{"Name"}}},
	"SecretList":    {{"answer", []string{"Spec.Name", "ID"}}},
	"ConfigList":    {{"answer", []string{"Spec.Name", "ID"}}},
	"ServiceList":   {{"answer", []string{"Spec.Name", "ID"}}},
	"PluginList":    {{"answer", []string{"Name", "Id"}}},
}

// byKey replaces numbers with names, so that a thing is compared with
// itself wherever it stands.
func (l list) byKey(leaves []match.Leaf) []match.Leaf {
	names := map[string]string{} // by number
	for _, key := range l.keys {
		for _, leaf := range leaves {
			n, rest, ok := l.cut(leaf.Place)
			if s, err := strconv.Unquote(leaf.Value); ok && rest == key && names[n] == "" && err == nil && s != "" {
				names[n] = "[" + strings.TrimPrefix(s, "/") + "]"
			}
		}
	}
	out := leaves[:0]
	for _, leaf := range leaves {
		if n, rest, ok := l.cut(leaf.Place); ok && names[n] != "" {
			leaf.Place = l.place + "." + names[n] + "." + rest
		}
		if leaf.Place != l.place { // an empty list is one without things
			out = append(out, leaf)
		}
	}
	sortByPlace(out)
	return out
}

// cut splits a place into the number of a thing and what is beneath it.
func (l list) cut(place string) (number, rest string, ok bool) {
	after, ok := strings.CutPrefix(place, l.place+".")
	if !ok {
		return "", "", false
	}
	number, rest, ok = strings.Cut(after, ".")
	_, err := strconv.Atoi(number)
	return number, rest, ok && err == nil
}

// thing is the name of what a place of a list is about.
func thing(op *engine.Operation, place string) (name string, ok bool) {
	if op == nil {
		return "", false
	}
	for _, l := range lists[op.ID] {
		if rest, ok := strings.CutPrefix(place, l.place+".["); ok {
			if end := strings.Index(rest, "]."); end >= 0 {
				return rest[:end], true
			}
		}
	}
	return "", false
}

func sortByPlace(leaves []match.Leaf) {
	slices.SortStableFunc(leaves, func(a, b match.Leaf) int { return strings.Compare(a.Place, b.Place) })
}

// empty tells a value that is as good as none: clients read both alike (Go's
// omitempty, which daemons use now here, now there).
func empty(value string) bool {
	return slices.Contains([]string{`""`, "0", "false", "[]", "{}"}, value)
}
