package build

import "slices"

// Copy is the build as it stands, for a consumer on another goroutine.
func (b *Build) Copy() *Build {
	if b == nil {
		return nil
	}
	c := *b
	c.byDigest, c.planned = nil, nil
	for _, list := range []*[]Attr{&c.Args, &c.Attrs, &c.Result} {
		*list = slices.Clone(*list)
	}
	for _, list := range []*[]Option{&c.Imports, &c.Exports, &c.Outputs} {
		*list = slices.Clone(*list)
	}
	c.Platforms, c.Warnings, c.Spans = slices.Clone(b.Platforms), slices.Clone(b.Warnings), slices.Clone(b.Spans)
	c.Steps = make([]*Step, len(b.Steps))
	for i, s := range b.Steps {
		d := *s
		d.Progress = slices.Clone(s.Progress)
		d.Log.Head, d.Log.Tail = slices.Clone(s.Log.Head), slices.Clone(s.Log.Tail)
		c.Steps[i] = &d
	}
	c.Transfers = make([]*Transfer, len(b.Transfers))
	for i, t := range b.Transfers {
		d := *t
		d.Files, d.files = slices.Clone(t.Files), nil
		c.Transfers[i] = &d
	}
	c.Asks = make([]*Ask, len(b.Asks))
	for i, a := range b.Asks {
		d := *a
		c.Asks[i] = &d
	}
	return &c
}
