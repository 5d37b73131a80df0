package filter

// Reads says what a filter looks at beyond what a list of exchanges shows, so
// that a consumer which keeps only that can decide whether to fetch the rest.
type Reads struct {
	Heads  bool // header fields
	Bodies bool
	Call   bool // what the request's target means
	// Outcome says that it asks what came of calls or commands, which only what
	// came after may tell.
	Outcome bool
	Summary bool // only of what a Finder looks at
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
	return Reads{r.Heads || o.Heads, r.Bodies || o.Bodies, r.Call || o.Call, r.Outcome || o.Outcome, r.Summary || o.Summary}
}

func (n and) reads() Reads { return n.left.reads().with(n.right.reads()) }
func (n or) reads() Reads  { return n.left.reads().with(n.right.reads()) }
func (n not) reads() Reads { return n.of.reads() }
func (word) reads() Reads  { return Reads{Call: true} }
func (f flag) reads() Reads {
	outcome := f.Value == "failed" || f.Value == "probe" || f.Value == "error"
	return Reads{Call: outcome || f.Value == "unknown", Outcome: outcome}
}
func (n number) reads() Reads {
	exit := n.f.doc.Name == "exit"
	return Reads{Call: exit, Bodies: exit}
}
func (*bytesTerm) reads() Reads { return Reads{Bodies: true} }

func (n textTerm) reads() Reads {
	switch name := n.f.doc.Name; name {
	case "health":
		return Reads{Call: true, Bodies: true}
	case "container", "image": // some are named in bodies alone, or by others' calls
		return Reads{Call: true, Bodies: true, Outcome: true}
	case "outcome", "verdict", "error":
		return Reads{Call: true, Outcome: true}
	case "method":
		return Reads{}
	case "host", "header.", "header", "req.header.", "req.header", "res.header.", "res.header":
		return Reads{Heads: true}
	}
	return Reads{Call: true}
}
