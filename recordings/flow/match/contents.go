package match

import "strings"

// contents are digests of the files of a tar; nil when those are not known.
func (b *Body) contents(skip func(string) bool) []Leaf {
	if !b.IsTar || b.TarErr != "" || b.TarCut > 0 {
		return nil
	}
	out := []Leaf{}
	for i := range b.Tar {
		e := &b.Tar[i]
		if e.XXH3 == "" {
			if kindOf(e.Type) == "file" && e.Size > 0 {
				return nil
			}
			continue
		}
		if place := b.place(e); !skip(place) {
			out = append(out, Leaf{Place: place, Value: "content xxh3:" + e.XXH3})
		}
	}
	sortLeaves(out)
	return out
}

// uploads compares two tars whose listings differ as diffs say. Where only one has a
// listing, as recordings had none of a tar by gzip, the bytes are compared.
func uploads(recorded, live *Body, diffs []Difference, copied bool, skip func(string) bool) []Difference {
	if recorded.TarErr != live.TarErr {
		return diff([]Leaf{recorded.asContent()}, []Leaf{live.asContent()})
	}
	if len(diffs) > 0 {
		if d, ok := renamed(recorded, live, skip); ok && copied {
			return []Difference{d}
		}
		return diffs
	}
	if r, l := recorded.contents(skip), live.contents(skip); r != nil && l != nil {
		return diff(r, l)
	}
	return nil
}

// top is the file or folder that all of a tar is, "" if there are several.
func (b *Body) top() (name string) {
	for i := range b.Tar {
		first, _, _ := strings.Cut(strings.TrimPrefix(b.Tar[i].Name, "./"), "/")
		if first == "." || first == "" || name != "" && name != first {
			return ""
		}
		name = first
	}
	return name
}

// renamed tells that an upload into a container is the recorded one but for the name
// of the file or folder that was copied. That is a name of the client's machine, as
// the host's side of a bind is: tests make a new one each time.
func renamed(recorded, live *Body, skip func(string) bool) (d Difference, ok bool) {
	was, is := recorded.top(), live.top()
	if was == "" || is == "" || was == is {
		return d, false
	}
	as := *live
	as.name = func(name string) string { return strings.Replace(name, is, was, 1) }
	as.leaves = as.files(skip)
	sortLeaves(as.leaves)
	a, b := recorded.contents(skip), as.contents(skip)
	if a == nil || b == nil || len(diff(recorded.leaves, as.leaves))+len(diff(a, b)) > 0 {
		return d, false
	}
	return Difference{Place: "files", Recorded: was, Received: is, translated: is}, true
}
