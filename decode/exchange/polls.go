package exchange

import (
	"bytes"

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
	switch op {
	case "ContainerList", "ImageList", "NetworkList", "VolumeList":
		return true
	}
	return false
}
