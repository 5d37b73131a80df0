package model

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Bounds of what is looked through for values, and of how many are given.
const (
	valuesFrom = 20_000
	maxValues  = 40
)

// Values are the values that a field of the filter language has in the latest
// rows, for fields whose values are not known beforehand.
func (m *Model) Values(field string) (list []string) {
	add := func(v string) {
		if v != "" && len(list) < maxValues && !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	if field == "cmd" {
		for _, c := range slices.Backward(m.cmds.all) {
			if c != nil && len(c.Peer.Command) > 0 {
				add(strconv.Quote(strings.Join(c.Peer.Command, " ")))
			}
		}
		return list
	}
	first := m.store.first
	for n := min(m.store.next-first, valuesFrom); n > 0; n-- {
		p := m.store.next - n
		r, t := m.Row(p)
		query, _ := url.ParseQuery(t.Query)
		switch field {
		case "status":
			if r.Status != 0 {
				add(strconv.Itoa(int(r.Status)))
			}
		case "op":
			if t.Op != nil {
				add(t.Op.ID)
			}
		case "container":
			if t.Op != nil && strings.HasPrefix(t.Op.Path, "/containers/{") {
				id, _, _ := strings.Cut(strings.TrimPrefix(t.Path, "/containers/"), "/")
				if len(id) == 64 {
					id = id[:12]
				}
				add(id)
			}
			if t.Op != nil && t.Op.ID == "ContainerCreate" {
				add(query.Get("name"))
			}
		case "image":
			add(query.Get("fromImage"))
			if _, of, ok := strings.Cut(t.Summary, "← "); ok && t.Op != nil && t.Op.ID == "ContainerCreate" {
				image, _, _ := strings.Cut(of, " → ")
				add(image)
			}
			if t.Op != nil && strings.HasPrefix(t.Op.Path, "/images/{name}") {
				name := strings.TrimPrefix(t.Path, "/images/")
				add(strings.TrimSuffix(name[:max(strings.LastIndexByte(name, '/'), 0)], "/"))
			}
		}
	}
	return list
}
