package filter

// Reads says what a filter looks at beyond what a list of exchanges shows, so
// that a consumer which keeps only that can decide whether to fetch the rest.
type Reads struct {
	Heads  bool // header fields
	Bodies bool
	// Outcome says that it asks what came of calls or commands, which only what
	// came after may tell.
	Outcome bool
}

// Any says that there is something to fetch.
func (r Reads) Any() bool { return r.Heads || r.Bodies }

// Reads says what the filter has to read.
func (f *Filter) Reads() Reads {
	if f.Empty() {
		return Reads{}
	}
	return f.root.reads()
}

func (r Reads) with(o Reads) Reads {
	return Reads{r.Heads || o.Heads, r.Bodies || o.Bodies, r.Outcome || o.Outcome}
}

func (n and) reads() Reads { return n.left.reads().with(n.right.reads()) }
func (n or) reads() Reads  { return n.left.reads().with(n.right.reads()) }
func (n not) reads() Reads { return n.of.reads() }
func (word) reads() Reads  { return Reads{} }
func (f flag) reads() Reads {
	return Reads{Outcome: f.Value == "failed" || f.Value == "probe" || f.Value == "error"}
}
func (n number) reads() Reads   { return Reads{Bodies: n.f.doc.Name == "exit"} }
func (*bytesTerm) reads() Reads { return Reads{Bodies: true} }

func (n textTerm) reads() Reads {
	switch name := n.f.doc.Name; name {
	case "health":
		return Reads{Bodies: true}
	case "container", "image": // some are named in bodies alone, or by others' calls
		return Reads{Bodies: true, Outcome: true}
	case "outcome", "verdict", "error":
		return Reads{Outcome: true}
	case "host", "header.", "header", "req.header.", "req.header", "res.header.", "res.header":
		return Reads{Heads: true}
	}
	return Reads{}
}
