package exchange

// Summary is one line of what the exchange was about and what came of it,
// without the operation's name. It may hold any characters the wire had:
// escape it before showing it.
func (x *Exchange) Summary() string {
	if x.summarised {
		return x.summary
	}
	s := x.summarise()
	if x.State == Done {
		x.summary, x.summarised = s, true
	}
	return s
}

func (x *Exchange) summarise() string { return x.Error() }

func (x *Exchange) streamError() string { return "" }

func (x *Exchange) value(v []byte) {}
