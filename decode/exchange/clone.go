package exchange

import "slices"

// Clone copies an exchange with its bodies, for keeping.
func (x *Exchange) Clone() *Exchange {
	c := x.Compact()
	c.Request.Raw, c.Response.Raw = slices.Clone(x.Request.Raw), slices.Clone(x.Response.Raw)
	c.Request.Body, c.Response.Body = slices.Clone(x.Request.Body), slices.Clone(x.Response.Body)
	c.Request.Cut, c.Response.Cut = x.Request.Cut, x.Response.Cut
	return c
}

// Compact copies an exchange without bodies and raw heads. The summary, which
// needs them, is made first and stays. The connection is shared.
func (x *Exchange) Compact() *Exchange {
	x.Summary()
	c := *x
	c.summarised = true
	c.next, c.prev = nil, nil
	c.Call.Params = slices.Clone(x.Call.Params)
	c.Redactions = slices.Clone(x.Redactions)
	c.Request.compact()
	c.Response.compact()
	return &c
}

func (s *Side) compact() {
	s.Fields, s.Trailer = slices.Clone(s.Fields), slices.Clone(s.Trailer)
	s.Cut = s.Cut || len(s.Body) > 0
	s.Raw, s.Body = nil, nil
}
