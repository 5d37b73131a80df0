package match

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
		if place := "files." + e.Name; !skip(place) {
			out = append(out, Leaf{Place: place, Value: "content xxh3:" + e.XXH3})
		}
	}
	sortLeaves(out)
	return out
}
