package exchange

import (
	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
)

// Failed says that the exchange went wrong: the daemon answered with an error,
// a stream told of one, or it broke off. A client that leaves a running
// stream (logs -f, events, a detach) has not failed: that is how they end.
func (x *Exchange) Failed() bool {
	return x.Status >= 400 || x.streamError() != "" || x.broken()
}

func (x *Exchange) broken() bool {
	if x.State != Done {
		return false
	}
	switch x.Ended.How {
	case decode.EndReset, decode.EndTimeout, decode.EndError:
		return true
	case decode.EndCancel:
		switch x.Ended.By {
		case decode.Client:
			return x.Status == 0
		case decode.Recorder:
			return false
		}
		return true
	}
	return false
}

// Error is what went wrong in words, or "": the daemon's message, the error in
// a stream, or how the exchange broke off.
func (x *Exchange) Error() string {
	if x.Status >= 400 {
		if m := engine.Failure(x.facts()); m != "" {
			return m
		}
		if x.Reason != "" {
			return x.Reason
		}
	}
	if e := x.streamError(); e != "" {
		return e
	}
	if !x.broken() {
		return ""
	}
	if x.Ended.Err != "" {
		return x.Ended.Err
	}
	return string(x.Ended.How) + " by " + string(x.Ended.By)
}
