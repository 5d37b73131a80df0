package redact

import (
	"strconv"

	"github.com/dockwire/dockwire/decode"
)

// anomaly redacts bytes that could not be decoded. A direction that is lost
// stays so up to its next head: what comes until then has no known meaning,
// and is hidden.
func (r *Redactor) anomaly(e *decode.Anomaly) {
	if len(e.Bytes) == 0 {
		r.emit(e)
		return
	}
	t := r.trouble(e.Conn, e.Dir)
	hide := t.lost
	if x := r.open[e.Exchange]; x != nil {
		hide = hide || x.hides(e.Dir)
	}
	t.lost = true
	r.ev.anomaly = *e
	if hide {
		r.ev.anomaly.Bytes = appendPlaceholder(nil, r.nums.fresh(kindUnparsed).as)
		r.ev.anomaly.Reason = e.Reason + ", " + count(len(e.Bytes)) + " redacted"
	} else {
		r.ev.anomaly.Bytes = r.opaque(e.Bytes)
	}
	r.emit(&r.ev.anomaly)
}

// trouble is what went wrong in a direction of a connection.
type trouble struct {
	lost  bool // bytes cannot be decoded, up to the next head
	doubt bool // a head had lines that are not fields: lengths and pairing may be wrong
}

func (r *Redactor) trouble(c decode.ConnID, d decode.Direction) *trouble {
	both := r.lost[c]
	if both == nil {
		both = new([2]trouble)
		r.lost[c] = both
	}
	return &both[d]
}

// head is called for each head. Where heads were odd, no body is shown: nobody
// knows what request or response it belongs to.
func (r *Redactor) head(o *decode.Origin, d decode.Direction) {
	if r.oddHead {
		r.trouble(o.Conn, d).doubt = true
		r.oddHead = false
	}
	if len(r.lost) == 0 || r.lost[o.Conn] == nil {
		return
	}
	t := r.trouble(o.Conn, d)
	t.lost = false
	if x := r.open[o.Exchange]; x != nil && t.doubt {
		x.sides[d].omit(whyDoubt)
	}
}

func count(n int) string {
	if n == 1 {
		return "1 byte"
	}
	return strconv.Itoa(n) + " bytes"
}
