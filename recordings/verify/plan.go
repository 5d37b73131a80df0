package verify

import (
	"bytes"
	"fmt"
	"net/url"
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
		case x.GRPC() || x.ByDaemon:
			c.why, c.notAsked = "it is part of a build by BuildKit", true
		case r.opt.ReadOnly && x.Method != "GET" && x.Method != "HEAD":
			c.why, c.notAsked = "it may change something, and --read-only was given", true
		default:
			if c.why = unsendable(x); c.why == "" && !r.toReplay {
				if c.why, err = r.redacted(x); err != nil {
					return err
				}
			}
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

// redacted says what of a request is a placeholder in the recording: sent as
// if it were the value, it would ask something else, and could leave a container
// behind with a placeholder for its password.
func (r *run) redacted(x *load.Exchange) (string, error) {
	if strings.Contains(x.Target, placeholder) || strings.Contains(x.Target, url.QueryEscape(placeholder)) {
		return "a value in its query is redacted in the recording", nil
	}
	if x.Request.Content != decode.ContentJSON || x.Request.Size > maxJSON {
		if x.Request.Redacted {
			return "a value in its body is redacted in the recording", nil
		}
		return "", nil
	}
	body, err := r.rec.RequestBody(x)
	switch n := bytes.Count(body, []byte(placeholder)); {
	case err != nil || n == 0:
		return "", err
	case n > 1:
		return fmt.Sprintf("%d values in its body are redacted in the recording", n), nil
	}
	return "a value in its body is redacted in the recording", nil
}

// unsendable tells why the recording does not have all of a request, "" if it
// has.
func unsendable(x *load.Exchange) string {
	op := x.Call.Op
	switch {
	case x.Content == decode.ContentHTTP2 || op != nil && (op.Stream == engine.H2C || op.Stream == engine.SessionBack):
		return "it is a build by BuildKit, whose client would have to be here"
	case op != nil && op.ID == "ImageBuild" && x.Call.Asks("session") != "":
		return "what it builds from comes by a session of BuildKit, whose client would have to be here"
	case x.End.By == decode.Proxy:
		return "the recorded answer is dockwire's own: the daemon could not be reached"
	case !x.Request.Kept:
		return lacks(&x.Request)
	case x.Hijacked() && !x.Input.Known && x.Input.Bytes > 0:
		return "what was sent into its stream is not all in the recording; record with --max-body=all"
	}
	return ""
}

func lacks(b *load.Body) string {
	what := fmt.Sprintf("its body of %d bytes", b.Size)
	tar := b.Listing()
	if n := len(tar.Entries) + tar.Cut; n > 0 {
		what = fmt.Sprintf("its tar of %d files, %d bytes", n, b.Size)
		if n == 1 {
			what = strings.Replace(what, "files", "file", 1)
		}
		return what + ", is not in the recording; record with --tar-uploads"
	}
	return what + " is not in the recording; record with --tar-uploads or --max-body=all"
}
