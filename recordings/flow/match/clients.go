package match

import "slices"

// clients remembers which live client plays which recorded one, so that
// clients that do the same at the same time do not take each other's answers.
type clients struct {
	by    map[string]*client
	owner map[int]*client // by recorded group
}

// client is a live client.
type client struct {
	groups []int  // recorded groups it plays, the latest last
	at     int    // position of what it was given last for the first time
	last   *entry // what it was given last

	// looked is, of a client that plays what another has played before, the position of
	// the latest look it was given, by what was asked; nil of any other.
	looked map[*queue]int
}

// later reports whether a client has come to play group a after group b.
func (c *client) later(a, b int) bool { return slices.Index(c.groups, a) > slices.Index(c.groups, b) }

// of finds a client by what tells clients apart. It is not remembered before
// it plays a part.
func (cs *clients) of(key string) *client {
	if c := cs.by[key]; c != nil {
		return c
	}
	return &client{}
}

// plays notes that a client plays a recorded group. A group that another
// client had goes over to it: what they have in common told nothing.
func (cs *clients) plays(key string, c *client, group int) {
	if cs.by[key] == nil {
		cs.by[key] = c
	}
	if n := len(c.groups); n > 0 && c.groups[n-1] == group {
		return
	}
	if o := cs.owner[group]; o != nil && o != c {
		o.groups = slices.DeleteFunc(o.groups, func(g int) bool { return g == group })
		if c.looked == nil {
			c.looked = map[*queue]int{}
		}
	}
	c.groups = append(slices.DeleteFunc(c.groups, func(g int) bool { return g == group }), group)
	cs.owner[group] = c
}
