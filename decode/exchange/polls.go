package exchange

import (
	"bytes"
	"slices"

	"github.com/dockwire/dockwire/decode/engine"
)

// polls are the latest answers to calls that list things. Clients that wait for
// something ask again and again, and mostly get the same answer: it is read once.
type polls map[*engine.Operation]*poll

type poll struct {
	target  string
	size    int64
	body    []byte
	summary string
	gone    int // Things.gone then: what was forgotten since is to be learned again
}

// again says that a list has brought what the last one of its kind brought, and
// gives the exchange its summary.
func (ps polls) again(x *Exchange) bool {
	p := ps[x.Call.Op]
	if p == nil || x.Status != 200 || p.target != x.Target || p.gone != x.things.gone || p.size != x.Response.Size || !bytes.Equal(p.body, x.Response.Body) {
		return false
	}
	x.summary, x.summarised = p.summary, true
	return true
}

// keep keeps the answer to a list. What it told was learned.
func (ps polls) keep(x *Exchange) {
	if x.Call.Op == nil || x.Status != 200 || !lists(x.Call.Op.ID) {
		return
	}
	p := ps[x.Call.Op]
	if p == nil {
		p = &poll{}
		ps[x.Call.Op] = p
	}
	p.target, p.size, p.summary, p.gone = x.Target, x.Response.Size, x.Summary(), x.things.gone
	p.body = append(p.body[:0], x.Response.Body...)
}

func lists(op string) bool {
	return slices.Contains([]string{"ContainerList", "ImageList", "NetworkList", "VolumeList"}, op)
}

// looks are the latest answers to calls that look at a container, by target: clients
// look again until it is healthy or has ended, and the answer is read once.
type looks map[string]*look

type look struct {
	body []byte
	told []engine.News
}

// maxLooks bounds the answers that are kept, of 64 KiB at most.
const maxLooks = 64

// again gives an exchange the news of the last answer, if it is the same.
func (ls looks) again(x *Exchange) {
	if l := ls[x.Target]; l != nil && inspects(x) && bytes.Equal(l.body, x.Response.Body) {
		x.told, x.toldKnown = l.told, true
	}
}

func (ls looks) keep(x *Exchange) {
	if !inspects(x) || !x.toldKnown || len(x.Response.Body) > DefaultKeep {
		return
	}
	l := ls[x.Target]
	switch {
	case l == nil && len(ls) == maxLooks:
		clear(ls)
		fallthrough
	case l == nil:
		l = &look{}
		ls[x.Target] = l
	case bytes.Equal(l.body, x.Response.Body):
		return
	}
	l.body, l.told = append(l.body[:0], x.Response.Body...), x.told
}

func inspects(x *Exchange) bool {
	return x.Status == 200 && x.Call.Op != nil && x.Call.Op.ID == "ContainerInspect"
}
