package decode

import "strings"

// tty says whether output comes from a terminal, and so is raw, or not, and
// so is multiplexed.
type tty uint8

const (
	ttyUnknown tty = iota
	ttyNo
	ttyYes
)

func ttyOf(b bool) tty {
	if b {
		return ttyYes
	}
	return ttyNo
}

// maxContainers bounds what is remembered; the oldest go first.
const maxContainers = 4096

// ttys remembers which containers have a terminal, from what ContainerCreate
// and ContainerInspect said.
type ttys struct {
	byID   map[string]containerTTY
	byName map[string]string // name to id
	oldest []string          // ids in the order they came
}

type containerTTY struct {
	tty    tty
	source string
	name   string
}

// learn remembers a container; name may be unknown.
func (ts *ttys) learn(id, name string, t tty, source string) {
	if id == "" {
		return
	}
	if ts.byID == nil {
		ts.byID, ts.byName = map[string]containerTTY{}, map[string]string{}
	}
	old, known := ts.byID[id]
	if !known {
		ts.oldest = append(ts.oldest, id)
		if len(ts.oldest) > maxContainers {
			ts.forget(ts.oldest[0])
			ts.oldest = ts.oldest[1:]
		}
	}
	if name = strings.TrimPrefix(name, "/"); name == "" {
		name = old.name
	} else if old.name != name && ts.byName[old.name] == id {
		delete(ts.byName, old.name)
	}
	ts.byID[id] = containerTTY{tty: t, source: source, name: name}
	if name != "" {
		ts.byName[name] = id
	}
}

func (ts *ttys) forget(id string) {
	if name := ts.byID[id].name; ts.byName[name] == id {
		delete(ts.byName, name)
	}
	delete(ts.byID, id)
}

// minPrefix is how much of an id has to be given: anything shorter is as
// likely the name of a container that was never seen.
const minPrefix = 4

// of resolves an id, a name or the beginning of an id, in this order as
// dockerd does (moby daemon/container.go, GetContainer).
func (ts *ttys) of(ref string) (t tty, source string) {
	ref = strings.TrimPrefix(ref, "/")
	if ref == "" {
		return ttyUnknown, ""
	}
	if c, ok := ts.byID[ref]; ok {
		return c.tty, c.source
	}
	if c, ok := ts.byID[ts.byName[ref]]; ok {
		return c.tty, c.source
	}
	if len(ref) < minPrefix || strings.Trim(ref, "0123456789abcdef") != "" {
		return ttyUnknown, ""
	}
	for id, c := range ts.byID {
		if !strings.HasPrefix(id, ref) {
			continue
		}
		if t != ttyUnknown && t != c.tty {
			return ttyUnknown, ""
		}
		t, source = c.tty, c.source
	}
	return t, source
}
