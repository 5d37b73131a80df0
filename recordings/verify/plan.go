package verify

import (
	"fmt"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/recordings/flow/compare"
	"github.com/dockwire/dockwire/recordings/flow/load"
)

// plan says of each call whether it can be made, as far as the recording
// tells.
func (r *run) plan() error {
	for _, x := range r.rec.Exchanges {
		c := &call{x: x}
		wanted, err := r.wanted(c)
		if err != nil {
			return err
		}
		switch {
		case !wanted:
			c.why, c.notAsked = "the filter leaves it out", true
		case r.opt.ReadOnly && x.Method != "GET" && x.Method != "HEAD":
			c.why, c.notAsked = "it may change something, and --read-only was given", true
		default:
			c.why = unsendable(x)
		}
		r.calls = append(r.calls, c)
	}
	return nil
}

func (r *run) wanted(c *call) (yes bool, err error) {
	if r.opt.Which.Empty() {
		return true, nil
	}
	in := compare.NewCollector(nil, func(x *exchange.Exchange, _ func() *compare.Parts) { yes = r.opt.Which.Match(x) })
	return yes, r.rec.Again(c.x, in.Event)
}

// needsSecret are operations that are about a secret: a placeholder in its
// place would ask something else.
var needsSecret = map[string]bool{
	"SystemAuth": true, "SecretCreate": true, "SecretUpdate": true, "SwarmJoin": true, "SwarmUnlock": true,
}

// unsendable tells why the recording does not have all of a request, "" if it
// has.
func unsendable(x *load.Exchange) string {
	op := x.Call.Op
	switch {
	case x.Content == decode.ContentHTTP2 || op != nil && (op.Stream == engine.H2C || op.Stream == engine.SessionBack):
		return "it is HTTP/2 (BuildKit), which a recording does not hold"
	case x.End.By == decode.Proxy:
		return "the recorded answer is dockwire's own: the daemon could not be reached"
	case op != nil && needsSecret[op.ID] && x.Request.Redacted:
		return "its secret is redacted in the recording"
	case !x.Request.Kept:
		return lacks(&x.Request)
	case x.Hijacked() && !x.Input.Known && x.Input.Bytes > 0:
		return "what was sent into its stream is not all in the recording; record with --max-body=all"
	}
	return ""
}

func lacks(b *load.Body) string {
	what := fmt.Sprintf("its body of %d bytes", b.Size)
	if n := len(b.Tar) + b.TarCut; n > 0 {
		what = fmt.Sprintf("its tar of %d files, %d bytes", n, b.Size)
		if n == 1 {
			what = strings.Replace(what, "files", "file", 1)
		}
		return what + ", is not in the recording; record with --tar-uploads"
	}
	return what + " is not in the recording; record with --tar-uploads or --max-body=all"
}
